/** `kill -9` of the balloon controller at every step: its successor finds a whole state and comes to the same end. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createFakeVirsh,
  type FakeGuest,
  type FakeHost,
  type FakeVirsh,
  fleetFor,
} from "../control/fakeVirsh.ts";

const guest = (n: number, current: number, used: number): FakeGuest => ({
  uuid: `0000000${n}-0000-4000-8000-000000000000`,
  current,
  whole: 1000,
  used,
  // The third one is to be asked for reports first.
  period: n === 3 ? 0 : 1,
  lastUpdate: n === 3 ? 0 : 1,
  hasDriver: true,
});
const BOUNDS = { memory: 1000, floor: 300 };
/** MiB, with 100 MiB of overhead for each of three guests. */
const HOST = 3100;
const OVERHEAD = 300;

function start(): FakeVirsh {
  const guests = { busy: guest(1, 640, 600), idle: guest(2, 1000, 200), silent: guest(3, 1000, 500) };
  return createFakeVirsh({ guests, total: 24_000, free: 20_000 });
}

/** One pass in a process of its own; returns how it ended. */
function pass(fake: FakeVirsh): Promise<number | NodeJS.Signals | null> {
  const file = join(fake.folder, "fleet.json");
  writeFileSync(file, fleetFor(fake, HOST, { busy: BOUNDS, idle: BOUNDS, silent: BOUNDS }));
  const child = spawn(
    process.execPath,
    ["tools/fleet.ts", "balloon", "--fleet", file, "--once", "--interval", "0.5"],
    {
      // What a process that is killed leaves behind goes with the folder.
      env: { ...process.env, PATH: fake.path, TMPDIR: fake.folder },
      stdio: "ignore",
    },
  );
  return new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
}

const sizes = ({ guests }: FakeHost) => Object.values(guests).map(({ current }) => current);
const held = (host: FakeHost) => sizes(host).reduce((sum, size) => sum + size, OVERHEAD);

describe("the balloon controller", () => {
  it("survives kill -9 before and after each of its commands", async () => {
    const whole = start();
    expect(await pass(whole)).toBe(0);
    const steps = whole.commands();
    // It did something worth being interrupted.
    expect(steps.filter((step) => step.startsWith("setmem"))).toHaveLength(2);
    expect(steps.filter((step) => step.startsWith("dommemstat"))).toHaveLength(1);
    const end = sizes(whole.host());
    whole.remove();

    // Looks are alike, and so are the questions after each guest: of questions, the last look's are taken, once each.
    const look = steps.lastIndexOf(steps.find((step) => step.startsWith("domstats")) ?? "");
    const asked = new Set<string>();
    const kills = steps.flatMap((step, at) => {
      const [name = ""] = step.split(" ");
      // A question leaves nothing, answered or not.
      const isDeed = ["setmem", "dommemstat"].includes(name);
      const isNew = (at === 0 || at >= look) && !asked.has(name);
      if (isNew) asked.add(name);
      return isDeed
        ? [
            { at, isDone: false },
            { at, isDone: true },
          ]
        : isNew
          ? [{ at, isDone: false }]
          : [];
    });
    expect(kills).toHaveLength(5 + 6);
    for (let i = 0; i < kills.length; i += 6) {
      await Promise.all(
        kills.slice(i, i + 6).map(async (kill) => {
          const fake = start();
          try {
            fake.change((host) => {
              host.kill = kill;
            });
            expect(await pass(fake), `killed at ${steps[kill.at]}`).toBe("SIGKILL");
            const [busy = 0, idle = 0] = sizes(fake.host());
            // Whatever was done is one of the whole moves, within the bounds and the host's memory.
            expect([640, end[0]]).toContain(busy);
            expect([1000, end[1]]).toContain(idle);
            expect(held(fake.host())).toBeLessThanOrEqual(HOST);
            fake.change((host) => {
              delete host.kill;
            });
            // The lock went with the process: the next one is let in, and makes what was not made.
            expect(await pass(fake)).toBe(0);
            const [then = 0, next = 0] = sizes(fake.host());
            expect(then).toBeGreaterThanOrEqual(end[0] ?? 0);
            expect(next).toBeLessThanOrEqual(end[1] ?? 0);
            expect(Math.min(then, next)).toBeGreaterThanOrEqual(BOUNDS.floor);
            expect(held(fake.host())).toBeLessThanOrEqual(HOST);
          } finally {
            fake.remove();
          }
        }),
      );
    }
  });
});
