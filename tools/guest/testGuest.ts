import { createHash } from "node:crypto";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { cacheDirectory, exists, installOnce } from "../setup/cache.mjs";
import { unpackPackages } from "../setup/debianPackages.ts";
import { SetupError } from "../setup/failure.mjs";
import { withProgress } from "../setup/progress.mjs";
import { type CpioEntry, cpio } from "./cpio.ts";
import { kernelModules } from "./kernelModules.ts";
import { guestPackages, libraries } from "./packages.ts";

/** Debian's cloud kernel and an initramfs that tells what the guest sees; see init.sh. */
export interface TestGuest {
  readonly kernel: string;
  readonly initrd: string;
}

/** Drivers that are modules of the cloud kernel; what a newer one has built in is left out. */
const MODULES = [
  "virtio_pci",
  "virtio_blk",
  "virtio_net",
  "virtio_balloon",
  "virtio_mem",
  "virtio_console",
  "virtio_rng",
  "virtio_scsi",
  "sd_mod",
  "button",
  "evdev",
];

/** Counted up when the guest is put together in another way, so that a cached one is not taken for it. */
const LAYOUT = 1;

const FOLDERS = "bin sbin dev proc sys run tmp etc etc/acpi etc/acpi/PWRF modules".split(" ");

/**
 * The guest that system tests boot; made of Debian's packages on the first call, from the cache on all later ones.
 * `skip` says why there is none.
 */
export async function testGuest(): Promise<TestGuest | { readonly skip: string }> {
  try {
    return await makeTestGuest();
  } catch (error) {
    if (error instanceof SetupError) return { skip: error.message };
    throw error;
  }
}

/** @throws SetupError when it is not in the cache and cannot be made here */
async function makeTestGuest(): Promise<TestGuest> {
  const scripts = {
    init: await readFile(path.join(import.meta.dirname, "init.sh")),
    shutdown: await readFile(path.join(import.meta.dirname, "shutdown.sh")),
  };
  const digest = createHash("sha256").update(JSON.stringify([MODULES, FOLDERS, LAYOUT]));
  for (const script of Object.values(scripts)) digest.update(script);
  const target = path.join(cacheDirectory(), `guest-${digest.digest("hex").slice(0, 12)}`);
  if (!(await exists(target))) {
    await withProgress("Making the test guest of Debian's packages", async () => {
      const packages = await guestPackages();
      await installOnce(target, (folder, work) => assemble(packages, folder, work, scripts));
    });
  }
  return { kernel: path.join(target, "vmlinuz"), initrd: path.join(target, "initrd.gz") };
}

interface Scripts {
  readonly init: Buffer;
  readonly shutdown: Buffer;
}

/** Unpacks the packages in a folder of work, and takes from them what the guest needs. */
async function assemble(packages: string, target: string, work: string, scripts: Scripts): Promise<void> {
  await unpackPackages(packages, work);
  const release = (await readdir(path.join(work, "lib", "modules")))[0] ?? "";
  await copyFile(path.join(work, "boot", `vmlinuz-${release}`), path.join(target, "vmlinuz"));
  await writeFile(path.join(target, "initrd.gz"), gzipSync(cpio(await entries(work, release, scripts))));
}

async function entries(folder: string, release: string, { init, shutdown }: Scripts): Promise<CpioEntry[]> {
  const modules = await kernelModules(path.join(folder, "lib", "modules", release), MODULES);
  const busybox = await readFile(path.join(folder, "bin", "busybox"));
  const program = (file: string, content: Buffer): CpioEntry => ({ path: file, content, executable: true });
  return [
    ...FOLDERS.map((name) => ({ path: name })),
    program("init", init),
    program("sbin/shutdown", shutdown),
    program("etc/acpi/PWRF/00000080", shutdown),
    program("bin/busybox", busybox),
    ...(await agent(path.join(folder, "usr", "sbin", "qemu-ga"))),
    ...modules.map(({ name, content }) => ({ path: `modules/${name}.ko`, content })),
    { path: "modules/order", content: Buffer.from(modules.map(({ name }) => `${name}.ko\n`).join("")) },
  ];
}

/** The guest agent with its libraries, which QEMU needs on this machine too; nothing where one is missing. */
async function agent(file: string): Promise<CpioEntry[]> {
  const needed = await libraries(file);
  if (!needed) return [];
  const files = [{ path: "/sbin/qemu-ga", content: await readFile(file) }, ...needed];
  const folders = new Set(needed.flatMap((library) => parents(library.path)));
  return [
    ...[...folders].sort().map((name) => ({ path: name })),
    ...files.map((entry) => ({ path: entry.path.slice(1), content: entry.content, executable: true })),
  ];
}

/** `lib` and `lib/x86_64-linux-gnu` for `/lib/x86_64-linux-gnu/libc.so.6`. */
function parents(file: string): string[] {
  const names = path.dirname(file).slice(1).split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}
