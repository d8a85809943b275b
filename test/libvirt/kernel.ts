/** A host's kernel in memory, behind the shell that a HostTuning uses. */

import type { Context } from "../../libvirt/provider/resource.ts";
import { readFilesAnswer } from "../../libvirt/transport/files.ts";
import type { HostShell, RunOptions } from "../../libvirt/transport/shell.ts";
import { ScriptError } from "../../libvirt/transport/shell.ts";

export const cpufreq = (cpu: number): string => `/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`;
export const pages = (cell: number, kib: number, count = "nr"): string =>
  `/sys/devices/system/node/node${cell}/hugepages/hugepages-${kib}kB/${count}_hugepages`;
export const THP = "/sys/kernel/mm/transparent_hugepage/enabled";
export const DEFRAG = "/sys/kernel/mm/transparent_hugepage/defrag";
export const BALANCING = "/proc/sys/kernel/numa_balancing";
export const TMPFILES = "/etc/tmpfiles.d/numafleet.conf";
export const SYSCTL = "/etc/sysctl.d/90-numafleet.conf";

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  [THP]: ["always", "madvise", "never"],
  [DEFRAG]: ["always", "defer", "defer+madvise", "madvise", "never"],
};

const GiB = 1024 ** 2;

export class Kernel {
  readonly files = new Map<string, string>();
  readonly log: string[] = [];
  guests = 0;
  readonly unreadable = new Set<string>();
  /** Pages at most that a cell can be made to hold, by file. */
  readonly limits = new Map<string, number>();
  /** Called before each write of a value or file. */
  beforeWrite: (path: string) => void = () => undefined;

  constructor() {
    for (let cpu = 0; cpu < 4; cpu++) {
      this.files.set(cpufreq(cpu), "powersave\n");
      this.files.set(cpufreq(cpu).replace(/governor$/, "available_governors"), "performance powersave\n");
    }
    this.files.set(BALANCING, "1\n");
    this.files.set(THP, "madvise");
    this.files.set(DEFRAG, "madvise");
    for (const cell of [0, 1]) {
      this.files.set(
        `/sys/devices/system/node/node${cell}/meminfo`,
        `Node ${cell} MemFree:  ${64 * GiB} kB\n`,
      );
      for (const kib of [2048, GiB]) {
        for (const count of ["nr", "free", "surplus"]) this.files.set(pages(cell, kib, count), "0\n");
      }
    }
    this.files.set("/lib/systemd/system/systemd-tmpfiles-setup.service", "[Unit]\n");
  }

  context(urn = "urn:a"): Context {
    const shell = { run: this.#run, readFiles: this.#readFiles } as unknown as HostShell;
    return {
      host: () => Promise.reject(new Error("libvirt is not asked")),
      shell: () => Promise.resolve(shell),
      uri: "qemu:///system",
      stateDir: "/nonexistent",
      urn,
      log: (severity, message) => this.log.push(`${severity}: ${message}`),
    };
  }

  set(file: string, value: string): void {
    this.files.set(file, value);
  }

  get(file: string): string | undefined {
    return this.files.get(file)?.trim();
  }

  #matching(pattern: string): string[] {
    const source = pattern
      .split(/(\[0-9\]|\*)/)
      .map((part) => (part === "*" ? "[^/]*" : part === "[0-9]" ? part : part.replace(/[.+]/g, "\\$&")))
      .join("");
    return [...this.files.keys()].filter((path) => new RegExp(`^${source}$`).test(path));
  }

  #readFiles = async (patterns: readonly string[]) => {
    const mark = "0".repeat(24);
    const shown = (path: string): string => {
      const text = this.files.get(path) as string;
      return CHOICES[path]?.map((word) => (word === text ? `[${word}]` : word)).join(" ") ?? text;
    };
    const entries = patterns
      .flatMap((pattern) => this.#matching(pattern))
      .map((path) =>
        this.unreadable.has(path)
          ? `${mark} path ${path}\n\n${mark} unreadable\n`
          : `${mark} path ${path}\n${shown(path)}\n${mark} read\n`,
      );
    return readFilesAnswer(`${entries.join("")}${mark}`);
  };

  #run = async (_script: string, { what, fields = [] }: RunOptions): Promise<string> => {
    if (what === "counting the guests that run") return String(this.guests);
    const refused: string[] = [];
    for (let i = 0; i < Number(fields[0]); i++) {
      const [kind, path = "", value = ""] = fields.slice(1 + 3 * i);
      if (kind === "value") {
        for (const file of this.#matching(path)) this.#write(file, value, i + 1, refused);
        continue;
      }
      this.beforeWrite(path);
      if (kind === "remove") this.files.delete(path);
      else this.files.set(path, value);
    }
    return refused.join("");
  };

  #write(file: string, value: string, number: number, refused: string[]): void {
    this.beforeWrite(file);
    if (CHOICES[file] && !CHOICES[file].includes(value)) {
      refused.push(`${number} ${file}: Invalid argument\n`);
      return;
    }
    const limit = this.limits.get(file) ?? Number.POSITIVE_INFINITY;
    if (file.endsWith("/nr_hugepages")) this.#resize(file, Math.min(limit, Number(value)));
    else this.files.set(file, value);
  }

  /** Pages in use stay until their user ends; those beyond the count are a surplus until then. */
  #resize(file: string, count: number): void {
    const of = (name: string): string => file.replace(/nr_hugepages$/, `${name}_hugepages`);
    const used = Number(this.get(file)) - Number(this.get(of("free")));
    this.files.set(file, String(Math.max(count, used)));
    this.files.set(of("free"), String(Math.max(count - used, 0)));
    this.files.set(of("surplus"), String(Math.max(used - count, 0)));
  }
}

/** What an update sees of a connection that is lost. */
export const lost = (): never => {
  throw new ScriptError("the connection was lost", 1, "");
};
