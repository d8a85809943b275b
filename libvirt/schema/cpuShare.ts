/** Shares of the host's caches and memory bandwidth for some vCPUs (resctrl: Intel RDT, AMD QoS). */
import { choice, cpuSet, int, list, size, struct, text, unit } from "./field.ts";

const cache = () =>
  struct(
    "DomainCpuTuneCacheTuneCache",
    "A share of one cache of the host.",
    {
      id: int("@id", "Number of the cache on the host."),
      level: int("@level", "Its level, such as 3.", { min: 1 }),
      type: choice("@type", "What of it: code, data or both.", ["code", "data", "both"]),
      size: size("@size", "Size of the share, in `unit`; rounded to what the host can give.", "unit", "KiB"),
      unit: unit("@unit", "Unit of `size`."),
    },
    ["id", "level", "type", "size", "unit"],
  );

const cacheMonitor = () =>
  struct("DomainCpuTuneCacheTuneMonitor", "A count of the cache that some vCPUs use.", {
    level: int("@level", "Level of the cache: 3.", { min: 1 }),
    vcpus: cpuSet("@vcpus", "vCPUs to count; all of the tune's, or some that no other monitor has."),
  });

const cacheTune = () =>
  struct("DomainCpuTuneCacheTune", "Shares of the host's caches for some vCPUs.", {
    vcpus: cpuSet("@vcpus", "vCPUs that this holds for; libvirt wants them."),
    id: text("", "Accepted so that programs for other providers run; the host names the group by itself."),
    caches: list("cache", cache, "The shares."),
    monitors: list("monitor", cacheMonitor, "Counts of use.", { key: "vcpus" }),
  });

const memoryNode = () =>
  struct(
    "DomainCpuTuneMemoryTuneNode",
    "A share of one NUMA node's bandwidth.",
    {
      id: int("@id", "Number of the host NUMA node."),
      bandwidth: int("@bandwidth", "Share, in percent; rounded to what the host can give.", { min: 1 }),
    },
    ["id", "bandwidth"],
  );

const memoryMonitor = () =>
  struct("DomainCpuTuneMemoryTuneMonitor", "A count of the bandwidth that some vCPUs use.", {
    level: int("", "Accepted so that programs for other providers run; libvirt knows no level here."),
    vcpus: cpuSet("@vcpus", "vCPUs to count."),
  });

const memoryTune = () =>
  struct(
    "DomainCpuTuneMemoryTune",
    "Shares of the host's memory bandwidth for some vCPUs.",
    {
      vcpus: cpuSet("@vcpus", "vCPUs that this holds for."),
      nodes: list("node", memoryNode, "The shares, by host NUMA node.", { key: "id" }),
      monitors: list("monitor", memoryMonitor, "Counts of use.", { key: "vcpus" }),
    },
    ["vcpus"],
  );

export const cacheTunes = () =>
  list("cachetune", cacheTune, "Shares of the host's caches, by vCPUs.", { key: "vcpus" });

export const memoryTunes = () =>
  list("memorytune", memoryTune, "Shares of the host's memory bandwidth, by vCPUs.", { key: "vcpus" });
