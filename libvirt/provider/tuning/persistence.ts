/**
 * The files that set a host's kernel again after a reboot, and the note in them of what was before. systemd-tmpfiles
 * writes what is below /sys, and systemd-sysctl the rest: both run early in every boot, before libvirt.
 */
import { hostTuningValues } from "../../schema/hostTuning.ts";
import type { Properties } from "../values.ts";
import { fileOf, keyOf, NUMA_BALANCING, type Settings, settingsOf, valuesOf } from "./setting.ts";

export const TMPFILES = "/etc/tmpfiles.d/numafleet.conf";
export const SYSCTL = "/etc/sysctl.d/90-numafleet.conf";

const TITLE = "# Written by numafleet's libvirt:index/hostTuning:HostTuning.";
const ADVICE = "# `pulumi up` changes this file and `pulumi destroy` removes it.";

/** What our files say. */
export interface Persistent {
  readonly urn: string;
  readonly before: Settings;
  readonly settings: Settings;
}

/** A file's content: ours, somebody else's, or none. */
export type Content =
  | { readonly owner: "nobody" }
  | { readonly owner: "other" }
  | ({ readonly owner: "us" } & Persistent);

/** The files for these settings; undefined for one that is not needed. */
export function render(urn: string, settings: Settings, before: Settings): Map<string, string | undefined> {
  const head = [TITLE, ADVICE, `# Resource: ${JSON.stringify(urn)}`];
  const below = [...settings].filter(([key]) => key !== NUMA_BALANCING);
  const numa = settings.get(NUMA_BALANCING);
  const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
  return new Map([
    [
      TMPFILES,
      text([
        ...head,
        `# Before: ${JSON.stringify(valuesOf(before))}`,
        // The exclamation mark: at boot only, not when a package's installation runs systemd-tmpfiles again.
        ...below.map(([key, value]) => `w! ${fileOf(key)} - - - - ${value}`),
      ]),
    ],
    // The dash: a kernel that has no such key is no error.
    [SYSCTL, numa === undefined ? undefined : text([...head, `-kernel.numa_balancing = ${numa}`])],
  ]);
}

/** What a file says that a render has written; a line that was changed by hand is read as it is. */
export function parse(text: string | undefined): Content {
  if (text === undefined) return { owner: "nobody" };
  const lines = text.split("\n");
  if (lines[0] !== TITLE) return { owner: "other" };
  const settings = new Map<string, string>();
  for (const line of lines) {
    const [, file, value] = /^w! (\S+) - - - - (\S+)$/.exec(line) ?? [];
    const key = file && keyOf(file);
    if (key && value !== undefined) settings.set(key, value);
    const numa = /^-?kernel\.numa_balancing\s*=\s*(\d+)\s*$/.exec(line)?.[1];
    if (numa !== undefined) settings.set(NUMA_BALANCING, numa);
  }
  const urn = json(lines, "# Resource: ");
  const before = hostTuningValues.safeParse(json(lines, "# Before: "));
  return {
    owner: "us",
    urn: typeof urn === "string" ? urn : "",
    before: before.success ? settingsOf(before.data as Properties) : new Map(),
    settings,
  };
}

function json(lines: readonly string[], start: string): unknown {
  try {
    return JSON.parse(lines.find((line) => line.startsWith(start))?.slice(start.length) ?? "null");
  } catch {
    return undefined;
  }
}
