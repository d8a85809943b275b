import type { Asked } from "../facts/asked.ts";
import { isUnknown, unknown } from "../facts/asked.ts";
import type { GuestMemory } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { formatBytes } from "../model/format.ts";
import { MOST_REMOTE_SHARE } from "./checks.ts";
import { askedRow, type Row, row } from "./row.ts";
import { type Comparison, type Guest, isActive, percent } from "./subject.ts";

/** Where a guest's memory really is, page by page. */

const RESTART =
  "Verify that numa.mode is strict and restart the VM: pages that lie elsewhere mostly stay where they are.";

export function memoryRows(guest: Guest, { facts }: Comparison): Row[] {
  const { vm, domain, subject } = guest;
  const nodeset = vm.numa?.nodeset;
  const cells = nodeset === undefined ? "not declared" : `cell ${formatCpuset(nodeset)}`;
  const at = ".numa.nodeset";
  const policy = { declared: cells, at };
  const remote = { declared: nodeset === undefined ? cells : `at most ${percent(MOST_REMOTE_SHARE)}`, at };
  if (!isActive(domain)) {
    return (["memory-per-cell", "remote-memory", "memory-policy"] as const).map((check) =>
      row(check, subject, "info", {
        ...(check === "remote-memory" ? remote : policy),
        live: "not running",
      }),
    );
  }
  const memory: Asked<GuestMemory> = isUnknown(facts.kernel)
    ? facts.kernel
    : (facts.kernel.guests.get(domain.uuid) ?? unknown("no QEMU process of it is seen"));
  return [
    askedRow("memory-per-cell", subject, memory, policy, (found) =>
      row("memory-per-cell", subject, "info", { ...policy, live: perCell(found) }),
    ),
    askedRow("remote-memory", subject, memory, remote, (found) => remoteRow(guest, found, remote)),
    askedRow("memory-policy", subject, memory, policy, ({ policyCells }) => {
      const elsewhere = policyCells.filter((cell) => nodeset && !nodeset.includes(cell));
      const live = policyCells.length === 0 ? "no mapping asks" : `asks for ${formatCpuset(policyCells)}`;
      const status = nodeset === undefined ? "info" : elsewhere.length === 0 ? "ok" : "warn";
      return row("memory-policy", subject, status, { ...policy, live, remedy: RESTART });
    }),
  ];
}

function remoteRow({ vm, subject }: Guest, found: GuestMemory, init: { declared: string; at: string }): Row {
  const nodeset = vm.numa?.nodeset;
  if (nodeset === undefined) return row("remote-memory", subject, "info", { ...init, live: "not bound" });
  const total = [...found.cells.values()].reduce((sum, bytes) => sum + bytes, 0);
  const remote = [...found.cells].reduce(
    (sum, [cell, bytes]) => (nodeset.includes(cell) ? sum : sum + bytes),
    0,
  );
  const share = total === 0 ? 0 : remote / total;
  return row("remote-memory", subject, share > MOST_REMOTE_SHARE ? "warn" : "ok", {
    ...init,
    live: remote === 0 ? "0 %" : `${percent(share)}, ${formatBytes(remote)}`,
    remedy: RESTART,
  });
}

function perCell({ cells }: GuestMemory): string {
  const parts = [...cells]
    .filter(([, bytes]) => bytes > 0)
    .sort(([a], [b]) => a - b)
    .map(([cell, bytes]) => `${cell}: ${formatBytes(bytes)}`);
  return parts.length === 0 ? "none yet" : parts.join(", ");
}
