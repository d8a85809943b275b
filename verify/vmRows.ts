import { diskFile } from "../capacity/host/files.ts";
import { isUnknown, unknown } from "../facts/asked.ts";
import type { Definition, PendingPart } from "../facts/hostFacts.ts";
import { formatBytes, formatStorage } from "../model/format.ts";
import { type Host, PAGE_BYTES, type StoragePool } from "../model/host.ts";
import type { Disk } from "../model/vm.ts";
import { askedRow, type Row, row, type Subject, unknownRow } from "./row.ts";
import { type Comparison, type Guest, isActive, listed } from "./subject.ts";

/** A VM's domain against its declaration, pins and load left to others. */

const NOT_TOLD = unknown("libvirt does not tell it now", "Verify again; libvirt may be busy with the VM.");
const UP = "Run `pulumi refresh` and then `pulumi up`.";

/** The way out where a change waits for the VM's next start; its definition may be changed already. */
export function atNextBoot({ domain: { pendingRestart } }: Guest, part: PendingPart): string {
  return !isUnknown(pendingRestart) && pendingRestart.includes(part)
    ? "Restart the VM: its definition is changed already."
    : `${UP} It takes effect at the VM's next start.`;
}

/** The one row of a VM that its host does not have. */
export function missingRow(subject: Subject): Row {
  return row("state", subject, "differs", {
    declared: "running",
    live: "no such domain",
    remedy: "Run `pulumi up`, which makes it; if it runs elsewhere, declare it there.",
  });
}

export function vmRows(guest: Guest, comparison: Comparison): Row[] {
  const { domain, subject } = guest;
  const definition = <K extends keyof Definition>(key: K) =>
    isUnknown(domain.definition) ? domain.definition : domain.definition[key];
  return [
    stateRow(guest),
    row("autostart", subject, domain.autostart ? "ok" : "differs", {
      declared: "yes",
      live: domain.autostart ? "yes" : "no",
      remedy: `${UP} Until then the VM stays off after the host's next start.`,
    }),
    pendingRow(guest),
    figureRow("vcpus", guest, ".vcpus", String(guest.vm.vcpus), definition("vcpus"), String),
    figureRow("memory", guest, ".memory", wholeMemory(guest), definition("memory"), formatBytes),
    balloonRow(guest, comparison),
    ...virtioMemRows(guest),
    pagesRow(guest),
    ...guest.vm.disks.map((disk, i) => diskRow(guest, comparison, disk, i)),
    interfaceRow(guest, comparison),
  ];
}

function stateRow({ domain, subject }: Guest): Row {
  return row("state", subject, domain.state === "running" ? "ok" : "differs", {
    declared: "running",
    live: domain.state,
    remedy:
      domain.state === "paused"
        ? "Find out why it was paused (virsh domstate --reason; a full disk?), and resume it."
        : "Run `pulumi refresh` and then `pulumi up`, which starts it.",
  });
}

function pendingRow({ domain, subject }: Guest): Row {
  const declared = "nothing";
  if (!domain.persistent) {
    return row("pending-restart", subject, "differs", {
      declared,
      live: "no persistent definition",
      remedy: "It will be gone once it stops: run `pulumi up`, which defines it.",
    });
  }
  return askedRow("pending-restart", subject, domain.pendingRestart, { declared }, (parts) =>
    row("pending-restart", subject, parts.length === 0 ? "ok" : "differs", {
      declared,
      live: parts.length === 0 ? "nothing" : listed(parts),
      remedy:
        "Restart the VM, or run `pulumi refresh` and `pulumi up` if only one of the two is as declared.",
    }),
  );
}

function figureRow(
  check: "vcpus" | "memory",
  guest: Guest,
  at: string,
  declared: string,
  answer: Parameters<typeof askedRow<number>>[2],
  format: (value: number) => string,
): Row {
  const { subject } = guest;
  return askedRow(check, subject, answer, { declared, at }, (value) => {
    const live = format(value);
    return row(check, subject, live === declared ? "ok" : "differs", {
      declared,
      live,
      at,
      remedy: atNextBoot(guest, check === "vcpus" ? "number of vCPUs" : "memory"),
    });
  });
}

/** libvirt counts the whole of a virtio-mem device into the memory. */
function wholeMemory({ vm }: Guest): string {
  return formatBytes(vm.memory + (vm.virtioMem?.maximum ?? 0));
}

/** What is requested of the VM's virtio-mem device, and what the guest has of it. */
function virtioMemRows(guest: Guest): Row[] {
  const { vm, domain, subject } = guest;
  if (vm.virtioMem === undefined) return [];
  const init = { declared: formatBytes(vm.virtioMem.requested), at: ".virtioMem.requested" };
  const answer = isUnknown(domain.definition) ? domain.definition : (domain.definition.virtioMem ?? []);
  return [
    askedRow("virtio-mem", subject, answer, init, ([device]) => {
      if (device === undefined) {
        return row("virtio-mem", subject, "differs", { ...init, live: "no device", remedy: UP });
      }
      const { requested, current } = device;
      const isAsked = requested === vm.virtioMem?.requested;
      const has = current === undefined ? "" : `, the guest has ${formatBytes(current)}`;
      const isFollowed = current === undefined || current === requested;
      return row("virtio-mem", subject, !isAsked ? "differs" : isFollowed ? "ok" : "warn", {
        ...init,
        live: `${formatBytes(requested)}${has}`,
        remedy: isAsked
          ? "Give the guest time; if it stays so, look whether it has the driver virtio_mem, and what it cannot spare."
          : UP,
      });
    }),
  ];
}

/** What the balloon leaves the guest now: all of it, or at least what is declared as the minimum. */
function balloonRow({ vm, domain, subject }: Guest, { facts }: Comparison): Row {
  const { minimumMemory } = vm;
  const all = formatBytes(vm.memory);
  const declared = minimumMemory === undefined ? all : `${formatBytes(minimumMemory)} to ${all}`;
  const at = minimumMemory === undefined ? ".memory" : ".minimumMemory";
  const balloon = facts.sample.domains.get(domain.uuid)?.balloon;
  if (!isActive(domain)) return row("balloon", subject, "info", { declared, live: "not running", at });
  if (balloon === undefined) return unknownRow("balloon", subject, NOT_TOLD, { declared, at });
  // libvirt counts in KiB.
  const least = Math.floor((minimumMemory ?? vm.memory) / 1024) * 1024;
  return row("balloon", subject, balloon >= least ? "ok" : "differs", {
    declared,
    live: formatBytes(balloon),
    at,
    remedy: "Give it back: virsh setmem, or `pulumi up` after a refresh; or declare a minimumMemory.",
  });
}

function pagesRow(guest: Guest): Row {
  const { vm, domain, subject } = guest;
  const declared = vm.hugepages === undefined ? "ordinary pages" : vm.hugepages;
  const init = { declared, at: ".hugepages" };
  const answer = isUnknown(domain.definition) ? domain.definition : domain.definition.hugepages;
  return askedRow("hugepages", subject, answer, init, (sizes) => {
    const want = vm.hugepages === undefined ? [] : [PAGE_BYTES[vm.hugepages]];
    const same = sizes.length === want.length && sizes.every((size, i) => size === want[i]);
    const live = sizes.map((size) => (size === 0 ? "the host's default size" : formatBytes(size)));
    return row("hugepages", subject, same ? "ok" : "differs", {
      ...init,
      live: same ? declared : sizes.length === 0 ? "ordinary pages" : listed(live),
      remedy: atNextBoot(guest, "memory backing"),
    });
  });
}

/** By its place, as the guest sees it: the first disk is vda. */
function diskRow({ vm, domain, subject }: Guest, { machine, facts }: Comparison, disk: Disk, i: number): Row {
  const target = targetOf(i);
  const pool = poolOf(machine.host, disk);
  const file = diskFile(vm, disk);
  const declared = `${pool?.name ?? "?"}/${file}, ${formatStorage(disk.size)}`;
  const init = { item: `${disk.name} (${target})`, declared, at: `.disks[${i}]` };
  const answer = isUnknown(domain.definition) ? domain.definition : domain.definition.disks;
  return askedRow("disk", subject, answer, init, (disks) => {
    const live = disks.find((d) => d.target === target);
    const counters = facts.sample.domains.get(domain.uuid);
    const path = counters?.diskPath.get(target);
    const size = isActive(domain) ? counters?.diskCapacity.get(target) : undefined;
    const fault = diskFault({ disk, pool, file, source: live?.source, path, size });
    if (fault === undefined && size === undefined && isActive(domain)) {
      return unknownRow("disk", subject, NOT_TOLD, init);
    }
    return row("disk", subject, fault === undefined ? "ok" : "differs", {
      ...init,
      live: fault ?? (size === undefined ? "as declared" : `as declared, ${formatStorage(size)}`),
      remedy: live
        ? "Run `pulumi refresh` and look at the difference before `pulumi up`: it may hold the data that counts."
        : UP,
    });
  });
}

interface DiskAsFound {
  readonly disk: Disk;
  readonly pool: StoragePool | undefined;
  readonly file: string;
  readonly source: string | undefined;
  readonly path: string | undefined;
  readonly size: number | undefined;
}

function diskFault({ disk, pool, file, source, path, size }: DiskAsFound): string | undefined {
  if (source === undefined) return "no such disk";
  if (pool) {
    const folder = pool.path.replace(/\/+$/, "");
    const names = [`${pool.name}/${file}`, `${folder}/${file}`];
    if (!names.includes(source) && !(path !== undefined && names.includes(path))) return path ?? source;
  }
  // A disk is made of whole sectors; one that is larger than declared was grown by hand.
  const sectors = Math.ceil(disk.size / 512) * 512;
  return size !== undefined && size !== sectors ? formatStorage(size) : undefined;
}

/** vda … vdz, vdaa, … as the kernel counts them. */
function targetOf(position: number): string {
  const letter = String.fromCharCode(97 + (position % 26));
  return position < 26 ? `vd${letter}` : `vd${String.fromCharCode(96 + Math.floor(position / 26))}${letter}`;
}

function poolOf(host: Host, disk: Disk): StoragePool | undefined {
  if (disk.pool !== undefined) return host.pools.find((p) => p.name === disk.pool);
  const ofClass = host.pools.filter((p) => p.class === disk.class);
  return ofClass.length === 1 ? ofClass[0] : undefined;
}

/** In the definition and, of a running VM, in the kernel: a port that was taken off its bridge carries nothing. */
function interfaceRow(guest: Guest, { facts }: Comparison): Row {
  const { vm, domain, subject } = guest;
  const declared = vm.bridge ?? "none";
  const init = { declared, at: ".bridge" };
  const answer = isUnknown(domain.definition) ? domain.definition : domain.definition.interfaces;
  return askedRow("interface", subject, answer, init, (interfaces) => {
    const bridges = interfaces.map(({ bridge, device }) => bridge || device || "another kind");
    if (vm.bridge === undefined) {
      return row("interface", subject, "info", { ...init, live: listed(bridges) || "none" });
    }
    const own = interfaces.find(({ bridge }) => bridge === vm.bridge);
    const port = own && isActive(domain) ? own.device : "";
    if (port !== "" && isUnknown(facts.kernel)) return unknownRow("interface", subject, facts.kernel, init);
    const isPort =
      port === "" || isUnknown(facts.kernel)
        ? undefined
        : facts.kernel.interfaces.some((entry) => entry.name === port && entry.bridge === vm.bridge);
    const status = own === undefined || isPort === false ? "differs" : "ok";
    const attached = isPort === undefined ? "" : isPort ? ` (${port})` : `, but ${port} is not its port`;
    return row("interface", subject, status, {
      ...init,
      live: own ? `${own.bridge}${attached}` : listed(bridges) || "none",
      remedy: own ? `Attach it: ip link set ${port} master ${vm.bridge}.` : atNextBoot(guest, "interfaces"),
    });
  });
}
