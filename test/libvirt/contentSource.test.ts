import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../../libvirt/provider/resource.ts";
import { openSource } from "../../libvirt/provider/storage/source.ts";

const DATA = Buffer.from("an image");
const SHA256 = createHash("sha256").update(DATA).digest("hex");

describe("content from the web", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "numafleet-source-"));
  let server: Server;
  let place = "";

  beforeAll(async () => {
    server = createServer((request, response) => {
      const wanted = `Basic ${Buffer.from("me:hunter2@%").toString("base64")}`;
      if (request.headers.authorization !== wanted) response.writeHead(401).end();
      else if (request.url === "/image") response.end(DATA);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(stateDir, { recursive: true });
  });

  const context = { stateDir, log: () => undefined } as unknown as Context;
  const open = (url: string, sha256 = SHA256) =>
    openSource({ create: { content: { url, sha256 } } }, context);
  const failure = (url: string, sha256?: string): Promise<string> =>
    open(url, sha256).then(
      () => expect.fail("it was taken"),
      (error: Error) => error.message,
    );

  it("is had with the address's user and password", async () => {
    const source = await open(`http://me:hunter2%40%25@${place}/image`);
    expect(source).toMatchObject({ title: `http://${place}/image`, size: DATA.length, sha256: SHA256 });
    await source?.done();
    expect(readdirSync(join(stateDir, "downloads"))).toEqual([]);
  });

  it("that a provider was killed over does not fill the disk", async () => {
    const source = await open(`http://me:hunter2%40%25@${place}/image`);
    const folder = join(stateDir, "downloads");
    const own = readdirSync(folder)[0] as string;
    const ended = spawnSync("true").pid;
    const left = own.replace(/-\d+-/, `-${ended}-`);
    writeFileSync(join(folder, left), "half of it");
    const next = await open(`http://me:hunter2%40%25@${place}/image`);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(readdirSync(folder)).toContain(own);
    expect(readdirSync(folder)).not.toContain(left);
    await Promise.all([source?.done(), next?.done()]);
  });

  it("shows neither a password nor a token when it is not had", async () => {
    const other = createHash("sha256").update("other").digest("hex");
    const messages = [
      await failure(`http://me:hunter2%40%25@${place}/none?token=hunter2`),
      await failure(`http://me:hunter2@${place}/image`),
      await failure(`http://me:hunter2%40%25@${place}/image#hunter2`, other),
      await failure("http://me:hunter2@127.0.0.1:1/image"),
      await failure("http://me:hunter2@[bad/image"),
      await failure("s3://me:hunter2@bucket/image?token=hunter2"),
    ];
    expect(messages.map((text) => text.split(". ")[0])).toEqual([
      `create.content.url: http://${place}/none answers 404 Not Found`,
      `create.content.url: http://${place}/image answers 401 Unauthorized`,
      `create.content.sha256: http://${place}/image has the SHA-256 ${SHA256}, but ${other} is declared`,
      expect.stringMatching(/^create.content.url: cannot download http:\/\/127.0.0.1:1\/image: /),
      'create.content.url "http://[bad/image" is no web address; it is one such as https://mirror.example/image.qcow2',
      'create.content.url "s3://bucket/image" is neither a path, nor a file:, http: or https: address',
    ]);
    expect(messages.join("\n")).not.toMatch(/hunter2/);
    expect(readdirSync(join(stateDir, "downloads"))).toEqual([]);
  });
});
