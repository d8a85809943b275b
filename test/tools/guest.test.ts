import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootSector } from "../../tools/guest/bootSector.ts";
import { cpio } from "../../tools/guest/cpio.ts";
import { kernelModules } from "../../tools/guest/kernelModules.ts";
import { guestFacts, guestReports } from "../guest/guestConsole.ts";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "numafleet-guest-test-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe("the initramfs archive", () => {
  const entries = [
    { path: "bin" },
    { path: "bin/tool", content: Buffer.from("12345"), executable: true },
    { path: "empty", content: Buffer.alloc(0) },
  ];

  test("is the same for the same entries, in records of four bytes", () => {
    const archive = cpio(entries);
    expect(archive.equals(cpio(entries))).toBe(true);
    expect(archive.length % 4).toBe(0);
    expect(archive.toString("latin1").match(/070701/g)).toHaveLength(4);
  });
});

test("a boot sector has the code, one partition and the BIOS's mark", () => {
  const sector = bootSector(Buffer.alloc(512, 0x90), { start: 1024 ** 2, bytes: 3 * 1024 ** 3 });
  expect(sector).toHaveLength(512);
  expect(sector.subarray(0, 446).every((byte) => byte === 0x90)).toBe(true);
  // Active, Linux, from sector 2048 on, 6291456 sectors; and no other partition.
  expect(sector.subarray(446, 462).toString("hex")).toBe("80feffff83feffff0008000000006000");
  expect(sector.subarray(462, 510).every((byte) => byte === 0)).toBe(true);
  expect(sector.subarray(510).toString("hex")).toBe("55aa");
});

describe("kernel modules", () => {
  const module = (depends: string) => Buffer.from(`ELF\0license=GPL\0depends=${depends}\0name=x\0`);

  test("come after what they need, without what is built in", async () => {
    const at = await folder();
    await writeFile(join(at, "modules.builtin"), "kernel/drivers/built-in.ko\n");
    await writeFile(join(at, "virtio-net.ko"), module("virtio_ring,net_failover,built_in"));
    await writeFile(join(at, "net_failover.ko"), module("virtio_ring"));
    await writeFile(join(at, "virtio_ring.ko"), module(""));
    const found = await kernelModules(at, ["built_in", "virtio_net"]);
    expect(found.map(({ name }) => name)).toEqual(["virtio_ring", "net_failover", "virtio_net"]);
  });

  test("that the kernel lacks are an error", async () => {
    const at = await folder();
    await writeFile(join(at, "modules.builtin"), "");
    await expect(kernelModules(at, ["evdev"])).rejects.toThrow(`the kernel in ${at} has no module evdev`);
  });
});

test("of a guest's console only whole reports count", async () => {
  const console = join(await folder(), "console");
  expect(guestFacts(console)).toBeUndefined();
  const lines = [
    "[    1.0] booting",
    'GUEST {"boot":"a"}\r',
    'GUEST {"boot":"b[  2.0] oops',
    'GUEST {"boot":"c"}',
    'GUEST {"bo',
  ];
  await writeFile(console, lines.join("\n"));
  expect(guestReports(console).map(({ boot }) => boot)).toEqual(["a", "c"]);
});
