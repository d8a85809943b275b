import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runLabCommand } from "../../cli/labcommand.ts";
import { numa } from "../../stacks/numa.ts";
import { captured } from "./captured.ts";

const before = process.env.XDG_STATE_HOME;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "numafleet-labcommand-"));
  process.env.XDG_STATE_HOME = folder;
  const [host] = numa.hosts ?? [];
  const spare = { ...host, name: "spare" };
  await writeFile(path.join(folder, "two.json"), JSON.stringify({ hosts: [host, spare] }));
  await writeFile(path.join(folder, "none.json"), "{}");
  await writeFile(
    path.join(folder, "wrong.json"),
    JSON.stringify({ hosts: [{ ...host, cells: [], uri: 3, reserved: { memoryPerCell: "1 GiB" } }] }),
  );
});
afterAll(async () => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  await rm(folder, { recursive: true, force: true });
});

async function lab(...args: string[]) {
  return captured((streams) =>
    runLabCommand(
      args.map((arg) => arg.replace(/^@/, `${folder}/`)),
      streams,
    ),
  );
}

describe("fleet lab", () => {
  it("tells its commands, and what is none", async () => {
    expect((await lab("--help")).out).toMatch(
      /^Usage: fleet lab COMMAND \[options\]\n[\s\S]*\n {2}down +end the twin/,
    );
    expect(await lab("--help")).toMatchObject({ code: 0, err: "" });
    expect((await lab()).code).toBe(2);
    const { code, err } = await lab("start");
    expect(code).toBe(2);
    expect(err).toMatch(/^error: unknown command 'start'\n\nUsage: fleet lab COMMAND/);
    expect((await lab("up", "--help")).out).toContain("Usage: fleet lab up [options]");
  });

  it.each<[string, string[], number, string]>([
    [
      "a host of several",
      ["up", "--fleet", "@two.json"],
      2,
      "error: The fleet declares 2 hosts (numa, spare), and a lab is the twin of one. Name it with --host.\n",
    ],
    [
      "a fleet without hosts",
      ["up", "--fleet", "@none.json"],
      2,
      "error: The fleet declares no host, so there is none to build a twin of. Name another fleet with --fleet.\n",
    ],
    [
      "an unknown host",
      ["up", "--host", "nuna"],
      2,
      'error: "nuna" names no host of the fleet; did you mean numa? Name a host as the fleet does.\n',
    ],
    [
      "a host that does not validate, with all that is wrong",
      ["up", "--fleet", "@wrong.json"],
      2,
      'error: `hosts[0].cells` is []; expected at least one NUMA cell. Correct the value; docs/reference.md tells its form.\nerror: `hosts[0].uri` is 3; expected a libvirt connection URI, like "qemu+ssh://root@numa1/system". Correct the value; docs/reference.md tells its form.\n',
    ],
    [
      "a shell without a lab",
      ["shell", "--", "true"],
      1,
      "error: There is no lab of host numa. Start it: npm run lab -- up.\n",
    ],
    [
      "the URI of no lab",
      ["status", "--uri"],
      1,
      "error: There is no lab of host numa. Start it: npm run lab -- up.\n",
    ],
  ])("%s is refused", async (_, args, code, message) => {
    expect(await lab(...args)).toEqual({ code, out: "", err: message });
    expect((await readdir(folder)).sort()).toEqual(["none.json", "two.json", "wrong.json"]);
  });

  it("tells that there is none", async () => {
    expect(await lab("status")).toEqual({ code: 1, out: "There is no lab.\n", err: "" });
    expect(await lab("status", "--host", "spare")).toEqual({
      code: 1,
      out: "There is no lab of host spare.\n",
      err: "",
    });
    expect(await lab("down")).toEqual({ code: 0, out: "There is no lab of host numa.\n", err: "" });
    const labs = path.join(folder, "numafleet", "lab");
    for (const host of ["one", "two"]) await mkdir(path.join(labs, host), { recursive: true });
    expect((await lab("down", "--host", "tow")).out).toBe("There is no lab of host tow, but of one, two.\n");
    expect(await readdir(labs)).toEqual(["one", "two"]);
    await rm(path.join(folder, "numafleet"), { recursive: true });
  });
});
