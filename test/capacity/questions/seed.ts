import fc from "fast-check";

/** The seed of the property tests of questions: NUMAFLEET_SEED, else a new one, which is printed. */
export const SEED = Number(process.env.NUMAFLEET_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Runs a property with the printed seed. */
export function holds<T extends unknown[]>(
  name: string,
  numRuns: number,
  property: fc.IProperty<T> | fc.IRawProperty<T>,
): void {
  console.info(`${name}: seed ${SEED} (NUMAFLEET_SEED repeats it), ${numRuns} runs`);
  fc.assert(property, { seed: SEED, numRuns });
}
