import { compareText, type Finding, finding } from "../../model/finding.ts";
import { type Gpu, gpuSlots } from "../../model/gpu.ts";
import { type Amount, amount } from "../capacity.ts";
import type { Guest, Machine } from "./machine.ts";
import { count, listVms } from "./names.ts";

/**
 * GPUs in slots: a function that is passed through is one VM's, a shared GPU has as many as it has virtual functions
 * or, without them, as its kind of vGPU allows. Slots are never overcommitted.
 */
export function placeGpus(machine: Machine): {
  readonly gpus: readonly { readonly address: string; readonly slots: Amount }[];
  readonly findings: Finding[];
} {
  const { host, guests, path } = machine;
  const findings: Finding[] = [];
  const gpus = host.gpus.map((gpu, g) => {
    const asked = guests.flatMap((guest) =>
      guest.vm.gpus.filter((want) => want.address === gpu.address).map(({ vgpu }) => ({ guest, vgpu })),
    );
    const kinds = new Set(asked.flatMap(({ vgpu }) => vgpu?.type ?? []));
    const slots = slotsFor(gpu, kinds);
    if (asked.length > slots) {
      const names = namesOf(asked.map(({ guest }) => guest));
      findings.push(
        finding({
          rule: "host/gpu-slots",
          path: `${path}.gpus[${g}]`,
          subject: `GPU ${gpu.address} of host ${host.name}`,
          have: slots,
          need: asked.length,
          limit: slots,
          unit: "slots",
          message: `GPU ${gpu.address} of host ${host.name} (${gpu.mode}) has too few slots for ${listVms(names)}: requested ${asked.length}, available ${slots}, short by ${asked.length - slots}.`,
          remedy:
            gpu.mode === "passthrough" && gpu.iommuGroup === undefined
              ? "Switch the host's IOMMU on and record the GPU anew, or take the GPU from the VM."
              : `Take ${count(asked.length - slots, "slot")} back, or give a VM another GPU or host.`,
        }),
      );
    }
    return { address: gpu.address, slots: amount(slots, 0, asked.length) };
  });
  return { gpus, findings: [...findings, ...checkGroups(machine), ...checkUuids(machine)] };
}

/** Without SR-IOV the instances of its kinds bound a GPU; with several kinds on it the fewest of them. */
export function slotsFor(gpu: Gpu, kinds: ReadonlySet<string>): number {
  const bound = gpu.profiles.filter(({ type }) => kinds.has(type)).map(({ instances }) => instances);
  return bound.length === 0
    ? gpuSlots(gpu)
    : Math.min(...bound, gpu.functions > 0 ? gpu.functions : Infinity);
}

/** Functions of one IOMMU group reach each other's memory: they go to one VM. */
function checkGroups({ host, guests, path }: Machine): Finding[] {
  const groups = new Map<number, { readonly names: Set<string>; readonly at: number }>();
  host.gpus.forEach(({ address, mode, iommuGroup }, g) => {
    if (mode !== "passthrough" || iommuGroup === undefined) return;
    const users = guests.filter(({ vm }) => vm.gpus.some((want) => want.address === address));
    const group = groups.get(iommuGroup) ?? { names: new Set(), at: g };
    for (const { vm } of users) group.names.add(vm.name);
    groups.set(iommuGroup, group);
  });
  return [...groups].flatMap(([group, { names, at }]) => {
    const gpus = host.gpus.filter((g) => g.mode === "passthrough" && g.iommuGroup === group);
    if (gpus.length < 2 || names.size < 2) return [];
    return [
      finding({
        rule: "host/gpu-group",
        path: `${path}.gpus[${at}].iommuGroup`,
        subject: `host ${host.name}`,
        need: names.size,
        limit: 1,
        unit: "VMs",
        message: `GPUs ${gpus.map((g) => g.address).join(" and ")} of host ${host.name} are one IOMMU group (${group}), which goes to one VM, but ${listVms([...names].sort(compareText))} each have one.`,
        remedy: "Give all of the group to one VM.",
      }),
    ];
  });
}

/** A mediated device is one VM's. */
function checkUuids({ host, guests }: Machine): Finding[] {
  const owners = new Map<string, Guest[]>();
  for (const guest of guests) {
    for (const { vgpu } of guest.vm.gpus) {
      if (vgpu !== undefined) owners.set(vgpu.uuid, [...(owners.get(vgpu.uuid) ?? []), guest]);
    }
  }
  return [...owners].flatMap(([uuid, users]) => {
    const [first, second] = users;
    if (first === undefined || second === undefined) return [];
    return [
      finding({
        rule: "host/gpu-slots",
        path: `${second.path}.gpus`,
        subject: `host ${host.name}`,
        need: users.length,
        limit: 1,
        unit: "slots",
        message: `vGPU ${uuid} of host ${host.name} is given ${users.length} times, to ${listVms(namesOf(users))}.`,
        remedy: "Give each a vGPU of its own.",
      }),
    ];
  });
}

function namesOf(guests: readonly Guest[]): string[] {
  return [...new Set(guests.map(({ vm }) => vm.name))].sort(compareText);
}
