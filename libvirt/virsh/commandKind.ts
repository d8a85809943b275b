/** What is known of virsh's commands: which ones take long, and which ones need a pool for themselves. */
import type { LockMode } from "./objectLock.ts";

/** Commands that wait for QEMU, a guest, a disk or a transfer; others would wait behind them. */
const LONG = new Set([
  "attach-device",
  "blockresize",
  "create",
  "destroy",
  "detach-device",
  "domfsfreeze",
  "domfsthaw",
  "domifaddr",
  "domtime",
  "managedsave",
  "managedsave-remove",
  "net-destroy",
  "net-start",
  "pool-build",
  "pool-delete",
  "pool-destroy",
  "pool-refresh",
  "pool-start",
  "qemu-agent-command",
  "reboot",
  "reset",
  "restore",
  "save",
  "setvcpus",
  "shutdown",
  "start",
  "undefine",
  "update-device",
  "update-memory-device",
  "vol-clone",
  "vol-create",
  "vol-create-from",
  "vol-delete",
  "vol-download",
  "vol-resize",
  "vol-upload",
  "vol-wipe",
]);

/**
 * How a command needs its pool. libvirt refuses to refresh, stop or delete a pool while a volume is being made in it
 * ("has asynchronous jobs running"), so volumes are made together and the pool's own work is done alone.
 */
const POOL_LOCKS: Readonly<Record<string, LockMode>> = {
  "pool-build": "exclusive",
  "pool-delete": "exclusive",
  "pool-destroy": "exclusive",
  "pool-refresh": "exclusive",
  "pool-start": "exclusive",
  "pool-undefine": "exclusive",
  "vol-clone": "shared",
  "vol-create": "shared",
  "vol-create-from": "shared",
  "vol-delete": "shared",
  "vol-wipe": "shared",
};

export function isLong(command: string): boolean {
  return LONG.has(command);
}

/** Undefined: the command leaves its pool as it is, or libvirt lets it run beside anything. */
export function poolLock(command: string): LockMode | undefined {
  return POOL_LOCKS[command];
}
