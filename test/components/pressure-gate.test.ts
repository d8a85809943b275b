import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { unwatched, withSample } from "../../capacity/pressure/watched.ts";
import { requireFleet } from "../../model/fleet.ts";
import { type WatchedHost, type WatchState, watchState } from "../../model/watchState.ts";
import { fleetPressure } from "../../program/pressure.ts";
import defaultStack from "../../stacks/default.ts";
import { runProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-pressure-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A preview that is refused ends the process with an error; here that is the test's own. */
let exitListeners: number;
beforeEach(() => {
  exitListeners = process.listenerCount("exit");
});
afterEach(() => {
  for (const listener of process.listeners("exit").slice(exitListeners)) process.off("exit", listener);
});

const settings = requireFleet(defaultStack).placement.pressure;
const at = (ms: number) => new Date(ms).toISOString();

function stateFile(name: string, ...hosts: WatchedHost[]): string {
  const state: WatchState = {
    kind: "numafleet/pressure",
    version: 1,
    intervals: { hosts: 30, pools: 900 },
    clockJumps: 0,
    hosts,
  };
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(watchState.parse(state)));
  return file;
}

/** The default stack's host after three samples, the last one at that time. */
function sampled(available: number, lastMs: number): WatchedHost {
  const figures = { memory: { total: 1000, available }, systemDisk: { total: 1000, available: 500 } };
  return [2, 1, 0].reduce(
    (host, n) => withSample(host, figures, settings, at(lastMs - n * 30_000)).host,
    unwatched("numa"),
  );
}

const config = { today: "2026-05-06", k3sToken: "token" };
const run = (
  pressure: string,
  more: Record<string, string> = {},
  outputs: Record<string, unknown> | undefined = undefined,
  state: readonly string[] | undefined = undefined,
) =>
  runProgram(
    { ...config, pressure, ...more },
    {
      preview: false,
      call: (token) => {
        if (token === "pulumi:pulumi:readStackOutputs" && outputs) return { outputs };
        if (token !== "pulumi:pulumi:readStackResourceOutputs" || state === undefined) return {};
        return { outputs: Object.fromEntries(state.map((urn) => [urn, {}])) };
      },
    },
  );

describe("numafleet:pressure", () => {
  test("stops an update that puts VMs on a host under pressure, before anything is registered", async () => {
    const now = Date.now();
    const { recorder, errors, error } = await run(stateFile("pressed.json", sampled(20, now)));
    expect(recorder.registrations).toEqual([]);
    expect(error?.message).toMatch(/^Refused: 1 finding.*Nothing was created or changed\.$/);
    expect(errors.join("\n")).toContain(
      `pressure/asks-more: Host numa is under pressure (memory_pressure since ${at(now)}), and more is asked of it: cpus +64, memory +235.31Gi, pool images storage +240 GB, pool lake storage +8 TB.`,
    );
  });

  test("lets one pass where the host is ready", async () => {
    const { recorder, error, warnings } = await run(stateFile("ready.json", sampled(500, Date.now())));
    expect(error).toBeUndefined();
    expect(recorder.names("libvirt:index/domain:Domain")).toHaveLength(4);
    expect(warnings.join("\n")).not.toContain("pressure/");
  });

  const small = (name: string) => ({
    name,
    uri: "qemu:///system",
    recorded: { source: "configured", date: "2026-05-03" },
    cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: "16 GiB" }],
    reserved: { memoryPerCell: "1 GiB" },
    pools: [{ name: "fast", class: "ssd", path: "/fast", capacity: "1 TB" }],
  });
  const db = {
    name: "db",
    vcpus: 2,
    memory: "2 GiB",
    disks: [{ name: "os", class: "ssd", size: "10 GB" }],
  };
  const twoHosts = (name: string, more: object = {}) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ hosts: [small("a"), small("b")], vms: [db], ...more }));
    return file;
  };
  const asHost = (name: string, host: WatchedHost): WatchedHost => ({ ...host, name });

  test("places a VM that names no host where there is no pressure", async () => {
    const fleet = twoHosts("two.json");
    const calm = asHost("b", sampled(500, Date.now()));
    const free = await run(stateFile("both.json", asHost("a", calm), calm), { fleet });
    expect(free.outputs?.placements).toMatchObject([{ vm: "db", host: "a" }]);
    const pressed = asHost("a", sampled(20, Date.now()));
    const moved = await run(stateFile("a.json", pressed, calm), { fleet });
    expect(moved.outputs?.placements).toMatchObject([{ vm: "db", host: "b" }]);
    expect(moved.warnings.join("\n")).toContain(
      "pressure/nothing-new: Host a is under pressure (memory_pressure",
    );
  });

  test("refuses a VM that only a host under pressure could hold, and says so", async () => {
    const fleet = twoHosts("cordoned.json", { hosts: [small("a"), { ...small("b"), cordoned: true }] });
    const pressed = asHost("a", sampled(20, Date.now()));
    const { error, errors, recorder } = await run(
      stateFile("only.json", pressed, asHost("b", sampled(500, Date.now()))),
      { fleet },
    );
    expect(error?.message).toMatch(/^Refused: 1 finding/);
    expect(errors.join("\n")).toContain("placement/no-eligible-host");
    expect(errors.join("\n")).toContain("a is under pressure (memory_pressure)");
    expect(errors.join("\n")).toContain("Relieve the host or the pool that is under pressure");
    expect(recorder.registrations).toEqual([]);
  });

  test("refuses a VM that takes the place of an equal one, by the VMs in the stack's outputs", async () => {
    const named = (name: string) => ({ ...db, name, host: "a", cpuPolicy: "shared" });
    const calm = asHost("a", sampled(500, Date.now()));
    const beside = asHost("b", sampled(500, Date.now()));
    const before = await run(stateFile("calm.json", calm, beside), {
      fleet: twoHosts("before.json", { vms: [named("db")] }),
    });
    expect(before.outputs?.vms).toEqual({
      db: { host: "a", vcpus: 2, memory: "2Gi", disks: { os: { pool: "fast", size: "10 GB" } } },
    });
    const pressed = stateFile("equal.json", asHost("a", sampled(20, Date.now())), beside);
    const update = (vms: object[], outputs = before.outputs, state?: readonly string[]) =>
      run(pressed, { fleet: twoHosts("after.json", { vms }) }, outputs, state);
    const same = await update([named("db")]);
    expect(same.error).toBeUndefined();
    const refused = await update([named("other")]);
    expect(refused.recorder.registrations).toEqual([]);
    expect(refused.errors.join("\n")).toMatch(
      /pressure\/asks-more: Host a is under pressure .*: new VM other \(vCPUs \+2, memory \+2Gi, disk os in pool fast \+10 GB\)\./,
    );
    // The engine keeps the outputs of an update that failed: what the state does not have was never made.
    const domain = (name: string) =>
      `urn:pulumi:dev::numafleet::numafleet:libvirt:NumaDomain$libvirt:index/domain:Domain::${name}`;
    const volume = domain("db/os").replace("domain:Domain", "volume:Volume");
    expect((await update([named("db")], before.outputs, [domain("db"), volume])).error).toBeUndefined();
    const failed = await update([named("db")], before.outputs, [domain("web"), volume]);
    expect(failed.errors.join("\n")).toContain("more is asked of it: new VM db (vCPUs +2");
    const { vms: told, ...others } = before.outputs ?? {};
    const foreign = { ...others, vms: { db: { ...(told as { db: object }).db, managed: false } } };
    expect((await update([named("db")], foreign, [])).error).toBeUndefined();
    // An earlier version has left sums alone: they are equal.
    const { vms: _, ...sums } = before.outputs ?? {};
    expect((await update([named("other")], sums)).error).toBeUndefined();
  });

  test("does not take an old state for true", async () => {
    const { recorder, errors } = await run(stateFile("old.json", sampled(500, Date.now() - 3_600_000)));
    expect(recorder.registrations).toEqual([]);
    expect(errors.join("\n")).toMatch(
      /pressure\/asks-more: Whether host numa is under pressure is not known \(fleet watch saw it last at [\dT:.Z-]+, 360\d s ago; after 90 s that is no longer taken for true\)/,
    );
  });

  test.each([
    ["is not there", "none.json", undefined, "there is no such file"],
    ["is torn", "torn.json", '{"kind"', "it is no JSON: torn, or not written by fleet watch"],
  ])("names a file that %s: told, and nothing is done", async (_, name, text, why) => {
    const file = join(folder, name);
    if (text !== undefined) writeFileSync(file, text);
    const { recorder, error, errors } = await run(file);
    expect(recorder.registrations).toEqual([]);
    expect(`${error?.message}\n${errors.join("\n")}`).toContain(
      `\`${file}\` cannot be read as a state of fleet watch: ${why}.`,
    );
  });

  test("is not asked in a rehearsal, where another machine plays the host", async () => {
    const fleet = requireFleet(defaultStack);
    const pressure = stateFile("rehearsed.json", sampled(20, 0));
    const read = (rehearsal: { cpus: number; memory: number } | undefined) =>
      fleetPressure({ pressure, rehearsal }, fleet, folder, () => 0);
    expect((await read(undefined)).filtered).toHaveLength(1);
    expect(await read({ cpus: 2, memory: 2 ** 32 })).toEqual({ filtered: [], unknown: [] });
  });

  test("starts from the project's folder", async () => {
    stateFile("relative.json", sampled(20, 0));
    const fleet = requireFleet(defaultStack);
    const read = await fleetPressure(
      { pressure: "relative.json", rehearsal: undefined },
      fleet,
      folder,
      () => 0,
    );
    expect(read.filtered).toEqual([
      { node: "numa", conditions: ["memory_pressure"], memory_pressure_since: at(0) },
    ]);
  });
});
