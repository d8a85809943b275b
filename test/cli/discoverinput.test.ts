import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import { usedHost } from "../audit/usedHost.ts";
import { discover, FOUND, file, URI } from "./discovered.ts";

describe("bad input of fleet discover", () => {
  it.each([
    [
      "no host",
      [],
      "error: say which host, by its libvirt connection URI; as in: fleet discover qemu+ssh://root@numa1/system --into FILE\n",
    ],
    [
      "two hosts",
      [URI, "qemu:///system"],
      "error: unexpected argument 'qemu:///system'; name a file as in: fleet discover qemu+ssh://root@numa1/system --into FILE\n",
    ],
    ["nothing to write", [URI, "--write"], "error: --write needs --into, the file that is written\n"],
    [
      "no name in an address",
      ["qemu+ssh://10.0.0.7/system"],
      "error: qemu+ssh://10.0.0.7/system gives no name for the host; name it with --name\n",
    ],
    [
      "a name that is none",
      [URI, "--name", "a b"],
      "error: option '--name <name>' argument 'a b' is invalid. Expected a name of 1 to 63 letters, digits, dots, dashes or underscores that begins and ends with a letter or digit.\n",
    ],
    [
      "a kind that is none",
      [URI, "--class", "fast=nvme"],
      "error: option '--class <pool=kind>' argument 'fast=nvme' is invalid. Expected a pool and its kind, like images=ssd.\n",
    ],
    [
      "a reserve beyond what can be counted",
      [URI, "--reserve", "9007199254740993 B"],
      "error: option '--reserve <size>' argument '9007199254740993 B' is invalid. Expected a size that can be counted exactly (at most 9007199254740991).\n",
    ],
    [
      "a program to write into",
      [URI, "--into", "fleet.ts"],
      "error: fleet.ts is a program, which cannot be written. Keep the hosts in a YAML or JSON file.\n",
    ],
  ])("%s", async (_, args, expected) => {
    const { code, err, out, asked } = await discover(args);
    expect({ code, err, out, asked }).toEqual({ code: 2, err: expected, out: "", asked: [] });
  });

  it("a host that is off", async () => {
    expect(
      await discover([URI], unknown("qemu+ssh://lab.example/system: no route to host", "Start it.")),
    ).toMatchObject({
      code: 2,
      out: "",
      err: "error: Host lab is not known: qemu+ssh://lab.example/system: no route to host. Start it.\nNothing is written.\n",
    });
  });

  it("a host whose cells overlap, or that tells no cells, is not recorded at all", async () => {
    const at = file("none.yaml", "hosts: []\n");
    const why = "libvirt's answer cannot be used: CPU 0 is in core 0 of cell 0 and in core 0 of cell 1";
    const host = usedHost((facts) => void Object.assign(facts, { cells: unknown(why) }));
    for (const args of [[URI], [URI, "--into", at, "--write"]]) {
      expect(await discover(args, host)).toMatchObject({
        code: 2,
        out: "",
        err: `error: Host lab cannot be recorded without its cells: ${why}. Nothing is written.\n`,
      });
    }
    expect(readFileSync(at, "utf8")).toBe("hosts: []\n");
  });

  it("a kind for a pool that is not there", async () => {
    expect(await discover([URI, "--class", "fats=ssd"])).toMatchObject({
      code: 2,
      out: "",
      err: "error: --class names fats, which is no pool of host lab (pools: fast)\n",
    });
  });

  it("names that no fleet can have are told, and nothing is lost for them", async () => {
    const { code, out, err } = await discover(
      [URI],
      usedHost((facts, hardware) => {
        (facts.pools as unknown[]).push({
          name: "my pool",
          type: "dir",
          active: true,
          path: "/srv/x",
          capacity: 1,
          available: 1,
        });
        (hardware.links as unknown as { name: string; master: string }[]).forEach((link) => {
          if (link.name === "br0") link.name = "br0:\u001b[2J";
          if (link.master === "br0") link.master = "br0:\u001b[2J";
        });
      }),
    );
    expect([code, out]).toEqual([
      0,
      FOUND.replace("    bridges: [ { name: br0, bandwidth: 25Gbps } ]\n", ""),
    ]);
    expect(err).toBe(
      "note: pool my pool has a name or a path that no fleet can have, and is not recorded.\nnote: bridge br0:?[2J has a name that no fleet can have, and is not recorded.\nHost lab with 1 running VM.\n",
    );
  });

  it("a VM of the same name on another host is named, and left", async () => {
    const at = file(
      "elsewhere.yaml",
      FOUND.replace("name: lab\n", "name: old\n")
        .replace(URI, "qemu+ssh://old/system")
        .replace("host: lab", "host: old"),
    );
    const { code, err, out } = await discover([URI, "--into", at]);
    expect([code, /^\+.*name: db/m.test(out)]).toEqual([1, false]);
    expect(err).toContain("VM db (it runs here, and the fleet has it on another host)");
  });
});
