import { formatCpuset } from "../../model/cpuset.ts";
import type { Fleet } from "../../model/fleet.ts";
import { sharesOf } from "../../model/weight.ts";
import { effective } from "../host/effective.ts";
import type { Machine } from "../host/machine.ts";
import { count, listCpus } from "../host/names.ts";
import { sharedCpus } from "../host/shared.ts";
import { type Figure, isWritten, NO_PLACE } from "./figure.ts";
import type { Subject } from "./subject.ts";

const PLACEMENT = "capacity/placement/cpuRoom.ts";
const CORES = "capacity/host/machine.ts";

export function cpuFigures(subject: Subject): Figure[] {
  const { vm, origin, built, machine } = subject;
  const figure = (entry: Omit<Figure, "part">): Figure => ({ part: "CPU", ...entry });
  const { sockets, cores, threads } = built.topology;
  return [
    figure({
      name: "vCPUs",
      value: vm.vcpus,
      text: `${vm.vcpus}`,
      formula: "",
      ...origin.of(["vcpus"], ""),
    }),
    figure({
      name: "most vCPUs",
      value: built.mostVcpus,
      text: `${built.mostVcpus}`,
      formula: `${vm.vcpus} + ${built.mostVcpus - vm.vcpus} of headroom`,
      ...origin.of(["headroom", "vcpus"], "components/headroom.ts"),
    }),
    policy(subject),
    ...(vm.pins === undefined ? floating(subject) : pins(subject, machine)),
    emulator(subject),
    ...iothreads(subject),
    ...(machine === undefined
      ? []
      : [
          figure({
            name: "guest topology",
            value: { sockets, cores, threads },
            text: `${count(sockets, "socket")} × ${count(cores, "core")} × ${count(threads, "thread")}`,
            by: "default",
            formula:
              threads > 1
                ? `${built.mostVcpus} vCPUs; every ${threads} in order are pinned to the siblings of one core`
                : `${built.mostVcpus} vCPUs; they are not pinned to siblings side by side, so none is shown`,
            source: "components/cpuTopology.ts",
          }),
        ]),
    ...weight(subject),
  ];
}

function policy({ vm, origin }: Subject): Figure {
  const dedicated =
    vm.cpuPolicy === undefined
      ? vm.pins !== undefined || !origin.isSet("host")
      : vm.cpuPolicy === "dedicated";
  const why = origin.isSet("pins")
    ? "pins are given"
    : origin.isSet("host")
      ? "a host is named, and no pins are given"
      : "no host is named";
  return {
    part: "CPU",
    name: "CPU policy",
    value: dedicated ? "dedicated" : "shared",
    text: dedicated ? "dedicated" : "shared",
    formula: origin.isSet("cpuPolicy") ? "" : why,
    ...origin.of(["cpuPolicy"], "model/vm.ts"),
  };
}

function pins({ vm, origin }: Subject, machine: Machine | undefined): Figure[] {
  const guest = machine?.guests.find((g) => g.vm.name === vm.name);
  if (vm.pins === undefined || guest === undefined || machine === undefined) return [];
  const { pinned, dedicated } = guest;
  const idle = dedicated.filter((cpu) => !pinned.includes(cpu)).sort((a, b) => a - b);
  // What is pinned off the host is refused, and takes nothing of it.
  const there = pinned.filter((cpu) => machine.coreOf.has(cpu));
  const cores = new Set(there.map((cpu) => machine.coreOf.get(cpu)));
  const by = origin.placed(["pins"], PLACEMENT);
  return [
    {
      part: "CPU",
      name: "pins",
      value: vm.pins,
      text: listCpus(pinned),
      formula:
        by.by === "set"
          ? ""
          : vm.exclusiveCores
            ? "the first cores of its cells that are wholly free, siblings side by side"
            : "free threads of its cells, those of cores in use first",
      ...by,
    },
    {
      part: "CPU",
      name: "cores",
      value: cores.size,
      text: `${cores.size}`,
      formula: `${count(there.length, "pinned CPU")} on ${count(cores.size, "core")}, whose other threads make ${idle.length}`,
      ...by,
    },
    {
      part: "CPU",
      name: "idle siblings",
      value: idle,
      text: idle.length === 0 ? "none" : listCpus(idle),
      formula: vm.exclusiveCores
        ? `${dedicated.length} CPUs that it keeps from others − ${there.length} pinned`
        : "its cores are not its alone",
      ...origin.of(["exclusiveCores"], `model/vm.ts, ${CORES}`),
    },
  ];
}

function floating({ fleet, written, vm, machine }: Subject): Figure[] {
  if (machine === undefined) return [];
  const { host, cpus, reserved, dedicated, ratios } = machine;
  const shared = sharedCpus(machine);
  const kept = cpus.filter((cpu) => reserved.has(cpu)).length;
  const taken = cpus.filter((cpu) => dedicated.has(cpu) && !reserved.has(cpu)).length;
  return [
    {
      part: "CPU",
      name: "shared CPUs",
      value: shared,
      text: shared.length === 0 ? "none" : listCpus(shared),
      by: "default",
      formula: `${cpus.length} of host ${host.name} − ${kept} kept for it − ${taken} that VMs have to themselves`,
      source: "capacity/host/shared.ts",
    },
    {
      part: "CPU",
      name: "CPU ratio",
      value: ratios.cpu,
      text: `${ratios.cpu}`,
      formula: `${shared.length} × ${ratios.cpu} = ${effective(shared.length, ratios.cpu)} vCPUs may float; ${vm.vcpus} are this VM's`,
      ...ratioOf(fleet, written, host.name),
    },
  ];
}

/** Who says the CPU ratio of a host: the policy, the placement's resource, its preset, or nobody. */
function ratioOf(
  { policy: { oversubscription } }: Fleet,
  written: unknown,
  host: string,
): Pick<Figure, "by" | "source"> {
  if (Object.hasOwn(oversubscription, host)) return { by: "set", source: `policy.oversubscription.${host}` };
  if (isWritten(written, ["placement", "resources", "cpu", "overcommitRatio"])) {
    return { by: "set", source: "placement.resources.cpu.overcommitRatio" };
  }
  return isWritten(written, ["placement", "preset"])
    ? { by: "set", source: "placement.preset (model/placement.ts)" }
    : { by: "default", source: "preset strict (model/placement.ts)" };
}

/** Which of placement's choices it was. */
function emulatorRule(cpus: readonly number[], machine: Machine | undefined): string {
  if (cpus.every((cpu) => machine?.reserved.has(cpu)))
    return "what the host keeps for itself nearest to its cells";
  if (cpus.every((cpu) => machine?.dedicated.has(cpu)))
    return "the host keeps no CPU for itself: idle threads of the VM's own cores";
  return "the host keeps no CPU for itself: where others have theirs, or a core that was free";
}

function emulator({ vm, origin, machine }: Subject): Figure {
  const by = vm.emulator === undefined ? undefined : origin.placed(["emulator"], PLACEMENT);
  return {
    part: "CPU",
    name: "emulator set",
    value: vm.emulator ?? null,
    text: vm.emulator === undefined ? "none" : listCpus(vm.emulator),
    formula:
      machine === undefined
        ? NO_PLACE
        : vm.emulator === undefined
          ? vm.pins === undefined
            ? "its emulator threads float with its vCPUs"
            : "its emulator threads may run on every CPU"
          : by?.by === "set"
            ? ""
            : emulatorRule(vm.emulator, machine),
    ...(by ?? { by: "default", source: "model/vm.ts" }),
  };
}

function iothreads({ vm, origin }: Subject): Figure[] {
  const { iothreads: threads } = vm;
  return [
    {
      part: "CPU",
      name: "iothreads",
      value: threads.length,
      text: `${threads.length}`,
      formula: threads.length === 0 ? "QEMU's main loop does its I/O" : "",
      ...origin.of(["iothreads"], "model/vm.ts"),
    },
    ...threads.map(({ cpus }, i): Figure => {
      const by =
        cpus === undefined ? undefined : origin.placed(["iothreads", i, "cpus"], "model/placements.ts");
      return {
        part: "CPU",
        name: `iothread ${i + 1}`,
        value: cpus ?? null,
        text: cpus === undefined ? "no set" : `CPUs ${formatCpuset(cpus)}`,
        formula:
          cpus === undefined
            ? "it may run wherever the VM may"
            : by?.by === "set"
              ? ""
              : "beside the emulator threads",
        ...(by ?? { by: "default", source: "model/vm.ts" }),
      };
    }),
  ];
}

function weight({ fleet, vm, origin, machine }: Subject): Figure[] {
  const by = Object.hasOwn(fleet.weights, vm.name)
    ? ({ by: "set", source: `weights.${vm.name}` } as const)
    : origin.of(["weight"], "model/weight.ts");
  const figure = (entry: Pick<Figure, "name" | "value" | "text" | "formula">): Figure => ({
    part: "CPU",
    ...entry,
    ...by,
  });
  const { weight: own } = vm;
  if (own === undefined) {
    return [
      figure({
        name: "weight",
        value: null,
        text: "none",
        formula: "100, as every cgroup that is given none",
      }),
    ];
  }
  const cgroup = machine?.host.cgroup;
  const shares = sharesOf(own, cgroup);
  const rule =
    cgroup === "v1"
      ? `${own} × 1024 / 100`
      : cgroup === "v2"
        ? `${own}`
        : `${own}; the host's cgroups are not recorded`;
  return [
    figure({
      name: "weight",
      value: own,
      text: `${own}`,
      formula:
        by.by === "default" ? "as every cgroup that is given none; written out beside others' weights" : "",
    }),
    figure({
      name: "CPU shares",
      value: shares,
      text: `${shares}`,
      formula: `${rule}, at least 2`,
    }),
  ];
}
