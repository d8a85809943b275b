import type { TwinCpu } from "../topology.ts";
import { acpiTable } from "./table.ts";

/**
 * The table of interrupt controllers, CPUs among them. Linux numbers CPUs in this table's order, and QEMU's own has
 * siblings side by side; this one has them in the order of the host's numbers. Everything else is as QEMU has it
 * (hw/i386/acpi-common.c), since it describes the same machine.
 */
export function madt(cpus: readonly TwinCpu[]): Buffer {
  return acpiTable(
    "APIC",
    3,
    Buffer.concat([LOCAL_APIC, ...cpus.map(localApic), IO_APIC, ...OVERRIDES, NMI]),
  );
}

/** Address of the local APICs, and that there are two 8259 controllers beside. */
const LOCAL_APIC = Buffer.from([0x00, 0x00, 0xe0, 0xfe, 1, 0, 0, 0]);

const ENABLED = 1;

function localApic({ index, apicId }: TwinCpu): Buffer {
  return Buffer.from([0, 8, index, apicId, ENABLED, 0, 0, 0]);
}

const IO_APIC = Buffer.from([1, 12, 0, 0, 0x00, 0x00, 0xc0, 0xfe, 0, 0, 0, 0]);

/** The timer is on line 2; lines of PCI are level-triggered and active when high. */
const OVERRIDES = [override(0, 2, 0), ...[5, 9, 10, 11].map((line) => override(line, line, 0x0d))];

function override(source: number, line: number, flags: number): Buffer {
  return Buffer.from([2, 10, 0, source, line, 0, 0, 0, flags, 0]);
}

/** Non-maskable interrupts come to line 1 of every CPU. */
const NMI = Buffer.from([4, 6, 0xff, 0, 0, 1]);
