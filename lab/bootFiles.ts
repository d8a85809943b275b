import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type CpioEntry, cpio } from "../tools/guest/cpio.ts";
import { kernelModules } from "../tools/guest/kernelModules.ts";
import { kernelPackage } from "../tools/guest/packages.ts";
import { cacheDirectory, exists, installOnce } from "../tools/setup/cache.mjs";
import { findOnPath } from "../tools/setup/command.mjs";
import { downloadPackages, unpackPackages } from "../tools/setup/debianPackages.ts";
import { SetupError } from "../tools/setup/failure.mjs";
import { withProgress } from "../tools/setup/progress.mjs";

/** What every twin boots from: made of Debian's packages once, and kept in the cache. */
export interface BootFiles {
  readonly kernel: string;
  /** The first part of the initramfs: busybox, drivers, ssh. A lab's own files come after it. */
  readonly initrd: string;
  /** The folder with dropbearkey and its libraries. */
  readonly ssh: string;
}

/** Debian's package that depends on its current kernel. The one for clouds has no 9p. */
const KERNEL = "linux-image-amd64";
const OTHERS = ["busybox-static", "dropbear-bin", "libtomcrypt1", "libtommath1"];

/** Drivers of the twin; what the kernel has built in is left out. */
const MODULES = [
  ...["virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_net", "bridge", "tun"],
  // Governors before the driver that asks for one.
  ...["cpufreq_powersave", "cpufreq_ondemand", "cpufreq_conservative", "cpufreq_userspace", "acpi_cpufreq"],
];

const SSH_LIBRARY = /^lib(tomcrypt|tommath)\.so\.\d+$/;

/** Counted up when the files are put together in another way, so that cached ones are not taken for them. */
const LAYOUT = 1;

/** @throws SetupError when they are not in the cache and cannot be made here */
export async function bootFiles(): Promise<BootFiles> {
  const digest = createHash("sha256").update(JSON.stringify([KERNEL, OTHERS, MODULES, LAYOUT]));
  const target = path.join(cacheDirectory(), `lab-boot-${digest.digest("hex").slice(0, 12)}`);
  if (!(await exists(target))) {
    for (const tool of ["apt-get", "apt-cache", "dpkg-deb"]) {
      if (!findOnPath(tool, process.env.PATH))
        throw new SetupError(
          `the lab's kernel is fetched with ${tool}, which is not here; carry the cache over from a Debian (${target})`,
        );
    }
    await withProgress("Fetching the lab's kernel, busybox and ssh from Debian", () =>
      installOnce(target, assemble),
    );
  }
  return {
    kernel: path.join(target, "vmlinuz"),
    initrd: path.join(target, "initrd"),
    ssh: path.join(target, "ssh"),
  };
}

async function assemble(target: string, work: string): Promise<void> {
  const [packages, files] = [path.join(work, "packages"), path.join(work, "files")];
  await mkdir(packages);
  await mkdir(files);
  await downloadPackages(packages, async () => [await kernelPackage(KERNEL, packages), ...OTHERS]);
  await unpackPackages(packages, files);
  const release = (await readdir(path.join(files, "lib", "modules")))[0] ?? "";
  await copyFile(path.join(files, "boot", `vmlinuz-${release}`), path.join(target, "vmlinuz"));
  const ssh = await sshFiles(files);
  await mkdir(path.join(target, "ssh"));
  for (const { name, content } of ssh)
    await writeFile(path.join(target, "ssh", name), content, { mode: 0o755 });
  await writeFile(path.join(target, "initrd"), cpio(await entries(files, release, ssh)));
}

interface NamedFile {
  readonly name: string;
  readonly content: Buffer;
}

/** dropbear with the libraries that few machines have. */
async function sshFiles(files: string): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  const take = async (name: string, file: string) => found.push({ name, content: await readFile(file) });
  await take("dropbear", path.join(files, "usr", "sbin", "dropbear"));
  await take("dropbearkey", path.join(files, "usr", "bin", "dropbearkey"));
  for (const file of (await readdir(path.join(files, "usr", "lib"), { recursive: true })).sort()) {
    if (SSH_LIBRARY.test(path.basename(file)))
      await take(path.basename(file), path.join(files, "usr", "lib", file));
  }
  return found;
}

async function entries(files: string, release: string, ssh: readonly NamedFile[]): Promise<CpioEntry[]> {
  const modules = await kernelModules(path.join(files, "lib", "modules", release), MODULES);
  const program = (file: string, content: Buffer): CpioEntry => ({ path: file, content, executable: true });
  return [
    ...["bin", "lab", path.posix.join("lab", "modules")].map((folder) => ({ path: folder })),
    program("bin/busybox", await readFile(path.join(files, "bin", "busybox"))),
    ...ssh
      .filter(({ name }) => name !== "dropbearkey")
      .map(({ name, content }) => program(`lab/${name}`, content)),
    ...modules.map(({ name, content }) => ({ path: `lab/modules/${name}.ko`, content })),
    {
      path: "lab/modules/order",
      content: Buffer.from(modules.map(({ name }) => `${name}.ko\n`).join("")),
    },
  ];
}
