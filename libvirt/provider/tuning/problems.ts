/** What is in the way of tuning a host, each as a line with what to do. */
import { liveValueOf, type Observation } from "./observation.ts";
import { SYSCTL, TMPFILES } from "./persistence.ts";
import { GOVERNOR, hugepagesOf, pageKib, type Settings } from "./setting.ts";

/** Files on the host that are somebody else's. */
export function conflicts(found: Observation, urn: string, isNew: boolean): string[] {
  const files = [
    [TMPFILES, found.tmpfiles],
    [SYSCTL, found.sysctl],
  ] as const;
  const out = files.flatMap(([path, content]) => {
    if (content.owner === "other") {
      return [
        `${path} exists and was not written by this provider. Move it away, or take its lines over first`,
      ];
    }
    if (!isNew || content.owner !== "us" || content.urn === urn) return [];
    return [
      `${path} belongs to ${content.urn || "another resource"}: one HostTuning tunes a host. Remove that one first, or adopt it with pulumi import libvirt:index/hostTuning:HostTuning NAME host`,
    ];
  });
  if (!found.hasTmpfiles) {
    out.push(
      "the host has no systemd-tmpfiles, which would set it up again after a reboot. Install it there, or tune this host by its own means and leave the resource out",
    );
  }
  return out;
}

/** Declared settings that the host does not have. */
export function unmet(found: Observation, declared: Settings): string[] {
  return [...declared].flatMap(([key, value]) => {
    if (liveValueOf(found, key) === undefined) return [missing(found, key)];
    if (found.live.has(key)) {
      if (key !== GOVERNOR || found.governors.length === 0 || found.governors.includes(value)) return [];
      return [`governor: its CPUs have no ${value}; they have ${found.governors.join(", ")}`];
    }
    // What is off by its absence needs nothing when it is declared to be off.
    return liveValueOf(found, key) === value ? [] : [missing(found, key)];
  });
}

function missing(found: Observation, key: string): string {
  const pages = hugepagesOf(key);
  if (key === GOVERNOR) {
    return "governor: the host does not let the kernel set its CPUs' frequency (no cpufreq): it is a virtual machine, or its firmware does that. Leave governor out of this host's tuning";
  }
  if (!pages) return `${key}: the host's kernel does not have it. Leave it out of this host's tuning`;
  const there = [...found.live.keys()].filter((other) => hugepagesOf(other));
  return `${key}: the host has no such pages; it has ${there.join(", ") || "none at all"}`;
}

/** Settings that are not what they were set to. */
export function shortfalls(
  found: Observation,
  wanted: Settings,
  said: ReadonlyMap<string, string>,
): string[] {
  return [...wanted].flatMap(([key, to]) => {
    const is = found.live.get(key) ?? "gone";
    if (is === to) return [];
    const words = said.get(key);
    return [`${key}: ${to} was asked for, and it is ${is}${why(found, key)}${words ? ` (${words})` : ""}`];
  });
}

function why(found: Observation, key: string): string {
  const pages = hugepagesOf(key);
  if (!pages) return "";
  const free = Math.floor((found.freeKib.get(pages.cell) ?? 0) / 1024);
  const boot =
    pageKib(pages.size) >= 1024 ** 2
      ? ". Pages of this size are mostly had at boot only: reboot, or put them on the kernel's command line"
      : ". Stop what uses the cell's memory, ask for fewer, or reboot";
  return `; ${free} MiB of the cell's memory are free, and not all of it in pieces of ${pages.size}${boot}`;
}
