import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runBalloonCommand } from "../../cli/ballooncommand.ts";
import { HostLock } from "../../control/hostLock.ts";
import {
  createFakeVirsh,
  type FakeGuest,
  type FakeHost,
  type FakeVirsh,
  fleetFor,
} from "../control/fakeVirsh.ts";

const guest = (n: number, current: number, used: number, more: Partial<FakeGuest> = {}): FakeGuest => ({
  uuid: `0000000${n}-0000-4000-8000-000000000000`,
  current,
  whole: 1000,
  used,
  period: 1,
  lastUpdate: 1,
  hasDriver: true,
  ...more,
});
const VM = { memory: 1000, floor: 300 };

describe("fleet balloon", () => {
  let fake: FakeVirsh;
  const path = process.env.PATH;
  const sound: FakeHost = {
    guests: {
      busy: guest(1, 640, 600),
      idle: guest(2, 1000, 200),
      gone: guest(3, 1000, 100, { hasDriver: false }),
      card: guest(4, 1000, 100, { devices: "<hostdev mode='subsystem' type='pci'/>" }),
      plain: guest(5, 1000, 100),
    },
    total: 24_000,
    free: 20_000,
  };
  beforeEach(() => {
    fake = createFakeVirsh(sound);
    process.env.PATH = fake.path;
  });
  afterEach(() => {
    process.env.PATH = path;
    fake.remove();
  });

  const run = (vms: Parameters<typeof fleetFor>[2], ...args: string[]) =>
    runOn(fleetFor(fake, 5200, vms), ...args);

  async function runOn(fleet: string, ...args: string[]) {
    const file = join(fake.folder, "fleet.json");
    writeFileSync(file, fleet);
    const [out, err]: [string[], string[]] = [[], []];
    const streams = {
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
    };
    const code = await runBalloonCommand(
      [...args, "--fleet", file],
      streams,
      undefined,
      new AbortController().signal,
    );
    return { code, out: out.join(""), err: err.join("") };
  }
  const FIVE = { busy: VM, idle: VM, gone: VM, card: VM, plain: { memory: 1000 } };
  const PASS = ["--once", "--interval", "0.5"];

  it("explains each decision in a dry run and touches nothing, lock and reports included", async () => {
    const lock = await HostLock.take(fake.uri, 10_000);
    const { code, out, err } = await run(FIVE, ...PASS, "--dry-run");
    lock?.release();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      `host h: 5.02Gi of 5.08Gi promised, 1 % free (critical); 2.93Gi above the floors; dry run
VM     action     why                                                                                        now     to   floor  ceiling
busy   grow       in need with 6.2 % free, below 20 %; the pool has only this of the 128Mi that it wants   640Mi  700Mi   300Mi   1000Mi
idle   shrink     idle for 2 observations with 80 % free; the host has 1.1 % free                         1000Mi  900Mi   300Mi   1000Mi
gone   hands-off  its balloon driver has not reported since the controller started                        1000Mi          300Mi   1000Mi
card   hands-off  it has a passed-through device                                                          1000Mi          300Mi   1000Mi
plain  hands-off  no minimumMemory below its memory is declared                                           1000Mi         1000Mi   1000Mi
`,
    );
    const kinds = new Set(fake.commands().map((command) => command.split(" ")[0]));
    expect(kinds).toEqual(new Set(["uri", "list", "domstats", "nodememstats", "dumpxml"]));
  });

  it("does what it explained, and tells it as data", async () => {
    const { code, out } = await run(FIVE, ...PASS, "--json");
    expect(code).toBe(0);
    const round = JSON.parse(out);
    expect(round).toMatchObject({ version: 1, host: "h", dryRun: false, pool: { state: "critical" } });
    expect(round.guests.map((g: { action: string }) => g.action)).toEqual([
      "grow",
      "shrink",
      "hands-off",
      "hands-off",
      "hands-off",
    ]);
    expect(fake.host().guests.idle?.current).toBe(900);
    expect(fake.commands().filter((command) => command.startsWith("setmem"))).toEqual([
      "setmem --domain='00000001-0000-4000-8000-000000000000' --size='734003200b' --live",
      "setmem --domain='00000002-0000-4000-8000-000000000000' --size='943718400b' --live",
    ]);
  });

  it("manages what the host has: the record's or its own memory, whichever is less", async () => {
    const physical = async () => {
      const { out } = await run(FIVE, ...PASS, "--dry-run", "--json");
      return JSON.parse(out).pool.physical / 1024 ** 2;
    };
    expect(await physical()).toBe(5200);
    fake.remove();
    fake = createFakeVirsh({ ...sound, total: 4000, free: 3000 });
    process.env.PATH = fake.path;
    expect(await physical()).toBe(4000);
  });

  it("counts a domain that nobody declared by what its definition lets it take", async () => {
    const promised = async (devices: string) => {
      fake.change(({ guests }) => Object.assign(guests.plain ?? {}, { devices }));
      const { plain: _, ...declared } = FIVE;
      const { out } = await run(declared, ...PASS, "--dry-run", "--json");
      return JSON.parse(out).pool.promised / 1024 ** 2;
    };
    const all = await promised("");
    const size = (name: string, kib: number) => `<${name} unit='KiB'>${kib}</${name}>`;
    const target = size("size", 409_600) + size("requested", 0) + size("current", 0);
    // 400 MiB that were not asked for, and their page tables.
    expect(all - (await promised(`<memory model='virtio-mem'><target>${target}</target></memory>`))).toBe(
      400 + 400 / 512,
    );
    expect((await promised("<hostdev type='pci'/>")) - all).toBe(1024);
  });

  it("lets a second controller on a host do nothing", async () => {
    const lock = await HostLock.take(fake.uri, 10_000);
    expect(await run(FIVE, ...PASS)).toEqual({
      code: 1,
      out: "",
      err: "error: Another controller moves the balloons of host h. End it, or leave this host out with --host.\n",
    });
    lock?.release();
    expect(fake.commands()).toEqual([]);
  });

  it("moves balloons over TLS only where somebody else keeps other controllers off", async () => {
    const tls = ["--uri", "h=qemu+tls://numa1/system", ...PASS];
    expect(await run(FIVE, ...tls)).toEqual({
      code: 2,
      out: "",
      err: "error: Nothing can keep a second controller off host h: the transport of qemu+tls://numa1/system carries no commands, and so no lock. Reach it by qemu+ssh://user@host/system (--uri), or, if no other controller moves its balloons, say --without-lock.\n",
    });
    expect(fake.commands()).toEqual([]);
    expect((await run(FIVE, ...tls, "--dry-run")).code).toBe(0);
    expect((await run(FIVE, ...tls, "--without-lock")).code).toBe(0);
    expect(fake.host().guests.idle?.current).toBe(900);
  });

  it("finds VMs that only the stack has placed by its outputs, and tells of those that nobody has", async () => {
    const fleet = JSON.parse(fleetFor(fake, 5200, FIVE));
    for (const vm of fleet.vms.slice(0, 2)) delete vm.host;
    const outputs = join(fake.folder, "outputs.json");
    const placements = [{ vm: "idle", host: "h" }];
    writeFileSync(outputs, JSON.stringify({ placements }));
    const { code, out, err } = await runOn(
      JSON.stringify(fleet),
      ...[...PASS, "--dry-run", "--json", "--outputs", outputs],
    );
    expect([code, err]).toEqual([
      0,
      "warning: Nothing says on which host VM busy is, so no balloon of it is moved: record placements with fleet place --write, or name the stack's outputs with --outputs.\n",
    ]);
    const names = JSON.parse(out).guests.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["idle", "gone", "card", "plain"]);
  });

  it("locks what can be locked, whatever is said", async () => {
    const lock = await HostLock.take(fake.uri, 10_000);
    expect((await run(FIVE, ...PASS, "--without-lock")).code).toBe(1);
    lock?.release();
    expect(fake.commands()).toEqual([]);
  });

  it.each<[string, Parameters<typeof fleetFor>[2], string[], number, string]>([
    [
      "floors that do not fit",
      { busy: { memory: 5300, floor: 5200 } },
      [],
      1,
      "error: Cell 0 of host h cannot keep the floors of VM busy (minimumMemory, or all memory where none is declared) with QEMU's overhead: requested 5.18Gi, available 5.08Gi, short by 108.35Mi. Lower a minimumMemory, or move a VM to another host.\n",
    ],
    [
      "no VM with a floor",
      { plain: { memory: 1000 } },
      [],
      2,
      "error: No VM of these hosts has a minimumMemory below its memory, so no balloon may be moved. Give VMs that may be ballooned a minimumMemory.\n",
    ],
    ["an unknown option", FIVE, ["--twice"], 2, "error: unknown option '--twice'\n"],
    [
      "an interval of nothing",
      FIVE,
      ["--interval", "0"],
      2,
      "error: option '--interval <seconds>' argument '0' is invalid. Expected seconds from 0.5 to 3600, like 5.\n",
    ],
  ])("refuses %s before anything is asked", async (_, vms, args, code, err) => {
    expect(await run(vms, ...args)).toEqual({ code, out: "", err });
    expect(fake.commands()).toEqual([]);
  });

  it("tells of a host that cannot be asked", async () => {
    fake.remove();
    fake = createFakeVirsh({ guests: {}, total: 0, free: 0 });
    process.env.PATH = fake.path;
    const { code, err } = await run(FIVE, ...PASS);
    expect(code).toBe(2);
    expect(err).toContain("error: host h: the answer to nodememstats cannot be read");
  });

  it("wants a file", async () => {
    const err: string[] = [];
    const streams = { out: () => undefined, err: (text: string) => void err.push(text) };
    expect(await runBalloonCommand(["--once"], streams, undefined, new AbortController().signal)).toBe(2);
    expect(err.join("")).toBe("error: required option '--fleet <file>' not specified\n");
  });
});
