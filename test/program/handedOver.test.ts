import { describe, expect, it } from "vitest";
import { checkHandedOver } from "../../program/handedOver.ts";
import { fleetOf, floating, host, texts } from "../capacity/host/fleet.ts";

const urn = (chain: string, name: string) => `urn:pulumi:dev::numafleet::${chain}::${name}`;
const vmChain = "numafleet:libvirt:NumaDomain";
const agent = "numafleet:k3s:Agent";
const hostChain = "numafleet:libvirt:HypervisorHost";
const state = [
  urn("pulumi:pulumi:Stack", "numafleet-dev"),
  urn(hostChain, "h"),
  urn(`${hostChain}$libvirt:index/pool:Pool`, "h/fast"),
  urn(vmChain, "db"),
  urn(`${vmChain}$libvirt:index/volume:Volume`, "db/os"),
  urn(`${vmChain}$libvirt:index/cloudinitDisk:CloudinitDisk`, "db/cloud-init/seed"),
  urn(`${vmChain}$libvirt:index/volume:Volume`, "db/cloud-init/seed"),
  urn(`${vmChain}$libvirt:index/domain:Domain`, "db"),
  urn(agent, "worker"),
  urn(`${agent}$${vmChain}`, "worker"),
  urn(`${agent}$${vmChain}$libvirt:index/domain:Domain`, "worker"),
  urn(`${agent}$libvirt:index/guestFile:GuestFile`, "worker/config.yaml"),
  urn(vmChain, "db2"),
  urn(`${vmChain}$libvirt:index/domain:Domain`, "db2"),
];
const others = (...names: string[]) => fleetOf(names.map((name) => floating(name, { managed: false })));
const would = async (fleet: ReturnType<typeof fleetOf>) =>
  texts(await checkHandedOver(fleet, () => Promise.resolve(state)));

describe("what is managed: false", () => {
  it("and was made by the stack is refused, with the commands that take it out of the state, in their order", async () => {
    const list = [
      urn(`${vmChain}$libvirt:index/domain:Domain`, "db"),
      urn(`${vmChain}$libvirt:index/volume:Volume`, "db/cloud-init/seed"),
      urn(`${vmChain}$libvirt:index/volume:Volume`, "db/os"),
      urn(`${vmChain}$libvirt:index/cloudinitDisk:CloudinitDisk`, "db/cloud-init/seed"),
      urn(vmChain, "db"),
    ].map((each) => `pulumi state delete '${each}'`);
    expect(await would(others("db"))).toEqual([
      `refuse build/would-delete vms[0].managed: VM db is \`managed: false\`, but this stack has made it: an update would delete it, and its disks with it. | Take it out of the state first, which touches nothing on the host (--force where a disk is protected): ${list.join("; ")}. Or remove \`managed\`.`,
    ]);
    const [text = ""] = await would(others("worker"));
    expect([...text.matchAll(/delete '[^']*::([^']*)'/g)].map(([, name]) => name)).toEqual([
      "worker/config.yaml",
      "worker",
      "worker",
      "worker",
    ]);
    expect(text).toMatch(
      /Agent\$\S*NumaDomain::worker'; pulumi state delete '\S*::numafleet:k3s:Agent::worker'/,
    );
  });

  it("and was not made by the stack is left to others", async () => {
    expect(await would(others("web", "h", "fast"))).toEqual([]);
  });

  it("is a pool that the stack has made: refused too", async () => {
    const [fast, slow] = host.pools ?? [];
    const fleet = fleetOf([], {
      pools: [
        { ...fast, managed: false },
        { ...slow, managed: false },
      ] as never,
    });
    expect(await would(fleet)).toEqual([
      "refuse build/would-delete hosts[0].pools[0].managed: Pool fast of host h is `managed: false`, but this stack has made it: an update would take it away from the VMs whose disks are in it. | Remove `managed`: the stack leaves the pool as it is. To hand it over, hand over the VMs with disks in it first.",
    ]);
  });

  it("is nothing of a fleet that manages all: the state is not asked for", async () => {
    let asked = 0;
    const read = () => {
      asked++;
      return Promise.resolve(undefined);
    };
    expect(await checkHandedOver(fleetOf([floating("db")]), read)).toEqual([]);
    expect(asked).toBe(0);
    expect(await checkHandedOver(others("db"), read)).toEqual([]);
    expect(asked).toBe(1);
  });
});
