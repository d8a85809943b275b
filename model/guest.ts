import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { formatBytes, formatCpu } from "./format.ts";
import { PAGE_BYTES } from "./host.ts";
import { IMAGE_ARCHIVES, imageArchive, keptBack } from "./k3s.ts";
import type { Outline } from "./outline.ts";
import { isUnplaced } from "./placements.ts";
import { mountPlace } from "./vm.ts";

/** What a VM says of its guest has to agree: k3s settings with the role and the VM's size, folders with mounts. */

type GuestVm = Outline<Fleet["vms"][number]>;

/** Folders of a running system; a file system over one of them hides what the guest needs to boot. */
const SYSTEM_FOLDERS = ["/bin", "/boot", "/etc", "/lib", "/lib64", "/root", "/sbin", "/usr", "/var"];
/** Below these there are no disks. */
const KERNEL_FOLDERS = ["/dev", "/proc", "/run", "/sys"];

/** Everything that contradicts itself within a VM's guest. */
export function checkGuest(vm: GuestVm, at: string): Finding[] {
  return [
    ...checkMounts(vm, at),
    ...checkCells(vm, at),
    ...(vm.k3s === undefined ? [] : checkK3s(vm, vm.k3s, `${at}.k3s`)),
  ];
}

function invalid(vm: GuestVm, at: string, path: string, message: string, remedy: string): Finding {
  return finding({ rule: "model/invalid-value", path, subject: `VM ${vm.name ?? at}`, message, remedy });
}

const MIB = 1024 ** 2;

/** Cells of the guest are alike: each has as many vCPUs and as much memory, and lies on a host cell of its own. */
function checkCells(vm: GuestVm, at: string): Finding[] {
  const { guestCells = 1, vcpus, memory, hugepages, numa, headroom } = vm;
  if (guestCells === 1) return [];
  const path = `${at}.guestCells`;
  const findings: Finding[] = [];
  const add = (what: string, remedy: string) =>
    findings.push(invalid(vm, at, path, `\`${path}\` is ${guestCells}, ${what}.`, remedy));
  if (vcpus !== undefined && vcpus % guestCells !== 0) {
    add(`and ${vcpus} vCPUs do not come out even over them`, "Give vcpus in a multiple of guestCells.");
  }
  const step = hugepages === undefined ? MIB : PAGE_BYTES[hugepages];
  if (memory !== undefined && memory % (guestCells * step) !== 0) {
    add(
      `and ${formatBytes(memory)} of memory do not come out even over them in whole ${hugepages === undefined ? "MiB" : `pages of ${hugepages}`}`,
      `Give memory in a multiple of ${formatBytes(guestCells * step)}.`,
    );
  }
  if (numa?.nodeset !== undefined && numa.nodeset.length !== guestCells) {
    add(
      `but \`numa.nodeset\` names ${numa.nodeset.length} of the host's`,
      `Name ${guestCells} cells of the host, one for each cell of the guest.`,
    );
  }
  if ((vm.pins !== undefined || vm.host !== undefined) && numa === undefined && !isUnplaced(vm)) {
    add("but no `numa` tells which cells of the host they lie on", "Name them in `numa.nodeset`.");
  }
  if (headroom?.memory !== undefined && headroom.memory > 0) {
    add(
      "and memory can be added to a running guest of one cell only",
      "Remove `headroom.memory`, or guestCells.",
    );
  }
  return findings;
}

function checkMounts(vm: GuestVm, at: string): Finding[] {
  return (vm.disks ?? []).flatMap((disk, i) => {
    const path = `${at}.disks[${i}]`;
    const mount = disk?.mount === undefined ? undefined : mountPlace(disk.mount);
    const findings: Finding[] = [];
    if (mount !== undefined && hidesSystem(mount)) {
      findings.push(
        invalid(
          vm,
          at,
          `${path}.mount`,
          `\`${path}.mount\` is ${JSON.stringify(disk?.mount)}, a folder of the running system, which a disk would hide.`,
          "Mount the disk elsewhere, such as below /data, /srv or /var/lib.",
        ),
      );
    }
    if ((disk?.folders?.length ?? 0) > 0 && (mount === undefined || mount === "/")) {
      findings.push(
        invalid(
          vm,
          at,
          `${path}.folders`,
          `\`${path}.folders\` is given, but the guest mounts no file system of this disk that they could be in.`,
          "Give the disk a `mount`, or remove the folders.",
        ),
      );
    }
    if (disk?.partition !== undefined) findings.push(...checkPartition(vm, at, i, mount));
    return findings;
  });
}

/** A partition is made for a mount, and has a name of its own in the guest. */
function checkPartition(vm: GuestVm, at: string, position: number, mount: string | undefined): Finding[] {
  const findings: Finding[] = [];
  const path = `${at}.disks[${position}].partition`;
  if (mount === undefined || mount === "/") {
    findings.push(
      invalid(
        vm,
        at,
        path,
        `\`${path}\` is given, but the guest mounts no file system of this disk that a partition could hold.`,
        "Give the disk a `mount`, or remove `partition`.",
      ),
    );
  }
  const name = vm.disks?.[position]?.name;
  const other = (vm.disks ?? []).findIndex((d) => name !== undefined && d?.name === `${name}-part1`);
  if (other !== -1) {
    findings.push(
      invalid(
        vm,
        at,
        path,
        `\`${path}\` makes a partition that the guest calls ${name}-part1, as it does the disk \`${at}.disks[${other}]\`.`,
        "Give that disk another name, or remove `partition`.",
      ),
    );
  }
  return findings;
}

function hidesSystem(mount: string): boolean {
  return (
    SYSTEM_FOLDERS.includes(mount) || KERNEL_FOLDERS.some((k) => mount === k || mount.startsWith(`${k}/`))
  );
}

function checkK3s(vm: GuestVm, k3s: NonNullable<GuestVm["k3s"]>, path: string): Finding[] {
  const findings: Finding[] = [];
  const add = (where: string, message: string, remedy: string) =>
    findings.push(invalid(vm, path, where, message, remedy));

  if (vm.role === undefined) {
    add(
      path,
      `\`${path}\` is given, but the VM has no role in a cluster.`,
      "Give the VM the role k3s-server or k3s-agent, or remove `k3s`.",
    );
  }
  const images = k3s.install?.images?.from;
  if (images !== undefined && imageArchive(images) === undefined) {
    add(
      `${path}.install.images.from`,
      `\`${path}.install.images.from\` is ${JSON.stringify(images)}, by whose ending k3s imports nothing; it takes ${IMAGE_ARCHIVES.join(", ")}.`,
      "Name an archive of images with one of these endings.",
    );
  }
  const kept = keptBack(k3s);
  if (k3s.cpuManager === "static" && kept.cpu === 0) {
    add(
      `${path}.cpuManager`,
      `\`${path}.cpuManager\` is "static", but no CPU is kept back; the kubelet does not start then.`,
      "Keep CPU back in `reserved.system` or `reserved.kube`, such as `cpu: 500m`, or remove cpuManager.",
    );
  }
  if (vm.vcpus !== undefined && kept.cpu >= vm.vcpus * 1000) {
    add(
      `${path}.reserved`,
      `\`${path}\` keeps ${formatCpu(kept.cpu)} CPUs back from pods, and the VM has ${vm.vcpus}.`,
      "Keep less back, or raise vcpus.",
    );
  }
  if (vm.memory !== undefined && kept.memory >= vm.memory) {
    add(
      `${path}.reserved`,
      `\`${path}\` keeps ${formatBytes(kept.memory)} of memory back from pods, and the VM has ${formatBytes(vm.memory)}.`,
      "Keep less back in `reserved` and `evictionHard`, or raise memory.",
    );
  }
  return findings;
}
