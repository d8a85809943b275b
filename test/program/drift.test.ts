import { describe, expect, it } from "vitest";
import { machines } from "../../capacity/host/machine.ts";
import { type Unknown, unknown } from "../../facts/asked.ts";
import type { HardwareFacts } from "../../facts/hardware.ts";
import type { HostInventory } from "../../facts/inventory.ts";
import { formatFinding } from "../../model/finding.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { hasDetected, judgeDrift } from "../../program/drift.ts";
import { checkLiveHosts } from "../../program/liveHosts.ts";
import { fleetOf, recordedHost } from "../verify/recordedHost.ts";
import { type Plain, type PlainFacts, soundFacts } from "../verify/soundFacts.ts";

type Change = (facts: PlainFacts) => void;
const TODAY = "2026-05-10";

function drift(input: FleetInput, change: Change | Unknown = () => undefined): string[] {
  const fleet = fleetOf(input);
  const [machine] = machines(fleet);
  if (!machine) throw new Error("the fleet has no host");
  const facts = structuredClone(soundFacts(machine));
  if (typeof change === "function") change(facts);
  const answer = typeof change === "function" ? (facts as unknown as HostInventory) : change;
  return judgeDrift(fleet, new Map([["lab", answer]]), TODAY).map(formatFinding);
}

const rooms = (f: PlainFacts) => (f.hardware as Plain<HardwareFacts>).filesystems as Map<string, object>;
const memory =
  (gib: number): Change =>
  (f) =>
    void Object.assign((f.cells as unknown as object[])[0] as object, { memory: gib * 2 ** 30 });

describe("a host with figures that were read off it", () => {
  it("passes without a word while it has them, or more", () => {
    expect(drift(recordedHost())).toEqual([]);
    expect(drift(recordedHost(), memory(128))).toEqual([]);
  });

  it("is refused field by field where it has less", () => {
    const found = drift(recordedHost(), (f) => {
      memory(32)(f);
      Object.assign(f, { onlineCpus: [0, 1, 2, 4, 5, 6, 7] });
      Object.assign(rooms(f).get("/srv/fast") ?? {}, { capacity: 9e11 });
      Object.assign(f.hardware as Plain<HardwareFacts> as object, { swap: 0 });
    });
    expect(found).toEqual([
      "refuse host/below-record hosts[0].cells[1].cores: Host lab has less than its record: CPUs online of cell lab/1 is recorded as 2-3,6-7 (detected, 2026-05-03), and is 2,6-7; offline 3. Bring CPUs 3 online (/sys/devices/system/cpu/cpuN/online), or record the host anew.",
      "refuse host/below-record hosts[0].cells[0].memory: Host lab has less than its record: memory of cell lab/0 is recorded as 64Gi (detected, 2026-05-03), and is 32Gi. The cell has 32Gi less than its record. Mend the host, or record what it has now.",
      "refuse host/below-record hosts[0].pools[0]: Host lab has less than its record: pool fast of host lab is recorded as 1 TB in /srv/fast (detected, 2026-05-03), and is 900 GB, 100 GB less. Mend the host, or record what it has now.",
      "refuse host/below-record hosts[0].swap: Host lab has less than its record: swap of host lab is recorded as 16Gi (detected, 2026-05-03), and is 0. Mend the host, or record what it has now.",
    ]);
  });

  it("that is off is unknown, and refuses nothing", () => {
    expect(drift(recordedHost(), unknown("qemu:///system: no route to host.", "Start it."))).toEqual([
      "warn host/record-unknown hosts[0]: Whether host lab still has what is recorded is unknown: qemu:///system: no route to host. Start it.",
    ]);
  });

  it("that answers half of the questions is judged by that half, and the rest is named", () => {
    const found = drift(recordedHost(), (f) => {
      memory(32)(f);
      Object.assign(f, { hardware: unknown("nothing runs commands there") });
    });
    expect(found).toEqual([
      expect.stringMatching(/^refuse host\/below-record hosts\[0\]\.cells\[0\]\.memory: /),
      "warn host/record-unknown hosts[0]: Host lab does not tell sockets of host lab, cgroups of host lab, swap of host lab, system disk of host lab, file system fast of host lab, GPU 0000:65:00.0 of host lab, GPU 0000:ca:00.0 of host lab: nothing runs commands there. Mend what is in the way, and verify again.",
    ]);
  });

  it("a figure that is not told has its own reason beside others", () => {
    const found = drift(recordedHost(), (f) => {
      Object.assign(f.hardware as object, { swap: unknown("/proc/meminfo has no SwapTotal") });
      rooms(f).set("/srv/fast", unknown("/srv/fast: its file system did not answer in 10 s"));
    });
    expect(found).toEqual([
      "warn host/record-unknown hosts[0]: Host lab does not tell swap of host lab: /proc/meminfo has no SwapTotal. Mend what is in the way, and verify again.",
      "warn host/record-unknown hosts[0]: Host lab does not tell file system fast of host lab: /srv/fast: its file system did not answer in 10 s. Mend what is in the way, and verify again.",
    ]);
  });

  it("a pool of others that is gone is refused: no update makes it", () => {
    const input = recordedHost();
    const [pool] = input.hosts?.[0]?.pools ?? [];
    if (pool) pool.managed = false;
    const gone: Change = (f) => void Object.assign(f, { pools: [] });
    expect(drift(input, gone)).toEqual([
      "refuse host/below-record hosts[0].pools[0]: Host lab has less than its record: pool fast of host lab is recorded as 1 TB in /srv/fast (detected, 2026-05-03), and is no such pool. No update makes it, as it is `managed: false`: bring it back, or take it out of the record.",
    ]);
    const [host] = input.hosts ?? [];
    if (host) host.recorded = { source: "configured", date: "2026-05-03" };
    expect(drift(input, gone).map((text) => text.split(":")[0])).toEqual([
      "warn host/below-configured hosts[0].pools[0]",
      "refuse host/below-committed hosts[0].pools[0].capacity",
    ]);
  });

  it("a pool that is not there yet is no loss: the update makes it", () => {
    expect(drift(recordedHost(), (f) => void Object.assign(f, { pools: [] }))).toEqual([]);
  });
});

describe("a host with configured figures", () => {
  it("counts with them, and says that it has less", () => {
    expect(drift(recordedHost("configured"), memory(62.5))).toEqual([
      "warn host/below-configured hosts[0].cells[0].memory: Host lab has less than was configured, and the configured figure counts: memory of cell lab/0 is recorded as 64Gi (configured, 2026-05-03), and is 62.50Gi. The cell has 1.50Gi less than its record. Mend the host, or record what it has now.",
    ]);
  });

  it("is refused where what is committed to it is not there in truth", () => {
    const found = drift(recordedHost("configured"), memory(24));
    expect(found).toHaveLength(2);
    expect(found[1]).toMatch(
      /^refuse host\/below-committed hosts\[0\]\.cells\[0\]\.memory: By what the hosts have now \(host\/cell-memory\): /,
    );
  });

  it.each<[string, (gpus: Record<string, unknown>[]) => void]>([
    ["is gone", (gpus) => void gpus.splice(0, 1)],
    ["has another use", ([gpu]) => void Object.assign(gpu ?? {}, { profiles: [], functions: 0 })],
    ["has fewer functions", ([gpu]) => void Object.assign(gpu ?? {}, { functions: 1 })],
    [
      "makes fewer vGPUs",
      ([gpu]) => void Object.assign(((gpu?.profiles ?? []) as object[])[0] ?? {}, { available: 1 }),
    ],
  ])("is refused where a GPU that VMs have %s", (_, change) => {
    const input = recordedHost("configured");
    const uuid = (n: number) => `5e1f3c8e-0000-4000-8000-00000000000${n}`;
    const vgpu = (n: number) => ({ address: "0000:65:00.0", vgpu: { type: "nvidia-474", uuid: uuid(n) } });
    Object.assign(input.vms?.[0] ?? {}, { gpus: [vgpu(1), vgpu(2)] });
    const found = drift(input, (f) => change((f.hardware as HardwareFacts).gpus as never));
    expect(found.map((text) => text.split(": ").slice(0, 2).join(": "))).toEqual([
      "warn host/below-configured hosts[0].gpus[0]: Host lab has less than was configured, and the configured figure counts",
      "refuse host/below-committed hosts[0].gpus[0]: By what the hosts have now (host/gpu-slots)",
    ]);
  });

  it("a cell's record of its own has the say about its CPUs", () => {
    const input = recordedHost("configured");
    const cell = input.hosts?.[0]?.cells[1];
    if (cell) cell.recorded = { source: "detected", date: "2026-05-09" };
    const offline = (...cpus: number[]) =>
      drift(input, (f) => {
        Object.assign(f, { onlineCpus: (f.onlineCpus as number[]).filter((cpu) => !cpus.includes(cpu)) });
      }).map((text) => text.split(":")[0]);
    expect(offline(3)).toEqual(["refuse host/below-record hosts[0].cells[1].cores"]);
    expect(offline(5)[0]).toBe("warn host/below-configured hosts[0].cells[0].cores");
  });

  it("a figure of its own record goes by that", () => {
    const input = recordedHost("configured");
    const cell = input.hosts?.[0]?.cells[0];
    if (cell) cell.recorded = { source: "detected", date: "2026-05-09" };
    const [found] = drift(input, memory(62.5));
    expect(found).toContain("refuse host/below-record hosts[0].cells[0].memory");
    expect(found).toContain("(detected, 2026-05-09)");
  });
});

describe("which hosts are asked", () => {
  const settings = { liveHosts: "detected", rehearsal: undefined, timeouts: {}, today: TODAY } as const;
  async function asked(input: FleetInput, given: object = {}): Promise<string[]> {
    const uris: string[] = [];
    await checkLiveHosts(fleetOf(input), { ...settings, ...given }, async (uri) => {
      uris.push(uri);
      return unknown("off");
    });
    return uris;
  }
  const configured = recordedHost("configured");
  const mixed = recordedHost("configured");
  const [host] = mixed.hosts ?? [];
  if (host) host.systemDisk = { capacity: "100 GB", recorded: { source: "detected", date: "2026-05-09" } };

  it.each([
    ["read off it", recordedHost(), {}, 1],
    ["configured", configured, {}, 0],
    ["configured, and one that was read off it", mixed, {}, 1],
    ["configured, where all are asked", configured, { liveHosts: "all" }, 1],
    ["read off it, where none is asked", recordedHost(), { liveHosts: "none" }, 0],
    ["read off it, in a rehearsal", recordedHost(), { rehearsal: { cpus: 2, memory: 2 ** 32 } }, 0],
  ] as const)("a host with figures %s", async (_, input, given, count) => {
    expect(await asked(input, given)).toHaveLength(count);
  });

  it("knows figures of their own", () => {
    expect([recordedHost(), configured, mixed].map((input) => fleetOf(input).hosts.map(hasDetected))).toEqual(
      [[true], [false], [true]],
    );
  });
});
