import type { BalloonReport } from "../capacity/balloon/sample.ts";
import type { Bytes } from "../model/quantity.ts";
import type { DomainState } from "./hostFacts.ts";
import { statsBlocks, UnreadableAnswer } from "./virshTexts.ts";

/** What virsh prints of balloons, as data: what the guests' drivers report, and what the host has free. */

export interface BalloonStats {
  readonly name: string;
  readonly state: DomainState;
  /** What the balloon leaves the guest, and what it was started with; undefined if libvirt does not say. */
  readonly current: Bytes | undefined;
  readonly whole: Bytes | undefined;
  /** What its QEMU has of the host's memory. */
  readonly resident: Bytes | undefined;
  readonly report: BalloonReport;
}

/** `domstats --state --balloon`. A figure beyond what a number holds exactly is none. */
export function parseBalloonStats(text: string): BalloonStats[] {
  return statsBlocks(text).map(({ name, state, figure }) => {
    const kib = (key: string): Bytes | undefined => safe((figure(`balloon.${key}`) ?? Number.NaN) * 1024);
    return {
      name,
      state,
      current: kib("current"),
      whole: kib("maximum"),
      resident: kib("rss"),
      report: {
        lastUpdate: safe(figure("balloon.last-update") ?? Number.NaN),
        available: kib("available"),
        usable: kib("usable"),
        swapIn: kib("swap_in"),
        swapOut: kib("swap_out"),
      },
    };
  });
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

export interface HostMemory {
  readonly total: Bytes;
  /** With what the kernel's caches would give up, as oVirt's MOM counts it; undefined if the host does not say all. */
  readonly free: Bytes | undefined;
}

/**
 * `nodememstats`
 * @param shared guests' memory that other processes can map: the kernel counts it among its caches, and gives up none
 */
export function parseHostMemory(text: string, shared: Bytes = 0): HostMemory {
  const figures = new Map(
    [...text.matchAll(/^(\w+) *: *(\d+) KiB$/gm)].map(([, name = "", value]) => [
      name,
      safe(Number(value) * 1024),
    ]),
  );
  const total = figures.get("total");
  if (total === undefined || total === 0) throw new UnreadableAnswer("nodememstats", text);
  const [free, buffers, cached] = ["free", "buffers", "cached"].map((name) => figures.get(name));
  if (free === undefined || buffers === undefined || cached === undefined) return { total, free: undefined };
  return { total, free: Math.min(total, free + buffers + Math.max(0, cached - shared)) };
}
