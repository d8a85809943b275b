import { formatCpuset } from "../../model/cpuset.ts";

/** How findings name several things in one sentence. */

/** More names than these are counted instead: a message stays one sentence on the largest host. */
export const MOST_NAMES = 5;

/** `a`, `a and b`, `a, b and c`, `a, b, c, d, e and 2 more`. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** `VM a`, `VMs a and b`. */
export function listVms(names: readonly string[]): string {
  return `${names.length === 1 ? "VM" : "VMs"} ${listNames(names)}`;
}

/** `CPU 99`, `CPUs 18-19,54-55`. */
export function listCpus(cpus: readonly number[]): string {
  return `${cpus.length === 1 ? "CPU" : "CPUs"} ${formatCpuset(cpus)}`;
}

/** `cell 1`, `cells 0-1`. */
export function listCells(ids: readonly number[]): string {
  return `${ids.length === 1 ? "cell" : "cells"} ${formatCpuset(ids)}`;
}

/** `1 vCPU`, `12 vCPUs`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** The text as the beginning of a sentence. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
