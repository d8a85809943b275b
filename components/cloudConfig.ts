import type { Disk, VM } from "../model/vm.ts";
import { diskSerial } from "./diskArgs.ts";
import { macAddress } from "./mac.ts";

type User = NonNullable<VM["cloudInit"]>["users"][number];

/** What the role of a VM adds to its first boot. */
export interface GuestRole {
  /** Files that only root may read, written before any service starts. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** systemd services that are enabled and started once the files are there. */
  readonly services: readonly string[];
}

/** A VM without a role: users and mounts only. */
export const NO_ROLE: GuestRole = { files: [], services: [] };

/** cloud-init's documents as plain objects, in the keys of its own reference. */
export type CloudDocument = Readonly<Record<string, unknown>>;

/**
 * Makes a file system only where there is no signature of anything (blkid's exit code 2). cloud-init's own
 * `fs_setup` does not do: with `overwrite: false` it still formats a disk whose file system has another type
 * or label than it expects, and these are the disks that hold precious data.
 */
const FORMAT_IF_EMPTY =
  'udevadm settle; blkid -p "$1" >/dev/null; if [ $? -eq 2 ]; then mkfs.ext4 -q "$1"; fi';

/** The user-data of a VM: host name, users, data disks, and what its role adds. */
export function userData(vm: VM, role: GuestRole): CloudDocument {
  const mounts = vm.disks.flatMap((disk) => (disk.mount === undefined ? [] : [{ disk, mount: disk.mount }]));
  return {
    hostname: vm.name,
    disable_root: true,
    ssh_pwauth: false,
    users: (vm.cloudInit?.users ?? []).map(cloudUser),
    ...(mounts.length === 0
      ? {}
      : {
          bootcmd: mounts.map(({ disk }) => ["sh", "-c", FORMAT_IF_EMPTY, "format", diskPath(disk)]),
          mounts: mounts.map(({ disk, mount }) => [
            diskPath(disk),
            mount,
            "auto",
            "defaults,nofail",
            "0",
            "2",
          ]),
        }),
    ...(role.files.length === 0
      ? {}
      : {
          write_files: role.files.map(({ path, content }) => ({
            path,
            owner: "root:root",
            permissions: "0600",
            content,
          })),
        }),
    ...(role.services.length === 0
      ? {}
      : { runcmd: role.services.map((service) => ["systemctl", "enable", "--now", service]) }),
  };
}

/**
 * The meta-data of a VM. The instance is the VM by name: a changed seed does not make a VM that runs set
 * itself up again, and a VM that is made anew does so since its system disk is new.
 */
export function metaData(vm: Pick<VM, "name">): CloudDocument {
  return { "instance-id": vm.name, "local-hostname": vm.name };
}

/** The network-config of a VM with a bridge: DHCP on the interface of its MAC address. */
export function networkConfig(vm: Pick<VM, "name">): CloudDocument {
  return {
    version: 2,
    ethernets: { lan: { match: { macaddress: macAddress(vm.name) }, dhcp4: true } },
  };
}

/** True if the VM has anything to be told at first boot. */
export function needsSeed(vm: VM): boolean {
  return vm.cloudInit !== undefined || vm.role !== undefined || vm.disks.some((d) => d.mount !== undefined);
}

function cloudUser(user: User): CloudDocument {
  return {
    name: user.name,
    lock_passwd: true,
    shell: "/bin/bash",
    sudo: "ALL=(ALL) NOPASSWD:ALL",
    ssh_authorized_keys: user.sshAuthorizedKeys,
  };
}

function diskPath(disk: Disk): string {
  return `/dev/disk/by-id/virtio-${diskSerial(disk.name)}`;
}
