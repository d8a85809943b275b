import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { qemuArguments } from "../../../lab/commandLine.ts";
import { emptySeats, placeCpus } from "../../../lab/topology.ts";
import { physicalMemory, planTwin, type Twin } from "../../../lab/twin.ts";
import { type Fleet, type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { numa } from "../../../stacks/numa.ts";

type HostInput = NonNullable<FleetInput["hosts"]>[number];

const DEFAULT = requireFleet(numa);

/** The default stack's host alone, changed. */
function fleetOf(change: Partial<HostInput>): Fleet {
  const host = { ...(numa.hosts?.[0] as HostInput), reserved: { memoryPerCell: "1 GiB" } };
  return requireFleet({ hosts: [{ ...host, ...change }] });
}

function twinOf(fleet: Fleet, accelerator: "kvm" | "tcg" = "tcg"): Twin {
  const planned = planTwin(fleet, fleet.hosts[0] as Fleet["hosts"][number], accelerator);
  if (!("twin" in planned)) throw new Error(planned.findings.map(({ message }) => message).join("\n"));
  return planned.twin;
}

function refusals(fleet: Fleet, accelerator: "kvm" | "tcg" = "tcg"): string[] {
  const planned = planTwin(fleet, fleet.hosts[0] as Fleet["hosts"][number], accelerator);
  return planned.findings.map(({ rule, message, remedy }) => `${rule}: ${message} ${remedy}`);
}

/** So many cores of as many threads, numbered through. */
function cell(id: number, first: number, cores: number, threads = 1, memory = "4 GiB") {
  const set = (i: number) => Array.from({ length: threads }, (_, t) => first + i * threads + t).join(",");
  return { id, cores: Array.from({ length: cores }, (_, i) => set(i)), memory };
}

describe("the twin of the default stack's host", () => {
  const twin = twinOf(DEFAULT);

  test("has each CPU in its cell, and siblings on one core", () => {
    const at = (cpu: number) => twin.topology.cpus[cpu];
    expect(twin.topology).toMatchObject({ sockets: 2, cores: 18, threads: 2, cellOfSocket: [0, 1] });
    expect(at(0)).toEqual({ cpu: 0, socket: 0, core: 0, thread: 0, index: 0, apicId: 0 });
    expect(at(36)).toEqual({ cpu: 36, socket: 0, core: 0, thread: 1, index: 1, apicId: 1 });
    expect(at(17)).toEqual({ cpu: 17, socket: 0, core: 17, thread: 0, index: 34, apicId: 34 });
    expect(at(18)).toEqual({ cpu: 18, socket: 1, core: 0, thread: 0, index: 36, apicId: 64 });
    expect(at(71)).toEqual({ cpu: 71, socket: 1, core: 17, thread: 1, index: 71, apicId: 99 });
  });

  test("has a kernel's own memory beside what is declared, pools with their capacities, and base images", () => {
    const GIB = 1024 ** 3;
    expect(twin.cells.map(({ memory }) => memory / GIB)).toEqual([128, 128]);
    expect(twin.cells.map(({ physical }) => physical / GIB)).toEqual([130.75, 130.75]);
    expect(twin.distances).toEqual([
      [10, 21],
      [21, 10],
    ]);
    expect(twin.bridges).toEqual(["br0"]);
    expect(twin.pools).toEqual([
      { path: "/var/lib/libvirt/images", capacity: 960e9 },
      { path: "/var/lib/libvirt/lake", capacity: 10e12 },
    ]);
    expect(twin.baseImages).toEqual([{ path: "/var/lib/libvirt/images/base.qcow2", format: "qcow2" }]);
  });

  test("says where it is not as the host", () => {
    expect(twin.differences).toEqual([
      "Sockets: one for each cell (2 of 18 cores with 2 threads); a fleet does not say which cells share one.",
      "Distances: 10 within a cell and 21 between cells; the host's own are not recorded.",
      "Memory: 261.50Gi for the declared 256Gi, since a kernel does not count what it keeps for itself. It is taken from this machine only as the twin uses it.",
      "Speed: CPUs are emulated, and all of them share those of this machine. No time and no load means anything.",
      "CPU frequency: a driver is there and takes every governor; nothing gets faster or slower by it.",
      "Disks: pools are in memory, with the declared capacities; base images are empty, so no guest starts a system.",
      "Network: bridges are there without an uplink, and nothing of the twin reaches this machine's network.",
    ]);
  });

  test("is this command line", () => {
    const files = { kernel: "/k", initrd: "/i", madt: "/m,1", frequency: "/f", console: "/c" };
    const line = qemuArguments(twin, { files, accelerator: "tcg", sshPort: 2222 }).join(" ");
    for (const part of [
      "-accel tcg,thread=multi -cpu max,vendor=GenuineIntel,family=6,model=85,stepping=4,la57=off",
      "-smp 72,sockets=2,cores=18,threads=2 -m 267776M",
      "-object memory-backend-ram,id=cell0,size=133888M,reserve=off -numa node,nodeid=0,memdev=cell0",
      "-object memory-backend-ram,id=cell1,size=133888M,reserve=off -numa node,nodeid=1,memdev=cell1",
      "-numa cpu,node-id=0,socket-id=0 -numa cpu,node-id=1,socket-id=1",
      "-numa dist,src=0,dst=1,val=21 -numa dist,src=1,dst=0,val=21",
      "-acpitable file=/m,,1 -acpitable file=/f -kernel /k -initrd /i -append acpi_apic_instance=2 ",
      "-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap",
      "restrict=on,hostfwd=tcp:127.0.0.1:2222-:22",
    ])
      expect(line).toContain(part);
    // Reserved hugepages that are set to zero would be this machine's memory.
    expect(line).toContain(" init_on_alloc=0 ");
    expect(line).not.toContain("hugepages");
  });

  test("by hardware virtualisation has the machine's own CPUs", () => {
    const files = { kernel: "/k", initrd: "/i", madt: "/m", frequency: "/f", console: "/c" };
    const line = qemuArguments(twinOf(DEFAULT, "kvm"), { files, accelerator: "kvm", sshPort: 1 }).join(" ");
    expect(line).toContain("-accel kvm -cpu host,host-phys-bits=on -smp 72,");
  });
});

describe("other hosts", () => {
  const lineOf = (fleet: Fleet) => {
    const files = { kernel: "/k", initrd: "/i", madt: "/m", frequency: "/f", console: "/c" };
    return qemuArguments(twinOf(fleet), { files, accelerator: "tcg", sshPort: 1 }).join(" ");
  };

  test("the cell of CPU 0 gets the first socket, whatever its number", () => {
    const fleet = fleetOf({ cells: [cell(0, 4, 4), cell(1, 0, 4)] });
    expect(twinOf(fleet).topology.cellOfSocket).toEqual([1, 0]);
    expect(lineOf(fleet)).toContain("-numa cpu,node-id=1,socket-id=0 -numa cpu,node-id=0,socket-id=1");
  });

  test("cells that are not alike leave seats empty, and each CPU is then named", () => {
    const fleet = fleetOf({ cells: [cell(0, 0, 2, 2), cell(1, 4, 1)] });
    const twin = twinOf(fleet);
    expect(emptySeats(twin.topology)).toBe(3);
    expect(twin.differences).toContain(
      "Cores: 3 seats of the sockets stay empty, since the cells are not alike.",
    );
    expect(lineOf(fleet)).toContain(
      "-smp 1,maxcpus=8,sockets=2,cores=2,threads=2 -device max-x86_64-cpu,socket-id=0,core-id=0,thread-id=1 -device max-x86_64-cpu,socket-id=0,core-id=1,thread-id=0 -device max-x86_64-cpu,socket-id=0,core-id=1,thread-id=1 -device max-x86_64-cpu,socket-id=1,core-id=0,thread-id=0 -m",
    );
  });

  test("recorded distances are the twin's, each direction its own, and no difference", () => {
    const far = { ...cell(1, 2, 2), distances: { "0": 31, "1": 10 } };
    const fleet = fleetOf({ cells: [far, { ...cell(0, 0, 2), distances: { "0": 10, "1": 255 } }] });
    expect(twinOf(fleet).distances).toEqual([
      [10, 255],
      [31, 10],
    ]);
    expect(lineOf(fleet)).toContain(
      "-numa dist,src=0,dst=1,val=255 -numa dist,src=1,dst=0,val=31 -acpitable",
    );
    expect(twinOf(fleet).differences.filter((text) => text.startsWith("Distances"))).toEqual([]);
  });

  test("hugepages are there at boot, unless an update reserves them", () => {
    const cells = [
      { ...cell(0, 0, 2), hugepages: { "2MiB": 512, "1GiB": 2 } },
      { ...cell(1, 2, 2), hugepages: { "2MiB": 256 } },
    ];
    expect(lineOf(fleetOf({ cells }))).toContain(
      " hugepagesz=2M hugepages=0:512,1:256 hugepagesz=1G hugepages=0:2 ",
    );
    expect(twinOf(fleetOf({ cells })).differences).toContain("Hugepages: reserved at boot, as declared.");
    expect(lineOf(fleetOf({ cells, tuning: { hugepages: true } }))).not.toContain("hugepages");
  });

  test("VMs on hugepages fill them, those of another host elsewhere", () => {
    const cells = [{ ...cell(0, 0, 2, 1, "16 GiB"), hugepages: { "2MiB": 4096 } }];
    const spare = {
      ...(numa.hosts?.[0] as HostInput),
      name: "spare",
      reserved: { memoryPerCell: "1 GiB" },
      cells,
    };
    const vm = (name: string, host: string, hugepages?: "2MiB") => ({
      name,
      host,
      vcpus: 1,
      memory: "2 GiB",
      ...(hugepages === undefined ? {} : { hugepages }),
    });
    const fleet = requireFleet({
      hosts: [{ ...spare, name: "numa" }, spare],
      vms: [vm("a", "numa", "2MiB"), vm("b", "numa", "2MiB"), vm("c", "numa"), vm("d", "spare", "2MiB")],
    });
    const twin = twinOf(fleet);
    expect(twin.filled).toBe(4 * 1024 ** 3);
    expect(twin.differences).toContain(
      "VMs on hugepages: their memory, 4Gi, is taken from this machine as they start; hugetlbfs is mounted for each size of page.",
    );
  });

  test.each<[string, Partial<HostInput>, string[]]>([
    [
      "256 CPUs of two sockets",
      { cells: [cell(0, 0, 64, 2), cell(1, 128, 64, 2)] },
      [
        "lab/too-many-cpus: Host numa has 256 CPUs in 2 cells of up to 64 cores with 2 threads, which takes APIC ids up to 255; a machine of QEMU's has them up to 254. Rehearse on the twin of a host with fewer cores: declare one in a fleet file of its own.",
      ],
    ],
    [
      "a gap in the numbers of CPUs and of cells",
      { cells: [cell(0, 0, 2), cell(3, 4, 2)] },
      [
        "lab/cell-numbers: Host numa has no cell 1, 2, and the cells of a machine of QEMU's are numbered from 0 without a gap. Number the cells, and the VMs' nodesets with them, without a gap in a copy of the fleet file.",
        "lab/cpu-numbers: Host numa has no CPU 2, 3, and the kernel of its twin numbers CPUs from 0 without a gap. Declare every CPU that the host has; keep those that nothing may use in `reserved.cpus`.",
      ],
    ],
    [
      "129 cells",
      { cells: Array.from({ length: 129 }, (_, i) => cell(i, i, 1)) },
      [
        "lab/too-many-cells: Host numa has 129 NUMA cells, and a machine of QEMU's has at most 128. Rehearse on the twin of a host with fewer: declare one in a fleet file of its own.",
      ],
    ],
    [
      "a terabyte and a half",
      { cells: [cell(0, 0, 2, 1, "1536 GiB")] },
      [
        "lab/too-much-memory: The twin of host numa takes 1561Gi, and an emulated machine of QEMU's has at most 988Gi. Use a machine with hardware virtualisation, or rehearse on the twin of a host with less memory.",
      ],
    ],
    [
      "a bridge with a name that no interface has, and a pool over the system",
      {
        bridges: [{ name: "a-bridge-of-the-lab" }],
        pools: [{ name: "all", class: "ssd", path: "/", capacity: "1 TB" }],
      },
      [
        'lab/bridge-name: `hosts[0].bridges[0].name` is "a-bridge-of-the-lab" with 19 characters, and a network interface of Linux has at most 15. Give the bridge the name that it has on the host.',
        'lab/pool-path: `hosts[0].pools[0].path` is "/", where the twin has its own system (/bin, /dev, /etc and others): a pool there would hide it. Give the pool a folder of its own in a copy of the fleet file.',
      ],
    ],
  ])("refuses %s", (_, change, expected) => {
    expect(refusals(fleetOf(change)).sort()).toEqual(expected.sort());
  });

  test("takes as many CPUs as QEMU's ids reach, and any memory by hardware virtualisation", () => {
    expect(refusals(fleetOf({ cells: [cell(0, 0, 255)] }))).toEqual([]);
    const large = fleetOf({ cells: [cell(0, 0, 2, 1, "1536 GiB")] });
    expect(refusals(large, "kvm")).toEqual([]);
  });
});

describe("any host", () => {
  /** CPUs dealt out to cores, cores to cells, at will. */
  const cells = fc
    .record({
      threads: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 }),
      cells: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ threads, cells }) => {
      const total = threads.reduce((sum, n) => sum + n, 0);
      const numbers = Array.from({ length: total }, (_, i) => i);
      return fc.shuffledSubarray(numbers, { minLength: total, maxLength: total }).map((order) => {
        const rest = [...order];
        const cores = threads.map((n) => rest.splice(0, n).sort((a, b) => a - b));
        const count = Math.min(cells, cores.length);
        return Array.from({ length: count }, (_, id) => ({
          id,
          memory: 1024 ** 3,
          hugepages: {},
          cores: cores.filter((_core, i) => i % count === id),
        }));
      });
    });

  test("has every CPU once, CPU 0 first in the machine, siblings on one core and cells apart", () => {
    fc.assert(
      fc.property(cells, (host) => {
        const topology = placeCpus(host);
        const all = host.flatMap((c) => c.cores.flat()).sort((a, b) => a - b);
        expect(topology.cpus.map(({ cpu }) => cpu)).toEqual(all);
        expect(topology.cpus[0]).toMatchObject({ cpu: 0, index: 0, apicId: 0 });
        expect(new Set(topology.cpus.map(({ apicId }) => apicId)).size).toBe(all.length);
        const indexes = topology.cpus.map(({ index }) => index);
        expect(new Set(indexes).size).toBe(all.length);
        expect(Math.max(...indexes)).toBeLessThan(topology.sockets * topology.cores * topology.threads);
        for (const { id, cores } of host) {
          for (const core of cores) {
            const seats = core.map((cpu) => topology.cpus[cpu]);
            expect(new Set(seats.map((seat) => `${seat?.socket}/${seat?.core}`)).size).toBe(1);
            for (const seat of seats) expect(topology.cellOfSocket[seat?.socket ?? -1]).toBe(id);
          }
        }
      }),
    );
  });

  test("gets memory in whole steps, more than its kernel's table takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), (gib) => {
        const memory = gib * 1024 ** 3;
        const physical = physicalMemory(memory);
        expect(physical % (256 * 1024 ** 2)).toBe(0);
        expect(physical - physical / 64).toBeGreaterThan(memory + 256 * 1024 ** 2);
      }),
    );
  });
});
