import type { VM } from "../model/vm.ts";
import { diskSetup } from "./guestDisks.ts";
import { macAddress } from "./mac.ts";

type User = NonNullable<VM["cloudInit"]>["users"][number];

/** A file in the guest. */
export interface GuestFile {
  readonly path: string;
  readonly content: string;
  /** Permissions in octal; by default 0600, so that only root may read it. */
  readonly mode?: string;
  /** Absent: the content is the text itself. */
  readonly encoding?: "b64";
}

/** What the role of a VM adds to its first boot. */
export interface GuestRole {
  /** Files, written before any service starts. */
  readonly files: readonly GuestFile[];
  /** systemd services that are enabled and started once the files are there. */
  readonly services: readonly string[];
}

/** A VM without a role: users and mounts only. */
export const NO_ROLE: GuestRole = { files: [], services: [] };

/** cloud-init's documents as plain objects, in the keys of its own reference. */
export type CloudDocument = Readonly<Record<string, unknown>>;

/** The user-data of a VM: host name, users, data disks, and what its role adds. */
export function userData(vm: VM, role: GuestRole): CloudDocument {
  const users = vm.cloudInit?.users ?? [];
  const disks = diskSetup(vm);
  const files = [...(disks?.files ?? []), ...role.files];
  return {
    hostname: vm.name,
    disable_root: true,
    ssh_pwauth: false,
    // An empty list is no valid document. Without one the image's own user is made, locked and without keys.
    ...(users.length === 0 ? {} : { users: users.map(cloudUser) }),
    ...(disks === undefined ? {} : { bootcmd: [disks.command] }),
    ...(files.length === 0
      ? {}
      : {
          write_files: files.map(({ path, content, mode, encoding }) => ({
            path,
            owner: "root:root",
            permissions: mode ?? "0600",
            ...(encoding === undefined ? {} : { encoding }),
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

/**
 * The network-config of a VM with a bridge: DHCP on the interface of its MAC address. It gets a name, since
 * ifupdown and cloud-init's own writer for networkd go by the name and not by the address.
 */
export function networkConfig(vm: Pick<VM, "name">): CloudDocument {
  return {
    version: 2,
    ethernets: { lan: { match: { macaddress: macAddress(vm.name) }, "set-name": "lan", dhcp4: true } },
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
    ...(user.sshAuthorizedKeys.length === 0 ? {} : { ssh_authorized_keys: user.sshAuthorizedKeys }),
  };
}
