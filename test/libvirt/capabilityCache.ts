/**
 * What libvirtd has found out about QEMU, kept between the daemons of the tests: each would ask QEMU anew for 4 s.
 * libvirtd itself checks that it still holds (QEMU's and its own build, kernel, rights) and asks again where not.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../../tools/setup/cache.mjs";

const KEPT = join(cacheDirectory(), "libvirt-capabilities");
const PLACE = join("qemu", "capabilities");

/** Gives a new daemon, by its cache folder, what an earlier one has found out. */
export function takeCapabilities(cache: string): void {
  if (existsSync(KEPT)) cpSync(KEPT, join(cache, PLACE), { recursive: true });
}

/** Keeps what a daemon has found out, unless that is there already. */
export function keepCapabilities(cache: string): void {
  const found = join(cache, PLACE);
  if (!existsSync(found) || sameFiles(found, KEPT)) return;
  const made = mkdtempSync(join(dirname(KEPT), "libvirt-capabilities-"));
  try {
    cpSync(found, made, { recursive: true, preserveTimestamps: true });
    rmSync(KEPT, { recursive: true, force: true });
    renameSync(made, KEPT);
  } catch {
    // Another test run has just kept its own, which are as good.
    rmSync(made, { recursive: true, force: true });
  }
}

function sameFiles(folder: string, other: string): boolean {
  if (!existsSync(other)) return false;
  const names = readdirSync(folder).sort();
  if (JSON.stringify(names) !== JSON.stringify(readdirSync(other).sort())) return false;
  return names.every((name) => readFileSync(join(folder, name)).equals(readFileSync(join(other, name))));
}
