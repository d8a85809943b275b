import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostLock } from "../../control/hostLock.ts";

const LIMIT = 10_000;

describe("the lock of a host", () => {
  let folder: string;
  let uri: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "numafleet-lock-"));
    uri = `qemu+unix:///system?socket=${join(folder, "libvirt-sock")}`;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Another one's release takes the kernel a moment. */
  async function untilFree(): Promise<HostLock> {
    for (;;) {
      const lock = await HostLock.take(uri, LIMIT);
      if (lock) return lock;
    }
  }

  it("is had once, by whatever name the socket goes, and given back", async () => {
    const first = await HostLock.take(uri, LIMIT);
    expect(first?.isHeld).toBe(true);
    expect(await HostLock.take(uri, LIMIT)).toBeUndefined();
    expect(await HostLock.take(uri.replace("libvirt-sock", "virtqemud-sock"), LIMIT)).toBeUndefined();
    first?.release();
    (await untilFree()).release();
  });

  it("is free again when its holder is ended by kill -9", async () => {
    (await untilFree()).release();
    const code = `import { HostLock } from ${JSON.stringify(join(import.meta.dirname, "../../control/hostLock.ts"))};
      const lock = await HostLock.take(${JSON.stringify(uri)}, ${LIMIT});
      console.log(lock ? "has it" : "has it not");
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module-typescript", "--eval", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await new Promise((resolve) =>
      holder.stdout.once("data", (chunk) => resolve(String(chunk))),
    );
    expect(said).toBe("has it\n");
    expect(await HostLock.take(uri, LIMIT)).toBeUndefined();
    holder.kill("SIGKILL");
    (await untilFree()).release();
  });

  it("is one lock for who is on the host and who comes by ssh", async () => {
    // In place of ssh: it runs the command here.
    const ssh = join(folder, "ssh");
    writeFileSync(ssh, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift 2; exec sh -c "$*"\n', {
      mode: 0o755,
    });
    const remote = `qemu+ssh://root@numa1/system?command=${ssh}&socket=${join(folder, "libvirt-sock")}`;
    const here = await untilFree();
    expect(await HostLock.take(remote, LIMIT)).toBeUndefined();
    here.release();
    let there: HostLock | undefined;
    while (!there) there = await HostLock.take(remote, LIMIT);
    expect(await HostLock.take(uri, LIMIT)).toBeUndefined();
    there.release();
  });

  it("knows when it is lost", async () => {
    const lock = await untilFree();
    expect(lock.isHeld).toBe(true);
    lock.release();
    for (let i = 0; lock.isHeld && i < 500; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(lock.isHeld).toBe(false);
  });

  it("is refused where it cannot be had, and no file is made for it", async () => {
    const nowhere = `qemu+unix:///system?socket=${join(folder, "none", "libvirt-sock")}`;
    await expect(HostLock.take(nowhere, LIMIT)).rejects.toThrow(
      `qemu+unix:///system?socket=${join(folder, "none", "libvirt-sock")}: no other controller can be kept out: there is no ${join(folder, "none")}`,
    );
    await expect((async () => HostLock.take("qemu+tls://h/system", LIMIT))()).rejects.toThrow(
      "libvirt's transport tls carries no commands",
    );
  });
});
