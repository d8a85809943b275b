import { describe, expect, it } from "vitest";
import { type Unknown, unknown } from "../../facts/asked.ts";
import type { HardwareFacts } from "../../facts/hardware.ts";
import { CHECKS } from "../../verify/checks.ts";
import { verdictOf } from "../../verify/compare.ts";
import { fleetOf, recordedHost } from "./recordedHost.ts";
import { type Plain, type PlainFacts, verify } from "./soundFacts.ts";

const fleet = fleetOf(recordedHost());
const hardware = (facts: PlainFacts) => facts.hardware as Plain<HardwareFacts>;
const cell = (facts: PlainFacts, i: number) =>
  (
    facts.cells as unknown as {
      memory: number;
      hugepages: Map<number, number>;
      distances: Map<number, number>;
    }[]
  )[i];
const gpu = (facts: PlainFacts, i: number) =>
  (hardware(facts).gpus as unknown as Record<string, unknown>[])[i];
const profiles = (facts: PlainFacts) => gpu(facts, 0)?.profiles as unknown as object[];
const OF_RECORD = [
  "cell-hugepages",
  "cell-distances",
  "sockets",
  "cgroup",
  "swap",
  "system-disk",
  "pool-filesystem",
  "uplink",
  "gpu",
] as const;

describe("a host that has what is recorded", () => {
  const { rows } = verify(fleet);
  it("has a row of each recorded figure, all in order", () => {
    const seen = rows.filter(({ check }) => OF_RECORD.some((each) => each === check));
    expect(
      seen.map(({ check, item, declared, live, status }) => [check, item, declared, live, status]),
    ).toEqual([
      ["sockets", "", "2", "2", "ok"],
      ["cgroup", "", "v2", "v2", "ok"],
      ["swap", "", "16Gi", "16Gi", "ok"],
      ["system-disk", "", "100 GB", "100 GB", "ok"],
      ["pool-filesystem", "fast", "/srv/fast", "/srv/fast (/dev/sda1)", "ok"],
      ["uplink", "br0", "25Gbps", "25Gbps", "ok"],
      ["gpu", "0000:65:00.0", "vgpu, 16 slots", "vgpu, 16 slots", "ok"],
      ["gpu", "0000:ca:00.0", "passthrough, 1 slot", "passthrough, 1 slot", "ok"],
      ["cell-hugepages", "2MiB", "512 pages", "512 pages", "ok"],
      ["cell-hugepages", "1GiB", "4 pages", "4 pages", "ok"],
      ["cell-distances", "", "0: 10, 1: 21", "0: 10, 1: 21", "ok"],
      ["cell-distances", "", "0: 21, 1: 10", "0: 21, 1: 10", "ok"],
    ]);
  });
});

/** What is changed, the row that then is not in order, its status, what it shows, and whether it is less. */
const CASES: readonly [string, (facts: PlainFacts) => void, string, string, string, true?][] = [
  [
    "a DIMM is gone",
    (f) => void Object.assign(cell(f, 1) ?? {}, { memory: 32 * 2 ** 30 }),
    "cell-memory",
    "differs",
    "32Gi",
    true,
  ],
  [
    "CPUs are offline, which libvirt names as cores of their own",
    (f) => {
      Object.assign(f, { onlineCpus: [0, 1, 2, 4, 5] });
      Object.assign(cell(f, 1) ?? {}, { cores: [[2], [3], [6], [7]] });
    },
    "cpus-online",
    "differs",
    "2; offline 3,6-7",
    true,
  ],
  [
    "fewer hugepages",
    (f) => void cell(f, 0)?.hugepages.set(2 ** 30, 1),
    "cell-hugepages",
    "differs",
    "1 pages",
    true,
  ],
  [
    "more hugepages",
    (f) => void cell(f, 0)?.hugepages.set(2 ** 30, 8),
    "cell-hugepages",
    "differs",
    "8 pages",
  ],
  [
    "other distances",
    (f) => void cell(f, 0)?.distances.set(1, 31),
    "cell-distances",
    "differs",
    "0: 10, 1: 31",
  ],
  ["no distances", (f) => void cell(f, 0)?.distances.clear(), "cell-distances", "differs", "none"],
  ["a socket less", (f) => void Object.assign(hardware(f), { sockets: 1 }), "sockets", "differs", "1", true],
  [
    "another version of cgroups",
    (f) => void Object.assign(hardware(f), { cgroup: "v1" }),
    "cgroup",
    "differs",
    "v1",
  ],
  [
    "no cgroup for CPUs",
    (f) => void Object.assign(hardware(f), { cgroup: undefined }),
    "cgroup",
    "differs",
    "no CPU controller",
  ],
  ["swap is off", (f) => void Object.assign(hardware(f), { swap: 0 }), "swap", "differs", "0", true],
  [
    "a smaller system disk",
    (f) => void Object.assign(hardware(f).filesystems.get("/") ?? {}, { capacity: 5e10 }),
    "system-disk",
    "differs",
    "50 GB",
    true,
  ],
  [
    "a pool whose disk is not mounted",
    (f) => void Object.assign(hardware(f).filesystems.get("/srv/fast") ?? {}, { mount: "/" }),
    "pool-filesystem",
    "differs",
    "/ (/dev/sda1)",
    true,
  ],
  [
    "a pool that has shrunk since libvirt looked at it",
    (f) => void Object.assign(hardware(f).filesystems.get("/srv/fast") ?? {}, { capacity: 9e11 }),
    "pool",
    "differs",
    "900 GB, 100 GB less",
    true,
  ],
  [
    "a bridge that has lost its uplink",
    (f) => void (hardware(f).links as unknown as object[]).splice(1),
    "uplink",
    "differs",
    "no uplink",
    true,
  ],
  [
    "a bridge that is gone",
    (f) => void (hardware(f).links as unknown as object[]).splice(0),
    "uplink",
    "differs",
    "no such interface",
    true,
  ],
  [
    "a slower link",
    (f) => void Object.assign((hardware(f).links as unknown as object[])[1] as object, { speed: 1e10 }),
    "uplink",
    "differs",
    "10Gbps",
    true,
  ],
  [
    "a link that tells no speed, which is no fault",
    (f) =>
      void Object.assign((hardware(f).links as unknown as object[])[1] as object, {
        speed: unknown("eno1 tells no link speed"),
      }),
    "uplink",
    "unknown",
    "unknown: eno1 tells no link speed",
  ],
  [
    "a GPU is gone",
    (f) => void (hardware(f).gpus as unknown[]).splice(1),
    "gpu",
    "differs",
    "no such GPU",
    true,
  ],
  [
    "another GPU",
    (f) => void Object.assign(gpu(f, 0) ?? {}, { model: "10de:2236" }),
    "gpu",
    "differs",
    "another GPU: 10de:2236",
    true,
  ],
  [
    "fewer virtual functions",
    (f) => void Object.assign(gpu(f, 0) ?? {}, { functions: 8 }),
    "gpu",
    "differs",
    "vgpu, 8 slots",
    true,
  ],
  [
    "fewer vGPUs of a kind on an idle GPU",
    (f) => void Object.assign(profiles(f)[0] as object, { available: 3 }),
    "gpu",
    "differs",
    "3 of 4 nvidia-474",
    true,
  ],
  [
    "no IOMMU",
    (f) => void Object.assign(gpu(f, 1) ?? {}, { iommuGroup: undefined }),
    "gpu",
    "differs",
    "in no IOMMU group",
    true,
  ],
  [
    "its functions became vGPUs by the driver's own files",
    (f) => void Object.assign(gpu(f, 1) ?? {}, { hasVendorVgpus: true }),
    "gpu",
    "differs",
    "its functions are vGPUs of its driver's own",
    true,
  ],
  [
    "the driver makes no vGPUs",
    (f) => void Object.assign(gpu(f, 0) ?? {}, { profiles: [] }),
    "gpu",
    "differs",
    "passthrough",
    true,
  ],
];

describe("a host that is not as recorded", () => {
  it.each(CASES)("%s", (_, change, check, status, live, less) => {
    const host = verify(fleet, change);
    const wrong = host.rows.filter(
      (row) => row.status !== "ok" && row.status !== "info" && row.check !== "cache-misses",
    );
    expect(wrong.map((row) => [row.check, row.status, row.live, row.less])).toEqual([
      [check, status, live, less],
    ]);
    expect(wrong[0]?.remedy).not.toBe("");
    expect(verdictOf([host])).toBe(status === "unknown" ? "as-declared" : "differs");
  });

  it("cores tell the CPUs that are online, and other siblings are none of them", () => {
    const cores = (given: readonly (readonly number[])[]) =>
      verify(fleet, (f) => {
        Object.assign(f, { onlineCpus: [0, 1, 2, 4, 5, 6] });
        Object.assign(cell(f, 1) ?? {}, { cores: given });
      })
        .rows.filter(({ check, subject }) => check === "cell-cores" && subject === "cell lab/1")
        .map(({ status, live }) => `${status} ${live}`);
    expect(cores([[2, 6], [3], [7]])).toEqual(["ok 1 cores, 2,6"]);
    expect(cores([[2], [6], [3], [7]])).toEqual(["differs 2 cores, 2,6; not a core: 2,6"]);
  });

  it("a pool that nobody's update makes or starts is a loss where it is not there", () => {
    const input = recordedHost();
    const [pool] = input.hosts?.[0]?.pools ?? [];
    if (pool) pool.managed = false;
    const others = fleetOf(input);
    const told = (change: (f: PlainFacts) => void) =>
      [fleet, others].map((each) => {
        const found = verify(each, change).rows.find(({ check }) => check === "pool");
        return [found?.live, found?.less];
      });
    expect(told((f) => void Object.assign(f, { pools: [] }))).toEqual([
      ["no such pool", undefined],
      ["no such pool", true],
    ]);
    expect(
      told((f) => void Object.assign((f.pools as unknown as object[])[0] as object, { active: false })),
    ).toEqual([
      ["not active", undefined],
      ["not active", true],
    ]);
  });

  it("a configured bandwidth without an uplink that the kernel shows is not known", () => {
    const found = verify(fleetOf(recordedHost("configured")), (f) => {
      (hardware(f).links as unknown as object[]).splice(1);
    }).rows.find(({ check }) => check === "uplink");
    expect([found?.status, found?.live]).toEqual(["unknown", "unknown: it has no uplink"]);
  });

  it("with vGPUs of another kind in use fewer of one are no loss", () => {
    const { rows } = verify(fleet, (f) => {
      profiles(f).push({ type: "nvidia-475", name: "", available: 0, used: 1 });
      Object.assign(profiles(f)[0] as object, { available: 1 });
    });
    expect(rows.filter(({ check, status }) => check === "gpu" && status !== "ok")).toEqual([]);
  });

  it("a host whose kernel cannot be asked has each of these figures unknown, and none in order", () => {
    const why: Unknown = unknown("cannot run commands on the host of qemu+tls://lab/system");
    const host = verify(fleet, (f) => void Object.assign(f, { hardware: why }));
    const of = host.rows.filter(({ check }) =>
      ["sockets", "cgroup", "swap", "system-disk", "pool-filesystem", "uplink", "gpu"].includes(check),
    );
    expect(of.map(({ status, live }) => [status, live])).toEqual(
      Array(8).fill(["unknown", `unknown: ${why.unknown}`]),
    );
    expect(verdictOf([host])).toBe("unknown");
  });

  it("a rehearsal's machine has hardware of its own", () => {
    const { rows } = verify(fleet, () => undefined, { cpus: 8, memory: 8 * 2 ** 30 });
    expect(rows.filter(({ check }) => check === "gpu" || check === "swap")).toEqual([]);
  });

  it("knows no check that is not tabled", () => {
    expect(OF_RECORD.every((check) => check in CHECKS)).toBe(true);
  });
});
