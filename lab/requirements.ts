import { type Finding, finding, sortFindings } from "../model/finding.ts";
import { formatBytes } from "../model/format.ts";
import type { Bytes } from "../model/quantity.ts";
import type { AvailableMemory } from "./availableMemory.ts";
import type { Twin } from "./twin.ts";

/** What a lab asks of the machine that it runs on, judged before anything is started. */

export interface MachineFacts {
  readonly platform: string;
  /** Those of TOOLS that are there. */
  readonly tools: readonly string[];
  /** QEMU's version, major and minor; empty if there is no QEMU. */
  readonly qemu: readonly number[];
  /** Parts of QEMU that distributions may leave out. */
  readonly qemuParts: readonly string[];
  /** vm.overcommit_memory. */
  readonly overcommit: string;
  readonly available: AvailableMemory;
  /** Folders that a lab writes to: what is free there, and whether this user may. */
  readonly folders: readonly { readonly folder: string; readonly bytes: Bytes; readonly writable: boolean }[];
}

/** Programs, and Debian's packages that have them. The twin's root is this machine's: it runs the same ones. */
export const TOOLS: Readonly<Record<string, string>> = {
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-img": "qemu-utils",
  libvirtd: "libvirt-daemon-system",
  virtlogd: "libvirt-daemon-system",
  virsh: "libvirt-clients",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  "systemd-tmpfiles": "systemd",
};

const GIB = 1024 ** 3;

/** The first QEMU whose memory need not be reserved. */
const OLDEST_QEMU = [6, 1] as const;
const QEMU_PARTS = ["virtio-9p-pci", "user networking"];
/** For a lab's folder and for the cache, which a kernel is unpacked beside. */
const FREE_DISK: Bytes = 1 * GIB;

/** A page of 4 KiB takes 64 bytes in the twin's kernel. */
const TABLE_SHARE = 64;
/** QEMU with the code that it has translated, and the twin's system; measured, see docs/lab.md. */
const SYSTEM_BYTES: Bytes = 1.5 * GIB;
/** A CPU's stacks and tables, and its part of what runs in the twin. */
const CPU_BYTES: Bytes = 32 * 1024 ** 2;

export interface NeededMemory {
  /** What a twin comes to use of this machine's memory, by what was measured. */
  readonly bytes: Bytes;
  /** The part of it that is VMs on hugepages: QEMU fills those as it starts. */
  readonly filled: Bytes;
}

export function neededMemory({
  memory,
  topology,
  filled,
}: Pick<Twin, "memory" | "topology" | "filled">): NeededMemory {
  return { bytes: memory / TABLE_SHARE + SYSTEM_BYTES + topology.cpus.length * CPU_BYTES + filled, filled };
}

/** Why the twin cannot run on this machine, all at once; empty if it can. */
export function checkMachine(facts: MachineFacts, need: NeededMemory): Finding[] {
  if (facts.platform !== "linux-x64") {
    return [
      unfit(
        "lab/platform",
        `A lab runs on Linux on x86-64, and this is ${facts.platform}.`,
        "Run it on such a machine, or in a virtual one.",
      ),
    ];
  }
  return sortFindings([
    ...checkTools(facts),
    ...checkQemu(facts),
    ...checkMemory(facts, need),
    ...checkDisk(facts),
    ...checkRights(facts),
  ]);
}

function unfit(
  rule: string,
  message: string,
  remedy: string,
  figures: Partial<Pick<Finding, "have" | "need" | "limit" | "unit">> = {},
): Finding {
  return finding({ rule, path: "", subject: "this machine", message, remedy, ...figures });
}

function checkTools({ tools }: MachineFacts): Finding[] {
  const missing = Object.keys(TOOLS).filter((tool) => !tools.includes(tool));
  if (missing.length === 0) return [];
  const packages = [...new Set(missing.map((tool) => TOOLS[tool]))].join(" ");
  return [
    unfit(
      "lab/missing-tool",
      `This machine, whose programs a twin runs too, lacks ${missing.join(", ")}.`,
      `Install them: apt-get install ${packages}.`,
    ),
  ];
}

function checkQemu({ tools, qemu: [major = 0, minor = 0], qemuParts }: MachineFacts): Finding[] {
  if (!tools.includes("qemu-system-x86_64")) return [];
  const isOld = major < OLDEST_QEMU[0] || (major === OLDEST_QEMU[0] && minor < OLDEST_QEMU[1]);
  const lacking = QEMU_PARTS.filter((part) => !qemuParts.includes(part));
  return [
    ...(isOld
      ? [
          unfit(
            "lab/qemu-too-old",
            `QEMU here is ${major}.${minor}, and a lab needs ${OLDEST_QEMU.join(".")} for memory that is not reserved.`,
            "Install a newer one.",
          ),
        ]
      : []),
    ...(lacking.length === 0
      ? []
      : [
          unfit(
            "lab/qemu-without-part",
            `QEMU here has no ${lacking.join(" and no ")}.`,
            "Install the distribution's full package of qemu-system-x86_64.",
          ),
        ]),
  ];
}

function checkMemory(
  { overcommit, available }: MachineFacts,
  { bytes: need, filled }: NeededMemory,
): Finding[] {
  const { bytes: have, group } = available;
  return [
    ...(overcommit === "2"
      ? [
          unfit(
            "lab/memory-overcommit",
            "vm.overcommit_memory is 2: this machine's kernel reserves all memory that is asked for, and a twin asks for as much as its host has.",
            "Allow it for as long as the lab runs: sysctl vm.overcommit_memory=0.",
          ),
        ]
      : []),
    ...(have >= need
      ? []
      : [
          unfit(
            "lab/short-of-memory",
            `The twin comes to use ${formatBytes(need)} of memory${filled === 0 ? "" : `, ${formatBytes(filled)} of it for VMs on hugepages, which are filled as they start`}, and ${group === undefined ? "this machine has" : `the control group ${group} leaves`} ${formatBytes(have)} available: short by ${formatBytes(need - have)}.`,
            `Stop what uses it, ${filled === 0 ? "" : "leave `hugepages` of VMs out in a copy of the fleet file, "}or rehearse on the twin of a host with less memory.`,
            { have, need, limit: have, unit: "bytes" },
          ),
        ]),
  ];
}

const MOVE = "XDG_STATE_HOME moves a lab's folder, XDG_CACHE_HOME the cache.";

function checkRights({ folders }: MachineFacts): Finding[] {
  return folders
    .filter(({ writable }) => !writable)
    .map(({ folder }) =>
      unfit(
        "lab/rights",
        `A lab writes to ${folder}, and this user may not.`,
        `Make it yours to write; ${MOVE}`,
      ),
    );
}

function checkDisk({ folders }: MachineFacts): Finding[] {
  return folders
    .filter(({ bytes }) => bytes < FREE_DISK)
    .map(({ folder, bytes }) =>
      unfit(
        "lab/short-of-disk",
        `A lab needs ${formatBytes(FREE_DISK)} of disk for ${folder}, and ${formatBytes(bytes)} are free there.`,
        `Make room; ${MOVE}`,
        { have: bytes, need: FREE_DISK, limit: bytes, unit: "bytes" },
      ),
    );
}
