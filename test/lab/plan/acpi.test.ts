import { describe, expect, test } from "vitest";
import { frequencyTable } from "../../../lab/acpi/frequency.ts";
import { madt } from "../../../lab/acpi/madt.ts";
import { placeCpus } from "../../../lab/topology.ts";

const HEADER = 36;
/** Two cells of two cores; siblings are two apart. */
const { cpus } = placeCpus(
  [0, 1].map((id) => ({
    id,
    memory: 0,
    hugepages: {},
    cores: [0, 1].map((i) => [id * 4 + i, id * 4 + i + 2]),
  })),
);

const sum = (table: Buffer) => table.reduce((total, byte) => (total + byte) & 0xff, 0);

describe.each([
  ["APIC", madt(cpus)],
  ["SSDT", frequencyTable(cpus.map(({ index }) => index))],
])("the table %s", (signature, table) => {
  test("has its name, its length, and bytes that add up to 0", () => {
    expect(table.toString("latin1", 0, 4)).toBe(signature);
    expect(table.readUInt32LE(4)).toBe(table.length);
    expect(sum(table)).toBe(0);
  });
});

/** The entries of a MADT: type, length, content. */
function entries(table: Buffer): { type: number; bytes: number[] }[] {
  const found = [];
  for (let at = HEADER + 8; at < table.length; at += table.readUInt8(at + 1)) {
    found.push({
      type: table.readUInt8(at),
      bytes: [...table.subarray(at + 2, at + table.readUInt8(at + 1))],
    });
  }
  return found;
}

test("CPUs are told in the order of the host's numbers, by what QEMU calls them", () => {
  const told = entries(madt(cpus));
  const local = told.filter(({ type }) => type === 0).map(({ bytes: [uid, apicId] }) => [uid, apicId]);
  expect(local).toEqual([
    [0, 0],
    [2, 2],
    [1, 1],
    [3, 3],
    [4, 4],
    [6, 6],
    [5, 5],
    [7, 7],
  ]);
  expect(told.slice(8).map(({ type }) => type)).toEqual([1, 2, 2, 2, 2, 2, 4]);
});

/** A length of AML, and the number of bytes that it takes itself. */
function packageLength(table: Buffer, at: number): number {
  const lead = table.readUInt8(at);
  return lead >> 6 === 0 ? lead : (lead & 0x0f) | (table.readUInt8(at + 1) << 4);
}

test("each CPU's performance states are in a scope of its own, one after another to the end", () => {
  const table = frequencyTable([0, 1, 0x2f]);
  const devices: string[] = [];
  let at = HEADER;
  while (at < table.length) {
    expect(table.readUInt8(at)).toBe(0x10);
    const length = packageLength(table, at + 1);
    const scope = table.subarray(at + 1, at + 1 + length).toString("latin1");
    devices.push(/_SB_CPUS(C...)/.exec(scope)?.[1] ?? "");
    for (const name of ["_PPC", "_PCT", "_PSS"]) expect(scope.split(name)).toHaveLength(2);
    at += 1 + length;
  }
  expect(at).toBe(table.length);
  expect(devices).toEqual(["C000", "C001", "C02F"]);
});
