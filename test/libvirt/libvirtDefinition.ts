/** Definitions as libvirt's own test driver takes them: held against its RelaxNG schema, and read back. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function versionOfVirsh(): string | undefined {
  const answer = spawnSync("virsh", ["--version"], { encoding: "utf8" });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** The version of libvirt here; undefined when there is none. */
export const LIBVIRT = versionOfVirsh();

/** Whether the libvirt here is of a version or newer. */
export function isSince(version: string): boolean {
  if (LIBVIRT === undefined) return false;
  const [have, wanted] = [LIBVIRT, version].map((text) => text.split(".").map(Number));
  for (const [index, number] of (wanted ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

/** What is printed behind a test's name that cannot run here. */
export function skipReason(version: string): string {
  if (LIBVIRT === undefined)
    return " (skipped: virsh is not installed here; apt-get install libvirt-clients)";
  return isSince(version) ? "" : ` (skipped: needs libvirt ${version}, here is ${LIBVIRT})`;
}

/** Defines a domain and gives its XML back as libvirt has it; throws with libvirt's message when it is refused. */
export function defined(xml: string, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "definition-"));
  try {
    const file = join(folder, "domain.xml");
    writeFileSync(file, xml);
    const commands = `define --validate ${file}; dumpxml --inactive ${name}`;
    const out = execFileSync("virsh", ["--quiet", "--connect", "test:///default", commands], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return out.slice(out.indexOf("<domain"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
