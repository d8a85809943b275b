import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { debianPackages } from "../../tools/setup/debianPackages.ts";
import { SetupError } from "../../tools/setup/failure.mjs";
import { SYSTEM_ENV } from "./loopDisk.ts";

/** Tools that write what a disk may hold, unpacked from Debian's packages. */

/** With the libraries that a machine may lack. */
const PACKAGES = [
  ...["xfsprogs", "libinih1", "liburcu8", "libedit2", "dosfstools", "fdisk", "libfdisk1"],
  ...["lvm2", "libdevmapper1.02.1", "libdevmapper-event1.02.1", "libaio1"],
  ...["cryptsetup-bin", "libcryptsetup12", "libpopt0", "libjson-c5", "libargon2-1"],
];

/** Their folder, or why it is not to be had here. */
export const tools = await debianPackages("disk-tools", PACKAGES).catch((error: unknown) => {
  if (error instanceof SetupError) return { skip: error.message };
  throw error;
});

/** Runs one of the unpacked tools. */
export function tool(name: string, args: readonly string[], input = ""): void {
  if (typeof tools !== "string") throw new Error(tools.skip);
  const libraries = ["lib", "usr/lib"].map((lib) => join(tools, lib, "x86_64-linux-gnu")).join(":");
  const file = ["sbin", "usr/sbin"]
    .map((sbin) => join(tools, sbin, name))
    .find((f) => statSync(f, { throwIfNoEntry: false }));
  execFileSync(file ?? name, args, {
    env: { ...SYSTEM_ENV, LD_LIBRARY_PATH: libraries, LVM_SUPPRESS_FD_WARNINGS: "1" },
    input,
    stdio: ["pipe", "pipe", "pipe"],
  });
}
