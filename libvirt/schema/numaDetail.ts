/** What the guest is told of the speed of its NUMA cells (ACPI HMAT): caches, latencies and bandwidths. */
import { choice, int, list, nest, size, sizeText, struct, unit } from "./field.ts";

// libvirt reads the number and passes over the unit (numa_conf.c), so that another one would be wrong unseen.
const sized = (suffix: "Size" | "Line", doc: string, fixed: string) =>
  struct(
    `DomainCpuNumaCellCache${suffix}`,
    doc,
    {
      value: sizeText("@value", `${doc.slice(0, -1)}, in ${fixed}.`, "unit", fixed),
      unit: choice("@unit", "Unit of `value`; libvirt takes this one whatever is given.", [fixed]),
    },
    ["value", "unit"],
  );

const cache = () =>
  struct(
    "DomainCpuNumaCellCache",
    "A memory-side cache of a guest cell.",
    {
      level: int("@level", "Level of the cache, from 1.", { min: 1 }),
      associativity: choice("@associativity", "How memory maps to it.", ["none", "direct", "full"]),
      policy: choice("@policy", "How it is written.", ["none", "writeback", "writethrough"]),
      size: nest(
        "size",
        () => sized("Size", "Size of the cache.", "KiB"),
        "Size of the cache; libvirt wants it.",
      ),
      line: nest(
        "line",
        () => sized("Line", "Size of a line of the cache.", "B"),
        "Size of a line of the cache; libvirt wants it.",
      ),
    },
    ["level", "associativity", "policy"],
  );

/** Properties `caches` of a guest cell. */
export const caches = () => list("cache", cache, "Memory-side caches of the cell.", { key: "level" });

const ends = {
  initiator: () => int("@initiator", "Number of the guest cell whose vCPUs ask."),
  target: () => int("@target", "Number of the guest cell whose memory answers."),
  cache: () => int("@cache", "Level of the target's cache that answers. Default: its memory.", { min: 1 }),
  type: () => choice("@type", "Kind of access.", ["access", "read", "write"]),
};

const latency = () =>
  struct(
    "DomainCpuNumaInterconnectsLatency",
    "Time that an access takes.",
    {
      initiator: ends.initiator(),
      target: ends.target(),
      cache: ends.cache(),
      type: ends.type(),
      value: int("@value", "Time, in nanoseconds."),
    },
    ["initiator", "target", "type", "value"],
  );

const bandwidth = () =>
  struct(
    "DomainCpuNumaInterconnectsBandwidth",
    "Amount that accesses can move.",
    {
      initiator: ends.initiator(),
      target: ends.target(),
      cache: ends.cache(),
      type: ends.type(),
      value: size("@value", "Amount per second, in `unit`.", "unit", "KiB"),
      unit: unit("@unit", "Unit of `value`."),
    },
    ["initiator", "target", "type", "value", "unit"],
  );

export const interconnects = () =>
  struct("DomainCpuNumaInterconnects", "How fast guest cells reach each other's memory.", {
    latencies: list("latency", latency, "Times that accesses take."),
    bandwidths: list("bandwidth", bandwidth, "Amounts that accesses can move."),
  });
