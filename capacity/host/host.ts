import type { Finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { PAGE_BYTES } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import { checkFloors } from "../balloon/floors.ts";
import { type Amount, amount, type CellCapacity, type HostCapacity } from "../capacity.ts";
import { checkNodesets, checkUnbound } from "./binding.ts";
import { checkHelpers } from "./emulator.ts";
import { placeGpus } from "./gpus.ts";
import { type Pages, placePages } from "./hugepages.ts";
import { type Guest, helperCpus, type Machine, machines } from "./machine.ts";
import { hugepageBytes, placeMemory, promised, type Share } from "./memory.ts";
import { checkPins } from "./pins.ts";
import { placeDisks } from "./pools.ts";
import { placeShared } from "./shared.ts";
import { checkSiblings } from "./siblings.ts";
import { placeTraffic } from "./traffic.ts";
import { withoutUncounted } from "./uncounted.ts";

/**
 * What the hosts have against what their VMs ask for, cell by cell and pool by pool. A host's VMs are judged
 * whole: pins, emulator sets, memory with QEMU's overhead, hugepages, disks, shared CPUs. Linear in the
 * fleet; findings do not depend on the order in which VMs are declared.
 */
export function judgeHosts(fleet: Fleet): { hosts: HostCapacity[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const hosts = machines(fleet).map((machine) => {
    const memory = placeMemory(machine);
    const pages = placePages(machine);
    const disks = placeDisks(machine);
    const shared = placeShared(machine);
    const traffic = placeTraffic(machine);
    const gpus = placeGpus(machine);
    const rules = [
      checkPins(machine),
      checkSiblings(machine),
      checkHelpers(machine),
      checkNodesets(machine),
      checkUnbound(machine),
      memory.findings,
      pages.findings,
      disks.findings,
      shared.findings,
      checkFloors(machine),
      traffic.findings,
      gpus.findings,
    ];
    for (const found of rules) for (const f of found) findings.push(f);
    const cells = cellCapacities(machine, memory.shares, pages);
    return {
      name: machine.host.name,
      cells,
      pools: disks.pools,
      network: traffic.network,
      gpus: gpus.gpus,
      diskIo: traffic.diskIo,
      memory: sum(cells.map((cell) => cell.memory)),
      cpus: sum(cells.map((cell) => cell.cpus)),
      sharedVcpus: shared.sharedVcpus,
    };
  });
  return { hosts, findings: withoutUncounted(findings, fleet.placement.resources) };
}

function sum(amounts: readonly Amount[]): Amount {
  const total = (of: (a: Amount) => number) => amounts.reduce((t, a) => t + of(a), 0);
  return amount(
    total((a) => a.capacity),
    total((a) => a.reserved),
    total((a) => a.committed),
    total((a) => a.effective ?? a.capacity),
  );
}

/**
 * Memory that is reserved as hugepages counts as kept back, not as committed: it is gone from ordinary
 * memory whether a VM uses it or not. A CPU that two VMs claim counts twice, so that the excess shows; one
 * that their emulators share counts once.
 */
function cellCapacities(machine: Machine, shares: readonly Share[], pages: Pages): CellCapacity[] {
  const { host } = machine;
  const committedCpus = host.cells.map(() => 0);
  for (const cpus of [...machine.guests.map((guest) => guest.dedicated), helperCpus(machine)]) {
    for (const cpu of cpus) {
      const cell = machine.cellOf.get(cpu) as number;
      committedCpus[cell] = (committedCpus[cell] as number) + 1;
    }
  }
  const committedMemory = host.cells.map(() => 0);
  const residents = host.cells.map(() => new Map<Guest, { memory: Bytes; overhead: Bytes }>());
  const settle = (guest: Guest, place: number, memory: Bytes, overhead: Bytes) => {
    const cell = residents[place] as Map<Guest, { memory: Bytes; overhead: Bytes }>;
    const before = cell.get(guest) ?? { memory: 0, overhead: 0 };
    cell.set(guest, { memory: before.memory + memory, overhead: before.overhead + overhead });
  };
  for (const { guest, place, memory, overhead } of shares) {
    committedMemory[place] = (committedMemory[place] as number) + memory + overhead;
    settle(guest, place, memory, overhead);
  }
  for (const share of pages.shares) {
    settle(share.guest, share.place, share.pages * PAGE_BYTES[share.size], 0);
  }
  return host.cells.map((cell, c) => {
    const threads = cell.cores.flat();
    return {
      id: cell.id,
      cpus: amount(
        threads.length,
        threads.filter((cpu) => machine.reserved.has(cpu)).length,
        committedCpus[c] as number,
      ),
      memory: amount(
        cell.memory,
        host.reserved.memoryPerCell + hugepageBytes(machine, c),
        committedMemory[c] as number,
        promised(machine, c),
      ),
      hugepages: pages.cells[c] ?? {},
      vms: machine.guests.flatMap((guest) => {
        const here = residents[c]?.get(guest);
        return here && here.memory + here.overhead > 0 ? [{ name: guest.vm.name, ...here }] : [];
      }),
    };
  });
}
