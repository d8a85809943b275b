import { acpiTable } from "./table.ts";

/**
 * Performance states of every CPU, so that the twin's kernel has a frequency to set: QEMU's CPUs have none, and a
 * host whose governor is declared could not be rehearsed. Linux's acpi-cpufreq writes the state to an I/O port that
 * leads nowhere. QEMU's own table names the CPUs `\_SB.CPUS.C000` and so on (hw/acpi/cpu.c).
 */
export function frequencyTable(indexes: readonly number[]): Buffer {
  return acpiTable("SSDT", 2, Buffer.concat(indexes.map((index) => scope(deviceName(index), STATES))));
}

interface State {
  readonly megahertz: number;
  readonly milliwatts: number;
  readonly control: number;
}

/** The fastest first, as ACPI wants them. The figures mean nothing. */
const PERFORMANCE: readonly State[] = [
  { megahertz: 2600, milliwatts: 4000, control: 0 },
  { megahertz: 1200, milliwatts: 1000, control: 1 },
];
const LATENCY_MICROSECONDS = 10;
/** A port where QEMU has nothing: what is written there is dropped. */
const PORT = 0x05f0;

function deviceName(index: number): string {
  return `C${index.toString(16).toUpperCase().padStart(3, "0")}`;
}

const STATES = Buffer.concat([
  name("_PPC", byteConst(0)),
  name("_PCT", pack([register(), register()])),
  name(
    "_PSS",
    pack(
      PERFORMANCE.map(({ megahertz, milliwatts, control }) =>
        pack(
          [megahertz, milliwatts, LATENCY_MICROSECONDS, LATENCY_MICROSECONDS, control, control].map(dword),
        ),
      ),
    ),
  ),
]);

/** A block of definitions that belong to a CPU. */
function scope(device: string, definitions: Uint8Array): Buffer {
  const path = Buffer.concat([Buffer.from([0x5c, 0x2f, 3]), Buffer.from(`_SB_CPUS${device}`, "latin1")]);
  return Buffer.concat([Buffer.from([0x10]), withLength(Buffer.concat([path, definitions]))]);
}

function name(label: string, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x08]), Buffer.from(label, "latin1"), value]);
}

function pack(elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat([
    Buffer.from([0x12]),
    withLength(Buffer.concat([Buffer.from([elements.length]), ...elements])),
  ]);
}

/** A buffer with the description of a register of eight bits at the port, and its end mark. */
function register(): Buffer {
  const resource = Buffer.alloc(17);
  resource.set([0x82, 12, 0, 1, 8, 0, 1]);
  resource.writeUInt16LE(PORT, 7);
  resource.set([0x79, 0], 15);
  return Buffer.concat([
    Buffer.from([0x11]),
    withLength(Buffer.concat([byteConst(resource.length), resource])),
  ]);
}

function byteConst(value: number): Buffer {
  return Buffer.from([0x0a, value]);
}

function dword(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(0x0c, 0);
  bytes.writeUInt32LE(value, 1);
  return bytes;
}

/** The length before what it counts, itself included: one byte up to 63, else two with the low four bits first. */
function withLength(content: Uint8Array): Buffer {
  const short = content.length + 1;
  if (short < 0x40) return Buffer.concat([Buffer.from([short]), content]);
  const long = content.length + 2;
  if (long >= 0x1000) throw new Error(`a block of ${long} bytes is longer than is written here`);
  return Buffer.concat([Buffer.from([0x40 | (long & 0x0f), long >> 4]), content]);
}
