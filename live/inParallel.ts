/** Answers in the order of the items, with at most so many tasks under way at once. */
export async function inParallel<T, R>(
  items: readonly T[],
  bound: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      answers[at] = await task(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
  return answers;
}
