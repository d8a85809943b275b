import type { Machine } from "../capacity/host/machine.ts";
import { hugepageBytes, promised } from "../capacity/host/memory.ts";
import { swapWanted } from "../capacity/placement/overcommit.ts";
import { isUnknown } from "../facts/asked.ts";
import { formatBytes } from "../model/format.ts";
import type { Bytes } from "../model/quantity.ts";
import { askedRow, type Row, row, unknownRow } from "./row.ts";
import { type Comparison, hostSubject } from "./subject.ts";

/**
 * What a host has to be like before its memory is promised more than once. Nothing is asked of a host whose memory is
 * not. Source: the scheduler guide, "Host configuration before enabling memory overcommit".
 */

/** Up to this ratio the kernel's own guess (`vm.overcommit_memory` 0) is usually fine. */
const MOST_HEURISTIC = 1.5;

export function overcommitRows(comparison: Comparison): Row[] {
  const { machine, isRehearsal } = comparison;
  if (isRehearsal || machine.ratios.memory <= 1) return [];
  return [swapRow(comparison), memoryRow(comparison)];
}

function swapRow({ machine, facts }: Comparison): Row {
  const subject = hostSubject(machine);
  const wanted = swapWanted(machine.host, machine.ratios.memory);
  const declared = `at least ${formatBytes(wanted)} at memory ratio ${machine.ratios.memory}`;
  const hardware = facts.hardware;
  if (isUnknown(hardware)) return unknownRow("overcommit-swap", subject, hardware, { declared });
  return askedRow("overcommit-swap", subject, hardware.swap, { declared }, (swap) =>
    row("overcommit-swap", subject, swap >= wanted ? "ok" : "warn", {
      declared,
      live: formatBytes(swap),
      remedy: `Add ${formatBytes(wanted - swap)} of swap, or lower the ratio: it is what is left when guests use what they were promised.`,
    }),
  );
}

/** Ordinary memory by the ratio; hugepages are in no limit of the kernel's. */
function promisedMemory(machine: Machine): Bytes {
  return machine.host.cells.reduce((sum, _, c) => sum + promised(machine, c) - hugepageBytes(machine, c), 0);
}

/** How the kernel answers a process that asks for memory; QEMU asks for all of a guest's at once. */
function memoryRow({ machine, facts }: Comparison): Row {
  const subject = hostSubject(machine);
  const ratio = machine.ratios.memory;
  const declared = `0 or 2 at memory ratio ${ratio}`;
  const hardware = facts.hardware;
  if (isUnknown(hardware)) return unknownRow("overcommit-memory", subject, hardware, { declared });
  return askedRow("overcommit-memory", subject, hardware.overcommit, { declared }, (mode) => {
    const percent = isUnknown(hardware.overcommitRatio) ? undefined : hardware.overcommitRatio;
    const told = (status: "ok" | "warn", live: string, remedy = "") =>
      row("overcommit-memory", subject, status, { declared, live, remedy });
    if (mode === 1) {
      return told(
        "warn",
        "1, never refuses",
        "Set vm.overcommit_memory to 0 or 2: with 1 the kernel ends processes instead of refusing them memory.",
      );
    }
    if (mode === 2) {
      const strict = `2, strict${percent === undefined ? "" : ` (vm.overcommit_ratio ${percent})`}`;
      if (isUnknown(hardware.commitLimit))
        return unknownRow("overcommit-memory", subject, hardware.commitLimit, { declared });
      const short = promisedMemory(machine) - hardware.commitLimit;
      if (short <= 0) return told("ok", strict);
      return told(
        "warn",
        `${strict}, ${formatBytes(short)} short of what is promised`,
        "Raise vm.overcommit_ratio or add swap: the kernel refuses QEMU its memory before all that is promised is given out.",
      );
    }
    return ratio <= MOST_HEURISTIC
      ? told("ok", "0, heuristic")
      : told(
          "warn",
          "0, heuristic",
          `Set vm.overcommit_memory to 2 with a vm.overcommit_ratio that fits, or lower the ratio to ${MOST_HEURISTIC}.`,
        );
  });
}
