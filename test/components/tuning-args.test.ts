import { describe, expect, test } from "vitest";
import { tuningArgs } from "../../components/tuningArgs.ts";
import { validate } from "../../libvirt/provider/validation.ts";
import { hostTuning } from "../../libvirt/schema/hostTuning.ts";
import { type Tuning, tuning } from "../../model/tuning.ts";

const cells = [
  { id: 0, cores: [[0, 2]], memory: 128, hugepages: { "1GiB": 8, "2MiB": 0 } },
  { id: 3, cores: [[1, 3]], memory: 128, hugepages: { "2MiB": 512 } },
] as const;
const args = (given: unknown) => tuningArgs({ tuning: tuning.parse(given) as Tuning, cells: cells as never });

describe("what a host's kernel is set to", () => {
  test("is what it declares, with the pages of its cells if it reserves them", () => {
    const given = {
      governor: "performance",
      transparentHugepages: { defrag: "defer+madvise" },
      hugepages: true,
    };
    const found = args({ ...given, allowDisruption: true });
    expect(found).toEqual({
      governor: "performance",
      transparentHugepages: { defrag: "defer+madvise" },
      hugepages: [
        { cell: 0, size: "2MiB", count: 0 },
        { cell: 0, size: "1GiB", count: 8 },
        { cell: 3, size: "2MiB", count: 512 },
      ],
      allowDisruption: true,
    });
    expect(validate(hostTuning, found as never)).toEqual([]);
  });

  test("is nothing where it declares nothing", () => {
    expect(tuningArgs({ tuning: undefined, cells: cells as never })).toBeUndefined();
    for (const given of [{}, { allowDisruption: true }, { transparentHugepages: {} }]) {
      expect(args(given)).toBeUndefined();
    }
    expect(tuningArgs({ tuning: tuning.parse({ hugepages: true }), cells: [] })).toBeUndefined();
  });

  test.each([{ governor: "fast" }, { numaBalancing: true }, { hugepages: 8 }, { governer: "performance" }])(
    "%j is refused",
    (given) => expect(tuning.safeParse(given).success).toBe(false),
  );
});
