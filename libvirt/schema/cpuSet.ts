/** CPU and node sets as libvirt writes them: `0-3,8,^2`. */

/** The members, ascending; undefined when the text is no set. A set of more than 65536 members is none. */
export function parseCpuSet(text: string): number[] | undefined {
  const members = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\^?)(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    // libvirt takes single members away only, no ranges.
    if (!match || (match[1] && match[3] !== undefined)) return undefined;
    const first = Number(match[2]);
    const last = match[3] === undefined ? first : Number(match[3]);
    if (last < first || last - first >= 65536) return undefined;
    for (let cpu = first; cpu <= last; cpu++) match[1] === "^" ? members.delete(cpu) : members.add(cpu);
  }
  return [...members].sort((a, b) => a - b);
}

/** Whether two texts name the same set. */
export function sameCpuSet(a: string, b: string): boolean {
  const left = parseCpuSet(a);
  const right = parseCpuSet(b);
  return left !== undefined && right !== undefined ? left.join() === right.join() : a === b;
}
