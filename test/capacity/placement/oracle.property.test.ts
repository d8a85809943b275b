import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { hostRatios } from "../../../capacity/host/machine.ts";
import { Placer } from "../../../capacity/placement/placer.ts";
import { refuses } from "../../../model/finding.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import type { VM } from "../../../model/vm.ts";
import type { HostInput, VmInput } from "../host/fleet.ts";
import { hostOf, pinnedVm, settings, unplacedVm } from "./fleets.ts";
import { bestOf, placesOf } from "./oracle.ts";

const fleets = fc.record({
  hosts: fc.tuple(hostOf("a"), hostOf("B"), hostOf("c")).chain((all) => fc.subarray(all, { minLength: 1 })),
  pinned: fc.tuple(...["x", "y", "z"].map(pinnedVm)).chain((all) => fc.subarray(all)),
  asked: fc.tuple(...["n0", "n1", "n2"].map(unplacedVm)).chain((all) => fc.subarray(all, { minLength: 1 })),
  placement: settings,
});

/** The fleet with as many of the pinned VMs as it can take. */
function sound(hosts: HostInput[], pinned: VmInput[], rest: object): Fleet {
  return pinned.reduce(
    (fleet, vm) => {
      if (!hosts.some((host) => host.name === vm.host)) return fleet;
      const pools = hosts.find((host) => host.name === vm.host)?.pools ?? [];
      if (!(vm.disks ?? []).every((disk) => pools.some((pool) => pool.name === disk.pool))) return fleet;
      const more = requireFleet({ ...rest, hosts, vms: [...fleet.inputs, vm] });
      return refuses(judgeHosts(more).findings) ? fleet : { ...more, inputs: [...fleet.inputs, vm] };
    },
    { ...requireFleet({ ...rest, hosts }), inputs: [] as VmInput[] },
  );
}

test("a VM is placed where the best of all places is, is accepted there, and is refused only if there is none", () => {
  let placed = 0;
  let refused = 0;
  fc.assert(
    fc.property(fleets, ({ hosts, pinned, asked, placement }) => {
      let fleet = sound(hosts, pinned, { placement });
      const placer = new Placer(fleet);
      for (const vm of fleet.vms) placer.add(vm);
      for (const input of asked) {
        const vm = requireFleet({ vms: [input] }).vms[0] as VM;
        const places = placesOf(fleet, vm, (host) => hostRatios(fleet, host));
        const best = bestOf(places);
        const found = placer.place(vm);
        expect(found?.vm.host).toBe(best?.host);
        if (best === undefined || found === undefined) {
          refused++;
          continue;
        }
        placed++;
        const after = { ...fleet, vms: [...fleet.vms, found.vm] };
        expect(judgeHosts(after).findings.filter((f) => f.severity === "refuse")).toEqual([]);
        fleet = after;
      }
    }),
    {
      numRuns: 150,
    },
  );
  // A generator that leaves nothing to decide would prove nothing.
  expect(placed).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
}, 120_000);
