import { describe, expect, it } from "vitest";
import type { PoolSample } from "../../capacity/balloon/sample.ts";
import { BALLOON_SETTINGS } from "../../capacity/balloon/settings.ts";
import type { BalloonHost } from "../../control/balloonHost.ts";
import { control, NotAlone, type RoundReport } from "../../control/controller.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";

const MIB = 1024 ** 2;

/** A host of two guests in memory: one in need, one idle; drivers obey at once and report at each look. */
class TestHost implements BalloonHost {
  readonly deeds: string[] = [];
  current = { busy: 640, idle: 1000 };
  period = 1;
  looks = 0;
  refuse: (deed: string) => Error | undefined = () => undefined;

  async sample(): Promise<PoolSample> {
    this.looks += 1;
    const guest = (name: "busy" | "idle", used: number) => ({
      name,
      uuid: name,
      bounds: { minimum: 300 * MIB, maximum: 1000 * MIB, overhead: 100 * MIB, onHugepages: false },
      live: {
        running: true,
        current: this.current[name] * MIB,
        whole: 1000 * MIB,
        onHugepages: false,
        obstacles: [],
        period: this.period,
        report: {
          lastUpdate: this.period === 0 ? 0 : this.looks * 10,
          available: 1000 * MIB,
          usable: (this.current[name] - used) * MIB,
          swapIn: 0,
          swapOut: 0,
        },
      },
    });
    return {
      atMs: this.looks * 10_000,
      physical: 2000 * MIB,
      free: 1900 * MIB,
      kept: 0,
      hugepages: 0,
      others: 0,
      cells: [],
      guests: [guest("busy", 600), guest("idle", 200)],
    };
  }
  async report(uuid: string, seconds: number) {
    this.#do(`report ${uuid} ${seconds}`);
    this.period = seconds;
  }
  async move(uuid: string, bytes: number) {
    this.#do(`move ${uuid} ${bytes / MIB}`);
    this.current[uuid as "busy"] = bytes / MIB;
  }
  async close() {}
  #do(deed: string): void {
    const refusal = this.refuse(deed);
    if (refusal) throw refusal;
    this.deeds.push(deed);
  }
}

async function run(
  host: TestHost,
  options: { once?: boolean; dryRun?: boolean; rounds?: number; isAlone?: () => boolean } = {},
) {
  const ending = new AbortController();
  const rounds: RoundReport[] = [];
  await control(
    host,
    {
      // The samples have a clock of their own; nobody has to wait.
      settings: { ...BALLOON_SETTINGS, interval: 10 },
      once: false,
      dryRun: false,
      isAlone: () => true,
      pause: async () => {
        if (host.looks >= (options.rounds ?? Number.POSITIVE_INFINITY)) ending.abort();
      },
      ...options,
      signal: ending.signal,
    },
    (round) => rounds.push(round),
  );
  return rounds;
}

describe("the controller's loop", () => {
  it("looks first, then moves, and rests when all is well", async () => {
    const host = new TestHost();
    await run(host, { rounds: 40 });
    expect(host.deeds.slice(0, 3)).toEqual(["move busy 768", "move idle 900", "move idle 855"]);
    expect(host.current.busy).toBe(768);
    const moves = host.deeds.length;
    await run(host, { rounds: 80 });
    expect(host.deeds.length).toBe(moves);
  });

  it("in one pass acts on its last look alone", async () => {
    const host = new TestHost();
    const rounds = await run(host, { once: true });
    expect(host.looks).toBe(3);
    expect(host.deeds).toEqual(["move busy 768", "move idle 950"]);
    expect(rounds).toHaveLength(1);
  });

  it("touches nothing in a dry run, and tells the same", async () => {
    const host = new TestHost();
    const [dry] = await run(host, { once: true, dryRun: true });
    expect(host.deeds).toEqual([]);
    const [real] = await run(new TestHost(), { once: true });
    expect(dry?.decision.guests).toEqual(real?.decision.guests);
  });

  it("asks drivers for reports where nobody did", async () => {
    const host = new TestHost();
    host.period = 0;
    const [first] = await run(host, { rounds: 1 });
    expect(host.deeds).toEqual(["report busy 5", "report idle 5"]);
    expect(first?.awakened).toEqual(["busy", "idle"]);
  });

  it("goes on with the others when a guest refuses", async () => {
    const host = new TestHost();
    host.refuse = (deed) =>
      deed.startsWith("move busy") ? new HostError("failed", "no balloon") : undefined;
    const [round] = await run(host, { once: true });
    expect(host.deeds).toEqual(["move idle 950"]);
    expect([...(round?.failures ?? [])]).toEqual([["busy", "no balloon"]]);
  });

  it("ends when the connection is lost, or another controller may be there", async () => {
    const lost = new TestHost();
    lost.refuse = () => new HostError("connection-lost", "gone");
    await expect(run(lost, { once: true })).rejects.toThrow("gone");
    const host = new TestHost();
    await expect(run(host, { once: true, isAlone: () => false })).rejects.toThrow(NotAlone);
    expect(host.deeds).toEqual([]);
  });

  it("begins with a look after a kill, at any moment: what is promised and not yet there is never promised twice", async () => {
    for (let rounds = 1; rounds < 30; rounds++) {
      const host = new TestHost();
      await run(host, { rounds });
      const before = host.deeds.length;
      await run(host, { rounds: rounds + 1 });
      expect(host.deeds.length).toBe(before);
      const { busy, idle } = host.current;
      expect(busy + idle + 200).toBeLessThanOrEqual(2000);
    }
  });
});
