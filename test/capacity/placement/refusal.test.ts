import { describe, expect, it } from "vitest";
import type { PressureState } from "../../../capacity/pressure/exclusion.ts";
import { parseFleet } from "../../../model/fleet.ts";
import { type HostInput, texts, type VmInput } from "../host/fleet.ts";
import { host, place, vm, where } from "./small.ts";

describe("a VM without a place", () => {
  const pressure: PressureState = {
    filtered: [
      { node: "a", conditions: ["memory_pressure"], memory_pressure_since: "2026-05-06T07:08:09Z" },
      { node: "b", pool: "fast", conditions: ["disk_pressure"], disk_pressure_since: "2026-05-06T07:08:09Z" },
    ],
    unknown: [{ node: "c", why: "fleet watch has not seen it" }],
  };
  const disks: VmInput["disks"] = [{ name: "os", class: "ssd", size: "40 GB" }];

  it("is told with what keeps it off each host", () => {
    const hosts = [
      host("a", { cordoned: true }),
      host("b"),
      host("c", { reserved: { cpus: "3,11,7,15", memoryPerCell: "12 GiB" } }),
      host("d", { pools: [{ name: "fast", class: "ssd", path: "/fast", capacity: "30 GB" }] }),
      host("e", {
        cells: [{ id: 0, cores: ["0", "1"], memory: "16 GiB" }],
        reserved: { memoryPerCell: "1 GiB" },
      }),
    ];
    const { findings } = place({
      hosts: [hosts[0], hosts[2], hosts[3], hosts[4]] as HostInput[],
      vms: [vm("db", { disks })],
    });
    expect(texts(findings)).toEqual([
      "refuse placement/no-eligible-host vms[0]: No host has a place for VM db: a is cordoned; c has at most 4Gi of memory free in one cell, 4.13Gi wanted with QEMU's overhead; d has 30 GB free in pool fast (ssd), 40 GB wanted for disk os; e has at most 2 free CPUs in whole cores in one cell, 4 wanted. | Ask for less, free or add what is short, or uncordon a host.",
    ]);
  });

  it("is told of the cells that it names itself", () => {
    const named = vm("db", { host: "h", cpuPolicy: "dedicated", numa: { nodeset: "1" } });
    const taken: VmInput = {
      ...vm("x"),
      host: "h",
      vcpus: 1,
      pins: ["4"],
      emulator: "3",
      memory: "12 GiB",
      numa: { nodeset: "1" },
    };
    const why = (facts: Partial<VmInput>, cpu?: number) =>
      place({
        hosts: [host("h")],
        vms: [
          taken,
          { ...named, ...facts },
          ...(cpu === undefined ? [] : [vm("f", { host: "h", vcpus: cpu, memory: "1 GiB" })]),
        ],
      }).refusals[0]?.details.node_utilization[0]?.why;
    expect(why({ vcpus: 6 })).toBe("has 4 free CPUs in whole cores in cell 1, which the VM names, 6 wanted");
    expect(why({ memory: "3 GiB" })).toBe("has too little memory in cell 1, which the VM names, for 3.13Gi");
    expect(why({ memory: "1 GiB" }, 8)).toBe(
      "must keep CPUs for VMs that float, or for emulator threads: too few are left in cell 1, which the VM names",
    );
    expect(why({ memory: "1 GiB" })).toBeUndefined();
  });

  it("is refused to programs as the scheduler guide has it", () => {
    const pinned: VmInput = {
      ...vm("x"),
      host: "h",
      vcpus: 2,
      pins: ["0", "8"],
      emulator: "3",
      numa: { nodeset: "0" },
    };
    const { refusals } = place({ hosts: [host("h")], vms: [pinned, vm("db", { vcpus: 8, disks })] });
    expect(refusals).toEqual([
      {
        reason: "no_eligible_nodes",
        vm: "db",
        details: {
          filtered_due_to_pressure: [],
          node_utilization: [
            {
              node: "h",
              cpu_used: 2,
              cpu_total: 12,
              cpu_effective: 12,
              mem_used_mib: 4210,
              mem_total_mib: 32768,
              mem_effective_mib: 30720,
              disk_used_bytes: 0,
              disk_total_bytes: 100_000_000_000,
              disk_effective_bytes: 100_000_000_000,
              why: "has at most 6 free CPUs in whole cores in one cell, 8 wanted",
            },
          ],
        },
      },
    ]);
  });

  it("names the pool where the pool is what is full", () => {
    const full: VmInput["disks"] = [{ name: "os", class: "ssd", size: "70 GB" }];
    const { refusals } = place({
      hosts: [host("h")],
      vms: [vm("x", { disks: full }), vm("y", { disks: full })],
    });
    expect(refusals[0]?.details.node_utilization).toMatchObject([
      { node: "h", pool: "fast", disk_used_bytes: 70e9, disk_total_bytes: 100e9 },
    ]);
  });

  it("names the host's limit, or the file system, where that is what is full and no pool is", () => {
    const size = (gb: number): VmInput["disks"] => [{ name: "os", class: "ssd", size: `${gb} GB` }];
    const vms = [vm("x", { disks: size(70) }), vm("y", { disks: size(30) })];
    const limited = place({ hosts: [host("h", { limits: { disk: "80 GB" } })], vms });
    expect(limited.findings[0]?.message).toBe(
      "No host has a place for VM y: h has 10 GB left of its limits.disk, 30 GB wanted for disk os.",
    );
    const [at] = limited.refusals[0]?.details.node_utilization ?? [];
    expect(at).toMatchObject({
      disk_used_bytes: 70e9,
      disk_total_bytes: 80e9,
      disk_effective_bytes: 80e9,
    });
    expect(at).not.toHaveProperty("pool");

    const pools = ["one", "two"].map((name) => ({
      name,
      class: "ssd" as const,
      path: `/srv/${name}`,
      capacity: "100 GB",
      filesystem: "/srv",
    }));
    const shared = place({
      hosts: [host("h", { pools })],
      vms: [vms[0] as VmInput, vm("y", { disks: size(40) })],
    });
    expect(shared.refusals[0]?.details.node_utilization[0]?.why).toBe(
      "has 30 GB left of the file system /srv, 40 GB wanted for disk os",
    );
  });

  it("names what is short where each disk alone has room", () => {
    const both: VmInput["disks"] = [
      { name: "os", class: "ssd", size: "40 GB" },
      { name: "data", class: "hdd", size: "60 GB" },
    ];
    const why = (facts: Partial<HostInput>) =>
      place({ hosts: [host("h", facts)], vms: [vm("y", { disks: both })] }).refusals[0]?.details
        .node_utilization[0]?.why;
    expect(why({ limits: { disk: "80 GB" } })).toBe(
      "has 80 GB left of its limits.disk, 100 GB wanted for its disks at once",
    );
    const twice = both.map((disk) => ({ ...disk, class: "ssd" as const, size: "60 GB" }));
    expect(
      place({ hosts: [host("h")], vms: [vm("y", { disks: twice })] }).refusals[0]?.details.node_utilization,
    ).toMatchObject([
      { pool: "fast", why: "has 100 GB free in pool fast (ssd), 120 GB wanted for its disks at once" },
    ]);
  });

  it("names the bridge whose uplink has no room", () => {
    const bridges = [
      { name: "br0", bandwidth: "1Gbps" },
      { name: "br1", bandwidth: "10Gbps" },
    ];
    const asks = (name: string) => vm(name, { bridge: "br0", bandwidth: { upload: "600Mbps" } });
    const { refusals } = place({ hosts: [host("h", { bridges })], vms: [asks("x"), asks("y")] });
    expect(refusals[0]?.details.node_utilization[0]?.why).toBe(
      "has 400Mbps of network bandwidth left on bridge br0, 600Mbps wanted",
    );
  });

  it("is kept off what is under pressure, hard, and is told so", () => {
    const input = { hosts: [host("a"), host("b"), host("c")], vms: [vm("db", { disks })] };
    const { refusals, findings, made } = place(input, { pressure });
    expect(made).toEqual([]);
    expect(refusals[0]?.reason).toBe("no_eligible_nodes");
    expect(refusals[0]?.details).toMatchObject({
      reason: "node_pressure",
      filtered_due_to_pressure: pressure.filtered,
      node_utilization: [
        { node: "a", why: "is under pressure (memory_pressure)" },
        { node: "b", pool: "fast", why: "has its pool fast under pressure (disk_pressure)" },
        { node: "c", why: "is unknown: fleet watch has not seen it" },
      ],
    });
    expect(findings[0]?.remedy).toBe(
      "Relieve the host or the pool that is under pressure; nothing is placed there until then.",
    );
    // Other pools of the host stay eligible.
    const hdd: VmInput["disks"] = [{ name: "os", class: "hdd", size: "40 GB" }];
    expect(where(place({ ...input, vms: [vm("db", { disks: hdd })] }, { pressure }))).toEqual(["db: b"]);
  });

  it("tells a host of which nothing is known from one under pressure", () => {
    const unseen = { filtered: [], unknown: pressure.unknown };
    const { refusals, findings } = place(
      { hosts: [host("c")], vms: [vm("db", { disks })] },
      { pressure: unseen },
    );
    expect(refusals[0]?.details).toMatchObject({ reason: "node_unknown", filtered_due_to_pressure: [] });
    expect(findings[0]?.remedy).toBe(
      "See that fleet watch runs with this fleet and reaches the hosts that are unknown.",
    );
    // Where it would not fit anyway, neither is the reason.
    const huge = place({ hosts: [host("a"), host("c")], vms: [vm("db", { vcpus: 64 })] }, { pressure });
    expect(huge.refusals[0]?.details.reason).toBeUndefined();
  });

  it("lists no full pool that the VM's disks would not go to", () => {
    const ssd = (name: string) => ({ name, class: "ssd" as const, path: `/${name}`, capacity: "100 GB" });
    const cordoned = host("b", { cordoned: true, pools: [ssd("fast"), ssd("spare")] });
    const elsewhere = place(
      {
        hosts: [cordoned],
        vms: [vm("db", { disks: [{ name: "os", class: "ssd", size: "40 GB", pool: "spare" }] })],
      },
      { pressure },
    );
    expect(elsewhere.refusals[0]?.details.filtered_due_to_pressure).toEqual([]);
    const there = place(
      {
        hosts: [cordoned],
        vms: [vm("db", { disks: [{ name: "os", class: "ssd", size: "40 GB", pool: "fast" }] })],
      },
      { pressure },
    );
    expect(there.refusals[0]?.details.filtered_due_to_pressure).toMatchObject([{ node: "b", pool: "fast" }]);
  });

  it("spoils nothing for another one", () => {
    const sound = [vm("x"), vm("y")];
    const alone = place({ hosts: [host("a"), host("b")], vms: sound });
    const beside = place({ hosts: [host("a"), host("b")], vms: [vm("huge", { vcpus: 64 }), ...sound] });
    expect(beside.records).toEqual(alone.records);
  });

  it("is one of a hundred that are explained; the others are counted", () => {
    const vms = Array.from({ length: 130 }, (_, i) => vm(`v${String(i).padStart(3, "0")}`, { vcpus: 64 }));
    const { refusals, findings } = place({ hosts: [host("h")], vms });
    expect(refusals).toHaveLength(100);
    expect(findings).toHaveLength(101);
    expect(findings.map((f) => f.message)).toContain(
      "No host has a place for 30 more VMs either: v100, v101, v102, v103, v104 and 25 more.",
    );
  });
});

describe("bad input places nothing wrongly", () => {
  const told = (input: unknown) => parseFleet(input).findings.map((f) => f.path);

  it("the model refuses ratios that are none, cells that overlap, and sizes beyond 2^53", () => {
    const ratio = (overcommitRatio: unknown) => ({
      placement: { resources: { memory: { overcommitRatio } } },
    });
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(told({ hosts: [host("h")], vms: [vm("x")], ...ratio(wrong) })).toEqual([
        "placement.resources.memory.overcommitRatio",
      ]);
    }
    const cells = [
      { id: 0, cores: ["0", "1"], memory: "8 GiB" },
      { id: 1, cores: ["1", "2"], memory: "8 GiB" },
    ];
    expect(told({ hosts: [host("h", { cells })], vms: [vm("x")] })).toContain("hosts[0].cells[1].cores[0]");
    expect(told({ hosts: [host("h")], vms: [vm("x", { memory: "9007199254740992 B" })] })).toEqual([
      "vms[0].memory",
    ]);
  });

  it("a host whose sums are beyond 2^53 takes nothing", () => {
    const cells = [0, 1].map((id) => ({ id, cores: [`${id}`], memory: "8000 TiB" }));
    const huge = host("huge", { cells, reserved: { memoryPerCell: "1 GiB" } });
    const input = { hosts: [huge, host("sound")], vms: [vm("x", { vcpus: 1 }), vm("y", { vcpus: 16 })] };
    const { made, refusals } = place(input);
    expect(made.map((r) => r.host)).toEqual(["sound"]);
    expect(refusals[0]?.details.node_utilization[0]?.why).toBe(
      "has more memory or storage than can be summed up exactly (beyond 2^53)",
    );
  });

  it("memory that is no whole number of pages is told, and no host is searched in vain", () => {
    const odd = vm("x", { hugepages: "1GiB", memory: "1536 MiB" });
    expect(place({ hosts: [host("h")], vms: [odd] }).findings[0]?.message).toBe(
      "No host has a place for VM x: h cannot back 1.50Gi with whole pages of 1GiB.",
    );
  });
});
