import { describe, expect, test } from "vitest";
import { parseConsole } from "../../../lab/console.ts";
import { checkMachine, type MachineFacts, neededMemory, TOOLS } from "../../../lab/requirements.ts";
import { planTwin } from "../../../lab/twin.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import { numa } from "../../../stacks/numa.ts";

const GIB = 1024 ** 3;
const NEED = { bytes: 8 * GIB, filled: 0 };

const FIT: MachineFacts = {
  platform: "linux-x64",
  tools: Object.keys(TOOLS),
  qemu: [7, 2],
  qemuParts: ["virtio-9p-pci", "user networking"],
  overcommit: "0",
  available: { bytes: 16 * GIB },
  folders: [
    { folder: "/home/a/.local/state/numafleet/lab", bytes: 50 * GIB, writable: true },
    { folder: "/home/a/.cache/numafleet", bytes: 50 * GIB, writable: true },
  ],
};

describe("a machine", () => {
  test("that is fit has nothing said of it", () => {
    expect(checkMachine(FIT, NEED)).toEqual([]);
    expect(checkMachine({ ...FIT, overcommit: "1", qemu: [6, 1] }, { ...NEED, bytes: 16 * GIB })).toEqual([]);
  });

  test.each<[string, Partial<MachineFacts>, string[]]>([
    [
      "of another kind",
      { platform: "darwin-arm64", tools: [] },
      [
        "lab/platform: A lab runs on Linux on x86-64, and this is darwin-arm64. Run it on such a machine, or in a virtual one.",
      ],
    ],
    [
      "without tools, and short of all else",
      {
        tools: ["ssh", "ssh-keygen", "systemd-tmpfiles"],
        qemu: [],
        qemuParts: [],
        overcommit: "2",
        available: { bytes: 6 * GIB },
        folders: [{ folder: "/var/lab", bytes: 0.5 * GIB, writable: false }],
      },
      [
        "lab/memory-overcommit: vm.overcommit_memory is 2: this machine's kernel reserves all memory that is asked for, and a twin asks for as much as its host has. Allow it for as long as the lab runs: sysctl vm.overcommit_memory=0.",
        "lab/missing-tool: This machine, whose programs a twin runs too, lacks qemu-system-x86_64, qemu-img, libvirtd, virtlogd, virsh. Install them: apt-get install qemu-system-x86 qemu-utils libvirt-daemon-system libvirt-clients.",
        "lab/rights: A lab writes to /var/lab, and this user may not. Make it yours to write; XDG_STATE_HOME moves a lab's folder, XDG_CACHE_HOME the cache.",
        "lab/short-of-disk: A lab needs 1Gi of disk for /var/lab, and 512Mi are free there. Make room; XDG_STATE_HOME moves a lab's folder, XDG_CACHE_HOME the cache.",
        "lab/short-of-memory: The twin comes to use 8Gi of memory, and this machine has 6Gi available: short by 2Gi. Stop what uses it, or rehearse on the twin of a host with less memory.",
      ],
    ],
    [
      "with another QEMU",
      { qemu: [5, 2], qemuParts: [] },
      [
        "lab/qemu-too-old: QEMU here is 5.2, and a lab needs 6.1 for memory that is not reserved. Install a newer one.",
        "lab/qemu-without-part: QEMU here has no virtio-9p-pci and no user networking. Install the distribution's full package of qemu-system-x86_64.",
      ],
    ],
  ])("%s is refused with all that is in the way", (_, change, expected) => {
    const found = checkMachine({ ...FIT, ...change }, NEED);
    expect(found.map(({ rule, message, remedy }) => `${rule}: ${message} ${remedy}`)).toEqual(expected);
  });

  test("needs what the twin's kernel keeps of all its pages, and what its CPUs take", () => {
    const fleet = requireFleet(numa);
    const planned = planTwin(fleet, fleet.hosts[0] as Fleet["hosts"][number], "tcg");
    if (!("twin" in planned)) throw new Error("the default host has a twin");
    const { bytes, filled } = neededMemory(planned.twin);
    expect(bytes / GIB).toBeCloseTo(261.5 / 64 + 1.5 + (72 * 32) / 1024, 6);
    expect(filled).toBe(0);
    const more = neededMemory({ ...planned.twin, filled: 32 * GIB });
    expect(more).toEqual({ bytes: bytes + 32 * GIB, filled: 32 * GIB });
  });

  test("is told what VMs on hugepages fill, and which control group has too little", () => {
    const available = { bytes: 6 * GIB, group: "/docker/ab12" };
    const [found] = checkMachine({ ...FIT, available }, { bytes: 40 * GIB, filled: 32 * GIB });
    expect(`${found?.message} ${found?.remedy}`).toBe(
      "The twin comes to use 40Gi of memory, 32Gi of it for VMs on hugepages, which are filled as they start, and the control group /docker/ab12 leaves 6Gi available: short by 34Gi. Stop what uses it, leave `hugepages` of VMs out in a copy of the fleet file, or rehearse on the twin of a host with less memory.",
    );
  });
});

describe("what a twin says", () => {
  const text = [
    "[    0.000000] Linux version 6.1.0\r",
    "LAB 19.57 kernel\r",
    "LAB 25.35 root\r",
    "[666] Nov 21 20:45:06 Running in background\r",
    "LAB 26.88 ssh\r",
  ].join("\n");

  test("is read between the lines of others", () => {
    expect(parseConsole(`${text}\nLAB 37.`)).toEqual({
      stages: [
        { name: "kernel", seconds: 19.57 },
        { name: "root", seconds: 25.35 },
        { name: "ssh", seconds: 26.88 },
      ],
      failure: undefined,
      bytes: text.length + 8,
    });
  });

  test("has the reason for which it has ended", () => {
    expect(parseConsole(`${text}\nLAB 27.01 failed no bridge br0\r\n`).failure).toBe("no bridge br0");
    expect(parseConsole("[ 1.0] Kernel panic - not syncing: VFS: no root\r\n").failure).toBe(
      "its kernel panicked: VFS: no root",
    );
  });
});
