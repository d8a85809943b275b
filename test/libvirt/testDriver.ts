/** What libvirt itself makes of a domain: its built-in test driver checks it against its schema, and parses it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import { parseDocument, serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";
import { observe } from "../../libvirt/xml/observe.ts";

const hasVirsh = (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, "virsh")));

/** Why it cannot be asked, as the end of a test's name; empty when it can. */
export const whyNoTestDriver = hasVirsh
  ? ""
  : " (skipped: virsh is not installed here; apt-get install libvirt-clients)";

/** Whether libvirt is of this version, such as 9.2, or a newer one. */
export function isLibvirt(version: string): boolean {
  installed ??= execFileSync("virsh", ["--version"], { encoding: "utf8" });
  return installed.localeCompare(version, "en", { numeric: true }) >= 0;
}

let installed: string | undefined;

const NAME = "vm";
const REQUIRED = { type: "test", name: NAME, memory: 8, memoryUnit: "MiB", os: { type: "hvm" } };

/**
 * Defines a domain with these inputs, and compares them with what libvirt then has of it. Throws libvirt's complaint,
 * unless it is one of a feature that libvirt may be built without: that comes after libvirt's schema has been passed.
 */
export function driftAtLibvirt(inputs: Record<string, unknown>, mayLack?: RegExp): unknown[] {
  const declared = { ...REQUIRED, ...inputs };
  let printed: string;
  try {
    printed = defined(serialise(build("domain", domain, declared)));
  } catch (failure) {
    if (mayLack?.test((failure as Error).message)) return [];
    throw failure;
  }
  return changesOf(domain, declared, observe(domain, declared, decode(parseDocument(printed), domain)));
}

function defined(xml: string): string {
  const folder = mkdtempSync(join(tmpdir(), "test-driver-"));
  const file = join(folder, "domain.xml");
  try {
    writeFileSync(file, xml);
    // The driver's state lives as long as the connection, so both commands have to share one.
    const commands = `define --validate ${file}; dumpxml --inactive --security-info ${NAME}`;
    const printed = execFileSync("virsh", ["--quiet", "--connect", "test:///default", commands], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return printed.slice(printed.indexOf("<domain"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
