import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SYSTEM_ENV } from "./loopDisk.ts";

/** Makes a raw image that is an ext4 file system with these files, by their paths; nothing is mounted for it. */
export function makeFileSystem(
  image: string,
  {
    size,
    uuid,
    files,
  }: { readonly size: string; readonly uuid: string; readonly files: Record<string, string> },
): void {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-files-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    execFileSync("mke2fs", ["-q", "-t", "ext4", "-U", uuid, "-d", folder, image, size], { env: SYSTEM_ENV });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
