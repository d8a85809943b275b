import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LockMode, ObjectLocks } from "../../libvirt/virsh/objectLock.ts";

describe("locks by name", () => {
  it("let sharers in together and keep everybody else out, whatever comes in which order", async () => {
    const request = fc.record({
      object: fc.constantFrom("a", "b"),
      mode: fc.constantFrom<LockMode>("shared", "exclusive"),
      turns: fc.integer({ min: 0, max: 3 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 25 }), async (requests) => {
        const locks = new ObjectLocks();
        const inside = new Map<string, LockMode[]>();
        const outcomes = await Promise.allSettled(
          requests.map(({ object, mode, turns, fails }, index) =>
            locks.hold(object, mode, async () => {
              const holders = inside.get(object) ?? [];
              inside.set(object, holders);
              holders.push(mode);
              expect(holders.length === 1 || holders.every((each) => each === "shared")).toBe(true);
              for (let turn = 0; turn < turns; turn++) await setImmediate();
              holders.splice(holders.indexOf(mode), 1);
              if (fails) throw new Error("failed");
              return index;
            }),
          ),
        );
        expect(outcomes.map((outcome) => outcome.status === "rejected")).toEqual(
          requests.map(({ fails }) => fails),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("serve in the order of arrival, so that nobody waits for ever", async () => {
    const locks = new ObjectLocks();
    const order: string[] = [];
    const hold = (name: string, mode: LockMode) =>
      locks.hold("pool", mode, async () => {
        order.push(name);
        await setImmediate();
      });
    await Promise.all([
      hold("1", "shared"),
      hold("2", "exclusive"),
      hold("3", "shared"),
      hold("4", "shared"),
    ]);
    expect(order).toEqual(["1", "2", "3", "4"]);
  });
});
