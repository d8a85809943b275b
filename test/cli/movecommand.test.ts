import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMoveCommand } from "../../cli/movecommand.ts";
import { soundFleet } from "../model/fleets.ts";

/** What is told before any host is asked. */

describe("fleet move", () => {
  let folder: string;
  let earlier: string | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "numafleet-movecommand-"));
    earlier = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = folder;
    const fleet = soundFleet();
    const [host] = fleet.hosts;
    const hosts = [
      host,
      { ...host, name: "twin" },
      { ...host, name: "other", uri: "qemu+ssh://other/system" },
    ];
    writeFileSync(join(folder, "fleet.json"), JSON.stringify({ ...fleet, hosts }));
  });
  afterAll(() => {
    if (earlier === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = earlier;
    rmSync(folder, { recursive: true });
  });

  async function run(...args: string[]) {
    let [out, err] = ["", ""];
    const code = await runMoveCommand(
      args.map((arg) => (arg === "FILE" ? join(folder, "fleet.json") : arg)),
      {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
      },
    );
    return { code, out, err };
  }

  test.each([
    [[], 2, "error: name the VM first, as in: fleet move VM --to HOST --fleet FILE\n"],
    [["--to", "h"], 2, "error: name the VM first, as in: fleet move VM --to HOST --fleet FILE\n"],
    [["b", "--fleet", "FILE"], 2, "error: required option '--to <host>' not specified\n"],
    [
      ["b", "--to", "other", "--fleet", "FILE", "more"],
      2,
      "error: unexpected argument 'more'; name a file as in: fleet move VM --to HOST --fleet FILE\n",
    ],
    [
      ["b", "--to", "other", "--fleet", "FILE", "--abandon", "--dry-run"],
      2,
      "error: --dry-run, --remove-source and --abandon exclude each other\n",
    ],
    [
      ["b", "--to", "other", "--fleet", "FILE", "--target-lost"],
      2,
      "error: --target-lost goes with --abandon only\n",
    ],
    [
      ["b", "--to", "other", "--fleet", "FILE", "--rehearsal", "2"],
      2,
      'error: option \'--rehearsal <json>\' argument \'2\' is invalid. Expected a machine, like {"cpus":2,"memory":"4 GiB"}.\n',
    ],
    [
      ["bb", "--to", "other", "--fleet", "FILE"],
      2,
      'error: "bb" names no VM of the fleet; did you mean b? Name a VM as the fleet does.\n',
    ],
    [
      ["b", "--to", "othr", "--fleet", "FILE"],
      2,
      'error: "othr" names no host of the fleet; did you mean other? Name a host as the fleet does.\n',
    ],
    [
      ["b", "--to", "h", "--from", "h", "--fleet", "FILE"],
      1,
      "error: VM b is to go from h to h, which is the same host. Name another host.\n",
    ],
    [
      ["b", "--to", "twin", "--fleet", "FILE"],
      1,
      "error: VM b is to go from h to twin, which have one connection URI. Name another host.\n",
    ],
  ])("%j", async (args, code, err) => {
    expect(await run(...args)).toEqual({ code, out: "", err });
  });

  test("that finds no host has touched nothing", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      const { code, err } = await run("b", "--to", "other", "--fleet", "FILE");
      expect(code).toBe(2);
      expect(err).toMatch(/^error: .*virsh.*\nNothing was touched\.\n$/s);
    } finally {
      process.env.PATH = path;
    }
  });

  test("tells a refusal as data too", async () => {
    const { code, out } = await run("b", "--to", "twin", "--fleet", "FILE", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      verdict: "refused",
      vm: "b",
      from: "h",
      to: "twin",
      stage: null,
      volumes: [],
      findings: [{ rule: "move/same-host", subject: "VM b" }],
    });
  });
});
