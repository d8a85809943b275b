/** What hosts are made of, out of stand-in trees: the hardware itself is not here. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { unknown } from "../../facts/asked.ts";
import { type GpuFacts, uplinkOf } from "../../facts/hardware.ts";
import { parseFilesystems, parseHardware, parseSilent } from "../../facts/hardwareTexts.ts";
import { FILESYSTEMS_SCRIPT, HARDWARE_SCRIPT } from "../../live/hardwareScripts.ts";
import { cpuTree, runOn, type Tree } from "./standInTree.ts";

const read = (tree: Tree) => parseHardware(runOn(tree, HARDWARE_SCRIPT));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("CPUs and memory", () => {
  it("of two sockets with SMT", () => {
    const found = read(cpuTree(2, 4, 2));
    expect(found).toMatchObject({
      cpuModel: "Intel(R) Xeon(R) Gold 6230",
      presentCpus: range(0, 15),
      onlineCpus: range(0, 15),
      sockets: 2,
      memory: 263841240 * 1024,
      swap: 16777212 * 1024,
      overcommit: 0,
      overcommitRatio: 50,
    });
  });
  it("with SMT off, where the second threads are there and offline", () => {
    const found = read(cpuTree(2, 4, 2, range(8, 15)));
    expect([found.presentCpus, found.onlineCpus, found.sockets]).toEqual([range(0, 15), range(0, 7), 2]);
  });
  it("of a socket that is offline as a whole", () => {
    expect(read(cpuTree(2, 2, 1, [2, 3])).sockets).toBe(1);
  });
  it("that say nothing are unknown by name, each on its own", () => {
    const { "sys/devices/system/cpu/online": _, ...tree } = cpuTree(1, 2, 1);
    const found = read({
      ...tree,
      "proc/meminfo": "MemTotal:  9007199254740992 kB\n",
      "proc/sys/vm/overcommit_memory": "maybe\n",
      "sys/devices/system/cpu/cpu0/topology/physical_package_id": "-1\n",
      "sys/devices/system/cpu/cpu1/topology/physical_package_id": "-1\n",
    });
    expect(found).toMatchObject({
      presentCpus: [0, 1],
      onlineCpus: unknown("/sys/devices/system/cpu/online is not there"),
      sockets: unknown("no CPU tells its socket"),
      memory: unknown("MemTotal of /proc/meminfo is 9223372036854775808, more than can be counted exactly"),
      swap: unknown("/proc/meminfo has no SwapTotal"),
      overcommit: unknown('/proc/sys/vm/overcommit_memory says "maybe"'),
      overcommitRatio: 50,
      links: unknown("/sys/class/net is not there"),
    });
  });
  it.each<[string, Tree, "v1" | "v2" | undefined]>([
    ["v2", { "sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory hugetlb pids\n" }, "v2"],
    ["v1", { "sys/fs/cgroup/cpu,cpuacct/cpu.shares": "1024\n" }, "v1"],
    [
      "both, where v1 has the CPU controller",
      {
        "sys/fs/cgroup/cpu/cpu.shares": "1024\n",
        "sys/fs/cgroup/unified/cgroup.controllers": "\n",
      },
      "v1",
    ],
    ["v2 without a CPU controller", { "sys/fs/cgroup/cgroup.controllers": "cpuset memory\n" }, undefined],
  ])("have cgroups of %s", (_, tree, version) => {
    expect(read({ ...cpuTree(1, 1, 1), ...tree }).cgroup).toBe(version);
  });
  it("have no cgroups at all", () => {
    expect(read(cpuTree(1, 1, 1)).cgroup).toEqual(unknown("/sys/fs/cgroup is not there"));
  });
  it("tell what may be asked for with strict accounting", () => {
    const tree = cpuTree(1, 1, 1);
    const meminfo = `${tree["proc/meminfo"]}CommitLimit:  12342048 kB\n`;
    expect(read({ ...tree, "proc/meminfo": meminfo }).commitLimit).toBe(12342048 * 1024);
  });
  it("an empty answer is all unknown", () => {
    const found = Object.entries(parseHardware(""));
    expect(found.map(([, value]) => typeof value === "object" && "unknown" in value)).toEqual(
      found.map(() => true),
    );
  });
});

const net = (links: Readonly<Record<string, Tree>>): Tree =>
  Object.fromEntries(
    Object.entries(links).flatMap(([name, files]) =>
      Object.entries({ operstate: "up\n", ...files }).map(([file, text]) => [
        `sys/class/net/${name}/${file}`,
        text,
      ]),
    ),
  );

describe("uplinks", () => {
  const nic = (speed: string, more: Tree = {}): Tree => ({ device: "/", speed: `${speed}\n`, ...more });
  const bridge: Tree = { bridge: "/", speed: "10000\n" };
  const port = (master: string): Tree => ({ master: `-> ${master}` });
  it.each([
    ["a NIC in a bridge", { br0: bridge, eno1: nic("25000", port("br0")) }, ["eno1"], 25e9],
    [
      "taps of VMs and veths are none, whatever speed they claim",
      { br0: bridge, eno1: nic("1000", port("br0")), vnet0: { speed: "10000\n", ...port("br0") } },
      ["eno1"],
      1e9,
    ],
    [
      "a VLAN on a bond of two NICs: the bond's own figure",
      {
        br0: bridge,
        "bond0.10": { ...port("br0"), speed: "20000\n", lower_bond0: "/" },
        bond0: { bonding: "/", speed: "20000\n", lower_eno1: "/", lower_eno2: "/" },
        eno1: nic("10000", port("bond0")),
        eno2: nic("10000", port("bond0")),
      },
      ["bond0"],
      20e9,
    ],
    [
      "two NICs: the faster one's",
      { br0: bridge, eno1: nic("1000", port("br0")), eno2: nic("10000", port("br0")) },
      ["eno1", "eno2"],
      10e9,
    ],
    [
      "one that is down tells none",
      { br0: bridge, eno1: nic("-1", port("br0")) },
      ["eno1"],
      unknown("eno1 tells no link speed"),
    ],
    [
      "one that cannot be read tells none",
      { br0: bridge, eno1: { device: "/", ...port("br0") } },
      ["eno1"],
      unknown("eno1 tells no link speed"),
    ],
    ["none", { br0: bridge, vnet0: { speed: "10000\n", ...port("br0") } }, [], unknown("it has no uplink")],
    ["a NIC that VMs share, and no bridge", { br0: nic("40000") }, ["br0"], 40e9],
    [
      "a ring of interfaces on one another",
      { br0: bridge, a: { ...port("br0"), lower_b: "/" }, b: { lower_a: "/" } },
      [],
      unknown("it has no uplink"),
    ],
  ] as const)("%s", (_, links, names, speed) => {
    const found = read({ ...cpuTree(1, 1, 1), ...net(links as unknown as Readonly<Record<string, Tree>>) });
    expect(uplinkOf(found.links as never, "br0")).toEqual({ names, speed });
  });
  it("an interface that is not there has none", () => {
    expect(uplinkOf([], "br0")).toBeUndefined();
  });
});

const pci = (functions: Readonly<Record<string, Tree>>): Tree => ({
  ...cpuTree(1, 1, 1),
  ...Object.fromEntries(
    Object.entries(functions).flatMap(([address, files]) =>
      Object.entries(files).map(([file, text]) => [`sys/bus/pci/devices/${address}/${file}`, text]),
    ),
  ),
});
const nvidia = (more: Tree = {}): Tree => ({
  class: "0x030200\n",
  vendor: "0x10de\n",
  device: "0x20b5\n",
  numa_node: "1\n",
  driver: "-> nvidia",
  iommu_group: "-> 42",
  ...more,
});
const mdev = (type: string, name: string, free: number, used = 0): Tree => ({
  [`mdev_supported_types/${type}/name`]: `${name}\n`,
  [`mdev_supported_types/${type}/available_instances`]: `${free}\n`,
  ...Object.fromEntries(
    Array.from({ length: used }, (_, i) => [`mdev_supported_types/${type}/devices/0000-${i}`, "/"]),
  ),
});

describe("GPUs", () => {
  it("a function for passthrough, beside what is no GPU", () => {
    const found = read(
      pci({
        "0000:00:1f.0": { class: "0x060100\n", vendor: "0x8086\n", device: "0xa2c1\n" },
        "0000:02:00.0": {
          class: "0x030000\n",
          vendor: "0x1a03\n",
          device: "0x2000\n",
          numa_node: "-1\n",
          boot_vga: "1\n",
          driver: "-> ast",
        },
        "0000:65:00.0": nvidia({ driver: "-> vfio-pci", boot_vga: "0\n" }),
      }),
    );
    expect(found.gpus).toEqual([
      {
        address: "0000:02:00.0",
        model: "1a03:2000",
        cell: undefined,
        driver: "ast",
        iommuGroup: undefined,
        isConsole: true,
        functions: 0,
        profiles: [],
        hasVendorVgpus: false,
      },
      {
        address: "0000:65:00.0",
        model: "10de:20b5",
        cell: 1,
        driver: "vfio-pci",
        iommuGroup: 42,
        isConsole: false,
        functions: 0,
        profiles: [],
        hasVendorVgpus: false,
      },
    ]);
  });

  it("virtual functions that make vGPUs belong to their GPU, with all that they have", () => {
    const virtual = (i: number, free: number, used: number) => ({
      [`0000:65:00.${i}`]: nvidia({
        physfn: "-> 0000:65:00.0",
        ...mdev("nvidia-474", "NVIDIA A100-2-10C", free, used),
        ...mdev("nvidia-475", "NVIDIA A100-4-20C", free),
      }),
    });
    const found = read(
      pci({
        "0000:65:00.0": nvidia({ sriov_numvfs: "3\n" }),
        ...virtual(4, 1, 0),
        ...virtual(5, 1, 0),
        ...virtual(6, 0, 1),
      }),
    );
    expect(found.gpus).toEqual([
      expect.objectContaining({
        address: "0000:65:00.0",
        functions: 3,
        profiles: [
          { type: "nvidia-474", name: "NVIDIA A100-2-10C", available: 2, used: 1, uuids: ["0000-0"] },
          { type: "nvidia-475", name: "NVIDIA A100-4-20C", available: 2, used: 0, uuids: [] },
        ],
      }),
    ]);
  });

  it("as many of a kind as the GPU holds, though each function says that it could make one", () => {
    const kind = "mdev_supported_types/nvidia-476";
    const virtual = (i: number, free: number, used: number) => ({
      [`0000:65:00.${i}`]: nvidia({
        physfn: "-> 0000:65:00.0",
        ...mdev("nvidia-476", "NVIDIA A100-20C", free, used),
        [`${kind}/description`]:
          "num_heads=1, frl_config=60, framebuffer=20480M, max_resolution=4096x2160, max_instance=2\n",
      }),
    });
    const kinds = (functions: Readonly<Record<string, Tree>>) =>
      (
        read(pci({ "0000:65:00.0": nvidia({ sriov_numvfs: "4\n" }), ...functions }))
          .gpus as readonly GpuFacts[]
      )
        .flatMap((gpu) => gpu.profiles)
        .map(({ available, used }) => [available, used]);
    expect(
      kinds({ ...virtual(4, 1, 0), ...virtual(5, 1, 0), ...virtual(6, 1, 0), ...virtual(7, 1, 0) }),
    ).toEqual([[2, 0]]);
    expect(
      kinds({ ...virtual(4, 0, 1), ...virtual(5, 1, 0), ...virtual(6, 1, 0), ...virtual(7, 1, 0) }),
    ).toEqual([[1, 1]]);
    expect(
      kinds({ ...virtual(4, 0, 1), ...virtual(5, 0, 1), ...virtual(6, 0, 0), ...virtual(7, 0, 0) }),
    ).toEqual([[0, 2]]);
  });

  it("functions that become vGPUs by their driver's own files are none to pass through", () => {
    const virtual = (group: number) =>
      nvidia({
        physfn: "-> 0000:65:00.0",
        iommu_group: `-> ${group}`,
        "nvidia/current_vgpu_type": "0\n",
        "nvidia/creatable_vgpu_types": "ID    : vGPU Name\n557   : NVIDIA L40S-1B\n",
      });
    const found = read(
      pci({
        "0000:65:00.0": nvidia({ sriov_numvfs: "2\n" }),
        "0000:65:00.4": virtual(50),
        "0000:65:00.5": virtual(51),
      }),
    );
    expect(found.gpus).toMatchObject([{ address: "0000:65:00.0", hasVendorVgpus: true, profiles: [] }]);
  });

  it("a GPU that makes vGPUs by itself, without virtual functions", () => {
    const found = read(pci({ "0000:00:02.0": nvidia(mdev("i915-GVTg_V5_4", "GVTg_V5_4", 1, 1)) }));
    expect(found.gpus).toMatchObject([
      { functions: 0, profiles: [{ type: "i915-GVTg_V5_4", available: 1, used: 1 }] },
    ]);
  });

  it("virtual functions without vGPUs are handed out themselves, and their GPU is not", () => {
    const virtual = (group: number) => nvidia({ physfn: "-> 0000:65:00.0", iommu_group: `-> ${group}` });
    const found = read(
      pci({
        "0000:65:00.0": nvidia({ sriov_numvfs: "2\n" }),
        "0000:65:00.4": virtual(50),
        "0000:65:00.5": virtual(51),
      }),
    );
    expect((found.gpus as readonly GpuFacts[]).map((g) => [g.address, g.iommuGroup])).toEqual([
      ["0000:65:00.4", 50],
      ["0000:65:00.5", 51],
    ]);
  });

  it("instances that a function does not tell are not counted as none", () => {
    const found = read(pci({ "0000:65:00.0": nvidia({ "mdev_supported_types/nvidia-1/name": "x\n" }) }));
    expect(found.gpus).toMatchObject([{ profiles: [{ type: "nvidia-1", available: undefined }] }]);
  });

  it("none on a machine without PCI", () => expect(read(cpuTree(1, 1, 1)).gpus).toEqual([]));
});

describe("file systems", () => {
  /** One after another the silent ones would take longer than the time that is left for all of them. */
  function printedOf(paths: readonly string[], patience = "10", PATH = process.env.PATH): string {
    const field = (text: string) => Buffer.from(text).toString("base64");
    const prelude = `field() { IFS= read -r l; eval "$1=\\$(printf %s \\"\\$l\\" | base64 -d)"; }\n`;
    return execFileSync("sh", ["-c", `set -eu\n${prelude}${FILESYSTEMS_SCRIPT}`], {
      encoding: "utf8",
      input: [patience, String(paths.length), ...paths].map((text) => `${field(text)}\n`).join(""),
      env: { ...process.env, LC_ALL: "C", PATH },
      timeout: 20_000,
    });
  }

  it("of this machine are as statfs(2) has them", () => {
    const paths = ["/", tmpdir(), "/nowhere at all"];
    const found = parseFilesystems(printedOf(paths), paths);
    const { blocks, bsize } = statfsSync("/");
    expect(found.get("/")).toMatchObject({ mount: "/", capacity: blocks * bsize });
    const system = found.get("/") as { available: number; capacity: number };
    expect(system.available).toBeLessThanOrEqual(system.capacity);
    expect(found.get(tmpdir())).toHaveProperty("mount");
    expect(found.get("/nowhere at all")).toEqual(unknown("/nowhere at all: No such file or directory"));
  });

  it("that do not answer are given up side by side, and the others are told", () => {
    const folder = mkdtempSync(join(tmpdir(), "numafleet-silent-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    // As a kernel whose server is gone: it says nothing of what lies below /dead.
    const real = execFileSync("sh", ["-c", "command -v stat"], { encoding: "utf8" }).trim();
    const stat = `#!/bin/sh\nfor word; do case $word in /dead*) exec sleep 600 ;; esac; done\nexec ${real} "$@"\n`;
    writeFileSync(join(folder, "stat"), stat, { mode: 0o755 });
    const dead = range(0, 29).map((i) => `/dead/${i}`);
    const paths = [...dead, "/"];
    const printed = printedOf(paths, "1", `${folder}:${process.env.PATH}`);
    const found = parseFilesystems(printed, paths);
    expect(dead.map((path) => found.get(path))).toEqual(
      dead.map((path) => unknown(`${path}: its file system did not answer in 1 s`)),
    );
    expect(found.get("/")).toMatchObject({ mount: "/" });
    expect([...parseSilent(printed, paths).keys()]).toEqual(dead);
  });

  it.each([
    ["filesystem 0\nfailed \n", unknown("/p: its file system does not answer")],
    [
      "filesystem 0\nroom 4096 100 40 ext2/ext3\nmounted /dev/mapper/vg-a b 400 1 2 3% /srv/two words\nrotational 0\n",
      {
        mount: "/srv/two words",
        device: "/dev/mapper/vg-a b",
        type: "ext2/ext3",
        capacity: 409600,
        available: 163840,
        rotational: false,
      },
    ],
    [
      "filesystem 0\nroom 4096 100 40\nmounted nas:/export 400 1 2 3% /srv\n",
      {
        mount: "/srv",
        device: "nas:/export",
        type: "",
        capacity: 409600,
        available: 163840,
        rotational: undefined,
      },
    ],
    [
      "filesystem 0\nroom 4096 9007199254740993 40\nmounted a 1 1 1 1% /srv\n",
      unknown("the room of /p is 36893488147419107328, more than can be counted exactly"),
    ],
    ["filesystem 0\nsilent 10\n", unknown("/p: its file system did not answer in 10 s")],
    ["filesystem 0\nfailed Stale file handle\n", unknown("/p: Stale file handle")],
    ["filesystem 0\nroom 4096 100 40\n", unknown("where the file system of /p is mounted was not told")],
    ["", unknown("the room of /p was not told")],
  ])("%j", (text, expected) => {
    expect(parseFilesystems(text, ["/p"]).get("/p")).toEqual(expected);
  });
});
