import { createHash } from "node:crypto";

/** QEMU's and KVM's customary prefix; its second-lowest bit marks it as locally administered. */
const PREFIX = "52:54:00";

/**
 * The MAC address of a VM's interface: the customary prefix and 24 bits of the name's SHA-256, so that a VM
 * that is made anew keeps its address, and with it its DHCP lease.
 */
export function macAddress(vmName: string): string {
  const digest = createHash("sha256").update(vmName).digest("hex");
  return [PREFIX, digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)].join(":");
}
