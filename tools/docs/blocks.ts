/**
 * Renews the generated blocks of a document: what stands between `<!-- NAME -->` and `<!-- /NAME -->`.
 * @throws RangeError if a block's marks are missing
 */
export function renewBlocks(
  file: string,
  text: string,
  blocks: Readonly<Record<string, () => string>>,
): string {
  return Object.entries(blocks).reduce((document, [name, render]) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const from = document.indexOf(open);
    const to = document.indexOf(close, from);
    if (from < 0 || to < 0) throw new RangeError(`${file} lacks ${open} or ${close}`);
    return `${document.slice(0, from + open.length)}\n\n${render()}\n\n${document.slice(to)}`;
  }, text);
}
