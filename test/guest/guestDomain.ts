import type { TestGuest } from "../../tools/guest/testGuest.ts";
import type { Bag } from "../libvirt/pluginClient.ts";

export interface GuestOptions {
  /** Name of the VM. */
  readonly name: string;
  /** File that the guest's console is written to; its folder exists. */
  readonly console: string;
  /** Whether it obeys the power button and the agent's shutdown; it does by default. */
  readonly obeys?: boolean;
}

/**
 * What a guest's kernel is told. On a busy machine an emulated CPU may get none of the interrupts by which the kernel
 * checks its timer, and it panics then ("IO-APIC + timer doesn't work").
 */
export const GUEST_KERNEL = "console=ttyS0 quiet no_timer_check";

/**
 * Inputs of a running Domain that boots the test guest: plain values, for the plugin's client and for the text of a
 * program (as JSON) alike. Spread other properties after them; `devices` has to be merged by hand.
 */
export function guestDomain(guest: TestGuest, { name, console, obeys = true }: GuestOptions): Bag {
  return {
    name,
    type: "qemu",
    memory: 256,
    memoryUnit: "MiB",
    vcpu: 2,
    running: true,
    os: {
      type: "hvm",
      typeArch: "x86_64",
      typeMachine: "q35",
      kernel: guest.kernel,
      initrd: guest.initrd,
      cmdline: `${GUEST_KERNEL}${obeys ? "" : " guest.obeys=no"}`,
    },
    features: { acpi: true, apic: {} },
    devices: {
      serials: [{ source: { file: { path: console } }, target: { port: 0 } }],
      channels: [{ source: { unix: {} }, target: { virtIo: { name: "org.qemu.guest_agent.0" } } }],
      memBalloon: { model: "virtio", stats: { period: 5 } },
    },
  };
}
