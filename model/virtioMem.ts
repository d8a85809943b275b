import { z } from "zod";
import * as f from "./fields.ts";
import { type Finding, finding } from "./finding.ts";
import { formatBytes } from "./format.ts";
import type { Outline } from "./outline.ts";
import type { Bytes } from "./quantity.ts";
import type { VM } from "./vm.ts";

/** Memory beside that of the boot, of which a running guest is given more or less: a virtio-mem device. */

const MIB: Bytes = 1024 ** 2;

/** A transparent hugepage on x86: QEMU takes no smaller step. */
export const LEAST_BLOCK: Bytes = 2 * MIB;

/** Linux' memory blocks on x86, in which a guest maps the device. Source: the kernel's memory-hotplug.rst. */
const GUEST_BLOCK: Bytes = 128 * MIB;

export const virtioMem = z
  .strictObject({
    maximum: f.positiveSize(
      "The most that the device can give. It takes nothing of the host before it is requested. Effect of a change: next boot.",
    ),
    requested: f
      .sizeDemand(
        "What the guest is to have of it now, in whole blocks. It is judged as memory of the VM. Default: nothing. Effect of a change: live; the guest gives back what it can spare.",
      )
      .default(0),
    block: f
      .positiveSize(
        "Step in which it grows and shrinks, a power of two from 2 MiB. Default: 2 MiB. Effect of a change: next boot.",
      )
      .default(LEAST_BLOCK),
  })
  .meta({
    id: "VirtioMem",
    description:
      "A virtio-mem device: memory that a running guest gets and gives back in blocks. Its kernel wants the driver virtio_mem and a policy for new memory, such as `memhp_default_state=online_movable`.",
  });
export type VirtioMem = z.output<typeof virtioMem>;

/** Memory that a guest may use: that of the boot, and what is requested of its virtio-mem device. */
export function guestMemory({ memory, virtioMem: device }: Pick<VM, "memory" | "virtioMem">): Bytes {
  return memory + (device?.requested ?? 0);
}

/** Whether a device's figures agree, and go with the VM's other settings. */
export function checkVirtioMem(vm: Outline<VM>, at: string): Finding[] {
  const { virtioMem: device } = vm;
  if (device === undefined) return [];
  const findings: Finding[] = [];
  const add = (property: string, message: string, remedy: string) =>
    findings.push(
      finding({
        rule: "model/invalid-value",
        path: `${at}.virtioMem${property}`,
        subject: `VM ${vm.name ?? at}`,
        message: `\`${at}.virtioMem${property}\` ${message}.`,
        remedy,
      }),
    );
  const { maximum, requested = 0, block = LEAST_BLOCK } = device;
  const isBlock = block >= LEAST_BLOCK && Number.isInteger(Math.log2(block));
  if (!isBlock) {
    const remedy = `Give a power of two from ${formatBytes(LEAST_BLOCK)}.`;
    add(
      ".block",
      `is ${formatBytes(block)}, and QEMU takes powers of two from ${formatBytes(LEAST_BLOCK)}`,
      remedy,
    );
  }
  if (maximum !== undefined) {
    const step = Math.max(GUEST_BLOCK, isBlock ? block : 0);
    if (maximum % step !== 0) {
      add(".maximum", `is ${formatBytes(maximum)}, and a guest maps whole ${formatBytes(step)}`, "Round it.");
    }
    if (requested > maximum) {
      add(
        ".requested",
        `is ${formatBytes(requested)}, above the maximum of ${formatBytes(maximum)}`,
        "Request less, or raise the maximum, which waits for the next boot.",
      );
    }
  }
  if (isBlock && requested % block !== 0) {
    add(
      ".requested",
      `is ${requested / MIB} MiB, which is no whole number of blocks of ${formatBytes(block)}`,
      "Round it.",
    );
  }
  const others = {
    hugepages: "the VM's memory is on hugepages, which are there or not",
    minimumMemory: "the VM has a minimumMemory: a balloon and virtio-mem would work against each other",
    guestCells: "the guest has several cells, and which of them would get it is not told",
  };
  const clashes = {
    hugepages: vm.hugepages !== undefined,
    minimumMemory: vm.minimumMemory !== undefined,
    guestCells: (vm.guestCells ?? 1) > 1,
  };
  for (const name of ["hugepages", "minimumMemory", "guestCells"] as const) {
    if (clashes[name]) add("", `is given, but ${others[name]}`, `Remove \`virtioMem\` or \`${name}\`.`);
  }
  return findings;
}
