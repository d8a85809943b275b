import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extentsOf, SEGMENT_BYTES, segmentCount } from "../../move/segments.ts";

const KIB = 1024;

function content(length: number, pieces: readonly (readonly [number, number])[]): Buffer {
  const buffer = Buffer.alloc(length);
  for (const [offset, size] of pieces) buffer.fill(7, offset, Math.min(length, offset + size));
  return buffer;
}

describe("what is sent of a segment", () => {
  test("leaves long runs of zeros out, and sends short ones along", () => {
    expect(extentsOf(Buffer.alloc(4 * 1024 * KIB))).toEqual([]);
    expect(extentsOf(Buffer.alloc(0))).toEqual([]);
    expect(extentsOf(content(4096 * KIB, [[0, 1]]))).toEqual([{ offset: 0, length: 64 * KIB }]);
    const close = content(4096 * KIB, [
      [0, 64 * KIB],
      [1024 * KIB, 1],
    ]);
    expect(extentsOf(close)).toEqual([{ offset: 0, length: 1088 * KIB }]);
    const apart = content(4096 * KIB, [
      [0, 64 * KIB],
      [2048 * KIB, 1],
    ]);
    expect(extentsOf(apart)).toEqual([
      { offset: 0, length: 64 * KIB },
      { offset: 2048 * KIB, length: 64 * KIB },
    ]);
  });

  test("is everything that is not zero, in order, and within the segment", () => {
    const piece = fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 200 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(piece, { maxLength: 6 }), (kib, pieces) => {
        const buffer = content(
          kib * KIB - 17,
          pieces.map(([offset, size]) => [offset * KIB, size] as const),
        );
        const copy = Buffer.alloc(buffer.length);
        let end = -1;
        for (const { offset, length } of extentsOf(buffer)) {
          expect(offset).toBeGreaterThan(end);
          expect(length).toBeGreaterThan(0);
          end = offset + length;
          buffer.copy(copy, offset, offset, end);
        }
        expect(end).toBeLessThanOrEqual(buffer.length);
        expect(copy.equals(buffer)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("is cut into segments", () => {
    const count = (bytes: number) => segmentCount({ bytes, segmentBytes: SEGMENT_BYTES });
    expect([0, 1, SEGMENT_BYTES, SEGMENT_BYTES + 1].map(count)).toEqual([0, 1, 1, 2]);
  });
});
