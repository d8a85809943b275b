/** What libvirt's test driver makes of devices of a domain. */
import { execFileSync } from "node:child_process";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import type { Inputs } from "./arbitraryInputs.ts";
import { HAS_VIRSH, readBack } from "./testDriverXml.ts";

const REQUIRED = { type: "test", name: "vm", memory: 8, memoryUnit: "MiB", os: { type: "hvm" } };

/**
 * Defines a domain with these devices, and compares them with what libvirt then has of them. Throws libvirt's
 * complaint, unless it is one of a feature that libvirt may be built without: that comes after libvirt's schema has
 * been passed.
 */
export function driftAtLibvirt(devices: Inputs, mayLack?: RegExp): unknown[] {
  const declared = { ...REQUIRED, devices };
  try {
    return changesOf(domain, declared, readBack("domain", domain, declared));
  } catch (failure) {
    if (mayLack?.test((failure as Error).message)) return [];
    throw failure;
  }
}

/** The end of a test's name that says why it is skipped where libvirt is older than what brought a property. */
export function whyTooOld(since: string | undefined): string {
  if (since === undefined || !HAS_VIRSH) return "";
  installed ??= execFileSync("virsh", ["--version"], { encoding: "utf8" });
  const isThere = installed.localeCompare(since, "en", { numeric: true }) >= 0;
  return isThere ? "" : ` (skipped: wants libvirt ${since})`;
}

let installed: string | undefined;
