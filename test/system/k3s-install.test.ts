/** The installer of k3s in a guest, below a folder of its own: from a file and from a server, with what goes wrong. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { k3sInstallFiles } from "../../components/k3sInstall.ts";
import type { K3s } from "../../model/k3s.ts";

const VERSION = "v1.33.5+k3s1";
const program = (version: string) =>
  `#!/bin/sh\necho "k3s version ${version} (fe896f7e)"\necho "go version go1.24.6"\n`;
const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

/** What the server has, by path, and how often each was asked for. */
const served = new Map<string, string>();
let asked: string[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const content = served.get(path);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

let guest: string;
beforeEach(() => {
  guest = mkdtempSync(join(tmpdir(), "numafleet-k3s-"));
  served.clear();
  asked = [];
});
afterEach(() => rmSync(guest, { recursive: true }));

type Install = NonNullable<K3s["install"]>;
const put = (path: string, content: string) => {
  mkdirSync(dirname(join(guest, path)), { recursive: true });
  writeFileSync(join(guest, path), content);
  return join(guest, path);
};
const read = (path: string) => readFileSync(join(guest, path), "utf8");
const BINARY = "usr/local/bin/k3s";
const IMAGES = "var/lib/rancher/k3s/agent/images";

/** Writes the files as cloud-init would, runs the installer as the service does, and tells how it ended. */
async function install(wanted: Install): Promise<{ code: number | null; said: string }> {
  for (const { path, content } of k3sInstallFiles(wanted, "agent")) put(path, content);
  const child = spawn("sh", [join(guest, "usr/local/lib/numafleet/install-k3s"), guest]);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      said += text;
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, said })));
}

describe("k3s in a guest", () => {
  test("is installed from files that are there, once, and not again after an upgrade", async () => {
    const binary = { from: put("opt/k3s 'a' $(b)", program(VERSION)), sha256: sha256(program(VERSION)) };
    const images = { from: put("opt/i.tar.zst", "images"), sha256: sha256("images") };
    const wanted = { version: VERSION, binary, images };
    expect(await install(wanted)).toEqual({ code: 0, said: `numafleet: installed k3s ${VERSION}\n` });
    expect(read(BINARY)).toBe(program(VERSION));
    expect(statSync(join(guest, BINARY)).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(guest, IMAGES))).toEqual(["k3s-airgap-images.tar.zst"]);
    expect(read(`${IMAGES}/k3s-airgap-images.tar.zst`)).toBe("images");

    put(BINARY, program("v1.34.1+k3s1"));
    rmSync(join(guest, "opt"), { recursive: true });
    expect(await install(wanted)).toEqual({ code: 0, said: "" });
    expect(read(BINARY)).toBe(program("v1.34.1+k3s1"));
  });

  test("is fetched from a server, with a version's plus sign in the address as it is given", async () => {
    served.set("/v1.33.5%2Bk3s1/k3s?x=[1]&y='2'", program(VERSION));
    const from = `${url}/v1.33.5%2Bk3s1/k3s?x=[1]&y='2'`;
    const result = await install({ version: VERSION, binary: { from, sha256: sha256(program(VERSION)) } });
    expect(result).toEqual({ code: 0, said: `numafleet: installed k3s ${VERSION}\n` });
    expect(existsSync(join(guest, IMAGES))).toBe(false);
  });

  test("is tried again when the server has it at last, and only for what was missing", async () => {
    const binary = { from: `${url}/k3s`, sha256: sha256(program(VERSION)) };
    const images = { from: `${url}/images.tar`, sha256: sha256("images") };
    const wanted = { version: VERSION, binary, images };
    served.set("/images.tar", "images");
    const failed = await install(wanted);
    expect(failed.code).toBe(1);
    expect(failed.said).toContain(`numafleet: ${url}/k3s could not be fetched\n`);
    served.set("/k3s", program(VERSION));
    expect((await install(wanted)).code).toBe(0);
    expect(asked).toEqual(["/images.tar", "/k3s", "/k3s"]);
  });

  test("replaces another version that the base image came with", async () => {
    put(BINARY, program("v1.30.0+k3s1"));
    const binary = { from: put("opt/k3s", program(VERSION)), sha256: sha256(program(VERSION)) };
    expect((await install({ version: VERSION, binary })).code).toBe(0);
    expect(read(BINARY)).toBe(program(VERSION));
  });

  test.each([
    {
      name: "with another checksum",
      binary: () => ({ from: put("opt/k3s", "other"), sha256: sha256(program(VERSION)) }),
      told: new RegExp(
        `k3s has the checksum ${sha256("other")}, not ${sha256(program(VERSION))}; it is not installed`,
      ),
    },
    {
      name: "of another version",
      binary: () => ({
        from: put("opt/k3s", program("v1.33.5+k3s10")),
        sha256: sha256(program("v1.33.5+k3s10")),
      }),
      told: /says k3s version v1\.33\.5\+k3s10 \(fe896f7e\), not v1\.33\.5\+k3s1; it is not installed/,
    },
    {
      name: "that is not there",
      binary: () => ({ from: join(guest, "opt/k3s"), sha256: sha256("") }),
      told: /opt\/k3s is not there; is the disk mounted that holds it\?/,
    },
    {
      name: "that is a folder",
      binary: () => ({ from: join(guest, "usr"), sha256: sha256("") }),
      told: /usr is not there;/,
    },
  ])("$name is not installed, and nothing of it stays", async ({ binary, told }) => {
    const result = await install({ version: VERSION, binary: binary() });
    expect(result.code).not.toBe(0);
    expect(result.said).toMatch(told);
    expect(existsSync(join(guest, BINARY))).toBe(false);
    expect(existsSync(join(guest, `${BINARY}.numafleet-part`))).toBe(false);
    expect(existsSync(join(guest, "var/lib/numafleet/k3s-installed"))).toBe(false);
  });

  test("keeps images out of k3s' folder until their checksum is right", async () => {
    const binary = { from: put("opt/k3s", program(VERSION)), sha256: sha256(program(VERSION)) };
    const images = { from: put("opt/i.tar", "other"), sha256: sha256("images") };
    expect((await install({ version: VERSION, binary, images })).code).toBe(1);
    expect(existsSync(join(guest, IMAGES))).toBe(false);
    expect(existsSync(join(guest, BINARY))).toBe(false);
  });
});
