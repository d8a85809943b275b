import { createHash } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { cacheDirectory, exists, installOnce } from "../setup/cache.mjs";
import { findOnPath, run, tail } from "../setup/command.mjs";
import { downloadSystem, unpackPackages } from "../setup/debianPackages.ts";
import { SetupError } from "../setup/failure.mjs";
import { withProgress } from "../setup/progress.mjs";
import { bootSector } from "./bootSector.ts";
import { cpio } from "./cpio.ts";
import { kernelModules } from "./kernelModules.ts";
import { guestPackages } from "./packages.ts";

/**
 * A Debian as a disk image that boots by itself, such as an operator has for a base image: GRUB, the cloud kernel,
 * systemd, cloud-init, ssh server and guest agent, all of Debian's packages and set up by these.
 */
export interface DebianImage {
  /** The disk, raw and sparse; its first partition holds the root, which grows with the disk. */
  readonly disk: string;
  /** busybox as one program without libraries, for what this machine may lack. */
  readonly busybox: string;
}

/** In addition to what Debian calls essential and required, and what these need. */
const PACKAGES = [
  "usr-is-merged",
  "systemd-sysv",
  "udev",
  "dbus",
  "kmod",
  "e2fsprogs",
  "fdisk",
  "iproute2",
  "ifupdown",
  "isc-dhcp-client",
  "netbase",
  "cloud-init",
  "cloud-guest-utils",
  "sudo",
  "openssh-server",
  "qemu-guest-agent",
  "grub-pc-bin",
];

/** Drivers of the disk and its file system; ext4 asks for a checksum by name, so no module tells of that. */
const MODULES = ["virtio_pci", "virtio_blk", "crc32c_generic", "ext4"];
const FOLDERS = ["bin", "dev", "root", "modules"];

/** Where partitions begin by custom; GRUB is in front of it. */
const PARTITION_START = 1024 ** 2;
const PARTITION_BYTES = 1536 * 1024 ** 2;

/** Counted up when the image is put together in another way, so that a cached one is not taken for it. */
const LAYOUT = 1;

/** The image; made on the first call, from the cache on all later ones. `skip` says why there is none. */
export async function debianImage(): Promise<DebianImage | { readonly skip: string }> {
  try {
    return await makeImage();
  } catch (error) {
    if (error instanceof SetupError) return { skip: error.message };
    throw error;
  }
}

const SCRIPT = path.join(import.meta.dirname, "debianRoot.sh");
const INIT = path.join(import.meta.dirname, "debianRoot-init.sh");

/** @throws SetupError when it is not in the cache and cannot be made here */
async function makeImage(): Promise<DebianImage> {
  const init = await readFile(INIT);
  const digest = createHash("sha256")
    .update(JSON.stringify([PACKAGES, MODULES, FOLDERS, PARTITION_START, PARTITION_BYTES, LAYOUT]))
    .update(await readFile(SCRIPT))
    .update(init);
  const target = path.join(cacheDirectory(), `debian-image-${digest.digest("hex").slice(0, 12)}`);
  if (!(await exists(target))) {
    await refuseWhereImpossible();
    const kernel = await guestPackages();
    await withProgress("Making a Debian image of its packages", (tell) =>
      installOnce(target, (folder, work) => assemble(kernel, folder, work, init, tell)),
    );
  }
  return { disk: path.join(target, "disk.img"), busybox: path.join(target, "busybox") };
}

const TOOLS = ["apt-get", "dpkg", "dpkg-deb", "tar", "unshare", "mke2fs", "chroot"];
const SYSTEM_ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const NAMESPACES = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"];

async function refuseWhereImpossible(): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupError("a Debian image is made on Linux on x86-64");
  }
  if (process.getuid?.() !== 0) throw new SetupError("only root may set up the packages of a Debian image");
  const missing = TOOLS.find((tool) => !findOnPath(tool, SYSTEM_ENV.PATH));
  if (missing) throw new SetupError(`a Debian image is made with ${missing}, which is not here`);
  const { code } = await run("unshare", [...NAMESPACES, "true"], { env: SYSTEM_ENV });
  if (code !== 0) throw new SetupError("namespaces, in which a Debian image is made, are not allowed here");
}

async function assemble(
  kernelPackages: string,
  target: string,
  work: string,
  init: Buffer,
  tell: (detail: string) => void,
): Promise<void> {
  const inside = async (name: string) => {
    await mkdir(path.join(work, name));
    return path.join(work, name);
  };
  const kernel = await inside("kernel");
  await unpackPackages(kernelPackages, kernel);
  const busybox = await readFile(path.join(kernel, "bin", "busybox"));
  await writeFile(path.join(target, "busybox"), busybox);
  await chmod(path.join(target, "busybox"), 0o755);
  const initramfs = path.join(work, "initrd");
  await writeFile(initramfs, gzipSync(await initramfsOf(kernel, init, busybox)));

  tell("fetching packages");
  const packages = await inside("packages");
  await downloadSystem(packages, PACKAGES);

  tell("setting them up");
  const disk = path.join(target, "disk.img");
  const [root, boot] = [await inside("root"), await inside("boot")];
  const sizes = [PARTITION_START, PARTITION_BYTES].map(String);
  const args = [root, packages, kernel, initramfs, disk, ...sizes, boot];
  const result = await run("unshare", [...NAMESPACES, "sh", SCRIPT, ...args], { env: SYSTEM_ENV });
  if (result.code !== 0) throw new SetupError(`the packages could not be set up: ${tail(result)}`);
  await makeBootable(disk, boot);
}

async function initramfsOf(kernel: string, init: Buffer, busybox: Buffer): Promise<Buffer> {
  const folder = path.join(kernel, "lib", "modules");
  const modules = await kernelModules(path.join(folder, (await readdir(folder))[0] ?? ""), MODULES);
  return cpio([
    ...FOLDERS.map((name) => ({ path: name })),
    { path: "init", content: init, executable: true },
    { path: "bin/busybox", content: busybox, executable: true },
    ...modules.map(({ name, content }) => ({ path: `modules/${name}.ko`, content })),
    { path: "modules/order", content: Buffer.from(modules.map(({ name }) => `${name}.ko\n`).join("")) },
  ]);
}

/** GRUB's first sector loads what follows it, which has the path of kernel and initramfs in it. */
async function makeBootable(disk: string, boot: string): Promise<void> {
  const partition = { start: PARTITION_START, bytes: PARTITION_BYTES };
  const first = bootSector(await readFile(path.join(boot, "boot.img")), partition);
  const core = await readFile(path.join(boot, "core.img"));
  if (first.length + core.length > PARTITION_START) throw new Error("GRUB does not fit before the partition");
  const file = await open(disk, "r+");
  try {
    await file.write(Buffer.concat([first, core]), 0, undefined, 0);
    await file.truncate(PARTITION_START + PARTITION_BYTES);
  } finally {
    await file.close();
  }
}
