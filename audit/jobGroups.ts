/**
 * Which scale sets a job is offered to. A job that asks for [a, b] goes to every scale set whose labels hold both, in
 * any cluster that registers at the same place; GitHub counts a scale set's name among its labels and compares without
 * case.
 */
export interface Candidate {
  readonly context: string;
  /** The name that it registers with. */
  readonly name: string;
  readonly scope: string;
  /** Those that it lists; its name is added here. */
  readonly labels: readonly string[];
  /** undefined: none is stated. */
  readonly maximum: number | undefined;
}

export interface JobGroup<C extends Candidate> {
  readonly scope: string;
  /** The shortest lists of labels that are offered to exactly these scale sets. */
  readonly asks: readonly (readonly string[])[];
  readonly members: readonly C[];
  /** True if some ask names a label that is listed, and not only the name of a scale set. */
  readonly isCapability: boolean;
}

export interface JobGroups<C extends Candidate> {
  readonly groups: readonly JobGroup<C>[];
  /** Scopes with so many combinations of labels that only asks for single labels are told. */
  readonly cut: readonly string[];
}

/** Combinations of labels beyond these are nobody's plan. */
const MOST_GROUPS = 400;

/** By scope, larger groups first. */
export function jobGroups<C extends Candidate>(candidates: readonly C[]): JobGroups<C> {
  const scopes = Map.groupBy(candidates, (c) => c.scope.toLowerCase());
  const cut: string[] = [];
  const groups = [...scopes]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([, members]) => {
      const scope = members[0]?.scope ?? "";
      const found = groupsOf(members, scope);
      if (found.isCut) cut.push(scope);
      return found.groups;
    });
  return { groups, cut };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

interface Extent {
  /** Bit i: member i. */
  readonly bits: bigint;
  readonly asks: string[][];
}

function groupsOf<C extends Candidate>(
  members: readonly C[],
  scope: string,
): { groups: JobGroup<C>[]; isCut: boolean } {
  const spelling = new Map<string, string>();
  const listed = new Set<string>();
  const byLabel = new Map<string, bigint>();
  members.forEach((member, i) => {
    const bare = member.labels.length === 0;
    for (const label of [...member.labels, member.name]) {
      const loose = label.toLowerCase();
      if (!spelling.has(loose)) spelling.set(loose, label);
      if (bare || member.labels.includes(label)) listed.add(loose);
      byLabel.set(loose, (byLabel.get(loose) ?? 0n) | (1n << BigInt(i)));
    }
  });
  const extents = new Map<bigint, Extent>();
  for (const [label, bits] of [...byLabel].sort(([a], [b]) => compare(a, b))) {
    const known = extents.get(bits);
    if (known) known.asks.push([label]);
    else extents.set(bits, { bits, asks: [[label]] });
  }
  const isCut = !intersect(extents);
  const groups = [...extents.values()].map(({ bits, asks }): JobGroup<C> => {
    const shortest = Math.min(...asks.map((ask) => ask.length));
    return {
      scope,
      asks: asks
        .filter((ask) => ask.length === shortest)
        .map((ask) => ask.map((label) => spelling.get(label) ?? label)),
      members: members.filter((_, i) => (bits >> BigInt(i)) & 1n),
      isCapability: asks.some((ask) => ask.some((label) => listed.has(label))),
    };
  });
  return {
    groups: groups.sort(
      (a, b) => b.members.length - a.members.length || compare(a.asks.join(), b.asks.join()),
    ),
    isCut,
  };
}

/**
 * Adds what several labels together are offered to, until nothing new comes: who asks for two lists of labels is
 * offered to what both have in common. False if there are too many.
 */
function intersect(extents: Map<bigint, Extent>): boolean {
  const single = [...extents.values()];
  let fresh = single;
  while (fresh.length > 0) {
    const next: Extent[] = [];
    for (const a of fresh) {
      for (const b of single) {
        const bits = a.bits & b.bits;
        if (bits === 0n || bits === a.bits || bits === b.bits) continue;
        const ask = [...new Set([...(a.asks[0] ?? []), ...(b.asks[0] ?? [])])].sort();
        const known = extents.get(bits);
        if (known) {
          if (!known.asks.some((other) => other.join("\n") === ask.join("\n"))) known.asks.push(ask);
          continue;
        }
        if (extents.size >= Math.max(MOST_GROUPS, single.length)) return false;
        const extent = { bits, asks: [ask] };
        extents.set(bits, extent);
        next.push(extent);
      }
    }
    fresh = next;
  }
  return true;
}

/** `tinyland-nix-kvm`, `a with b`, alternatives by `or`. */
export function formatAsks(asks: readonly (readonly string[])[]): string {
  const shown = asks.slice(0, 3).map((ask) => ask.join(" with "));
  return asks.length > 3 ? `${shown.join(" or ")} or ${asks.length - 3} more` : shown.join(" or ");
}
