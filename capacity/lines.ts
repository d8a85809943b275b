import type { Amount, Capacity, Envelope, LabelCapacity } from "./capacity.ts";

/** What a line of a capacity is about. */
export type LineKind = "label" | "scale set" | "node" | "host" | "cell" | "pool";

/** One figure of a capacity that can be compared, diffed and printed: a resource of one subject. */
export interface Line {
  readonly kind: LineKind;
  /** The subject's name within its kind: `numa`, `numa/0`, `numa/images`, `honey/sting`, `tinyland-nix-kvm`. */
  readonly subject: string;
  /** `memory`, `cpus`, `runners`, `requested memory`, … */
  readonly resource: string;
  readonly unit:
    | "bytes"
    | "storage bytes"
    | "millicores"
    | "CPUs"
    | "vCPUs"
    | "pages"
    | "pods"
    | "runners"
    | "bits per second"
    | "slots"
    | "scale sets";
  /** What the fleet asks for. null: it cannot be known. */
  readonly committed: number | null;
  /** What may be committed (capacity less what is kept back). null: no limit is recorded. */
  readonly limit: number | null;
}

/** What is left of a line; null if either side is unknown. */
export function headroom(line: Pick<Line, "committed" | "limit">): number | null {
  return line.limit === null || line.committed === null ? null : line.limit - line.committed;
}

/** Every figure of a capacity, labels first, then nodes, then hosts with their cells and pools. */
export function capacityLines(capacity: Capacity): Line[] {
  return [
    ...capacity.labels.flatMap(labelLines),
    ...capacity.scaleSets.map(
      (s): Line => ({
        kind: "scale set",
        subject: `${s.cluster}/${s.name}`,
        resource: "runners",
        unit: "runners",
        committed: s.maxRunners,
        // What else binds the set is its label's, node's or budget's line; a limit here would move with every other set.
        limit: null,
      }),
    ),
    ...capacity.nodes.flatMap((n) => {
      const line = lineOf("node", `${n.cluster}/${n.name}`);
      return [
        line("cpu", "millicores", n.cpu),
        line("memory", "bytes", n.memory),
        line("ephemeral storage", "bytes", n.ephemeralStorage),
        line("pods", "pods", n.pods),
        line("memory limits", "bytes", n.memoryLimits),
      ];
    }),
    ...capacity.hosts.flatMap((h) => {
      const line = lineOf("host", h.name);
      const shared = h.sharedVcpus.capacity === 0 && h.sharedVcpus.committed === 0;
      return [
        line("cpus", "CPUs", h.cpus),
        line("memory", "bytes", h.memory),
        ...(shared ? [] : [line("shared vCPUs", "vCPUs", h.sharedVcpus)]),
        ...h.gpus.map(({ address, slots }) => line(`GPU ${address}`, "slots", slots)),
        ...(h.network?.committed ? [line("network", "bits per second", h.network)] : []),
        ...(h.diskIo?.committed ? [line("disk I/O", "bits per second", h.diskIo)] : []),
        ...h.cells.flatMap((c) => {
          const cell = lineOf("cell", `${h.name}/${c.id}`);
          return [
            cell("cpus", "CPUs", c.cpus),
            cell("memory", "bytes", c.memory),
            ...Object.entries(c.hugepages).map(([size, pages]) => cell(`${size} pages`, "pages", pages)),
          ];
        }),
        ...h.pools.map((p) => lineOf("pool", `${h.name}/${p.name}`)("storage", "storage bytes", p.storage)),
      ];
    }),
  ];
}

function lineOf(kind: LineKind, subject: string) {
  return (resource: string, unit: Line["unit"], amount: Amount | null): Line => ({
    kind,
    subject,
    resource,
    unit,
    committed: amount === null ? null : amount.committed,
    limit: amount === null ? null : (amount.effective ?? amount.capacity) - amount.reserved,
  });
}

function labelLines(label: LabelCapacity): Line[] {
  const line = (
    resource: string,
    unit: Line["unit"],
    committed: number | null,
    limit: number | null = null,
  ): Line => ({
    kind: "label",
    subject: label.label,
    resource,
    unit,
    committed,
    limit,
  });
  const envelope = (what: string, e: Envelope) => [
    line(`${what} cpu`, "millicores", e.cpu),
    line(`${what} memory`, "bytes", e.memory),
    ...(e.ephemeralStorage === null ? [] : [line(`${what} ephemeral storage`, "bytes", e.ephemeralStorage)]),
  ];
  return [
    line("scale sets", "scale sets", label.activeScaleSets, null),
    line("runners", "runners", label.maximum, label.ceiling),
    ...envelope("requested", label.requests),
    ...envelope("limit", label.limits),
  ];
}
