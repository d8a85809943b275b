import fc from "fast-check";
import { expect, it } from "vitest";
import { overhead } from "../../capacity/host/overhead.ts";
import { Ledger } from "../../policy/ledger.ts";
import { readSettings } from "../../policy/settings.ts";
import { domain } from "./resources.ts";

const GIB = 1024 ** 3;
/** Each cell of the default stack's host: 128 GiB, of which 4 are kept. */
const AVAILABLE = 124 * GIB;

const vm = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e"),
  cell: fc.constantFrom(0, 1),
  gib: fc.integer({ min: 1, max: 130 }),
});

it("accepts a VM if and only if it fits beside those that were accepted, whatever came and came again", async () => {
  const settings = await readSettings({}, "/", "2026-05-06");
  fc.assert(
    fc.property(fc.array(vm, { maxLength: 12 }), (sequence) => {
      const ledger = new Ledger(settings);
      const accepted = new Map<string, { cell: number; bytes: number }>();
      for (const { name, cell, gib } of sequence) {
        const memory = gib * GIB;
        const bytes = memory + overhead({ memory, vcpus: 1, iothreads: [] }).bytes;
        const others = [...accepted].filter(([other, at]) => other !== name && at.cell === cell);
        const fits = others.reduce((sum, [, at]) => sum + at.bytes, bytes) <= AVAILABLE;
        const numaTune = { memory: { mode: "strict", nodeset: `${cell}` } };
        const findings = ledger.judge(
          domain({ name, memory: gib, memoryUnit: "GiB", vcpu: 1, vcpuCpuset: "0-15", numaTune }),
        );
        expect(findings.filter((f) => f.severity === "refuse").map((f) => f.rule)).toEqual(
          fits ? [] : ["host/cell-memory"],
        );
        if (fits) accepted.set(name, { cell, bytes });
      }
    }),
  );
});
