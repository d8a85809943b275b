import type { Finding } from "../model/finding.ts";
import { formatBytes } from "../model/format.ts";
import type { MovedVolume, MoveRecord } from "../move/journal.ts";
import { renderTable } from "../report/table.ts";

/** The answer of `fleet move` as data; `--json` prints it. Fields are only ever added within a version. */
export interface MoveReport {
  readonly version: 1;
  /** `planned`: nothing was touched. `unfinished`: it was cut off, and the same command goes on. */
  readonly verdict:
    | "planned"
    | "moved"
    | "abandoned"
    | "source-removed"
    | "refused"
    | "unfinished"
    | "invalid";
  readonly vm: string;
  readonly uuid: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly stage: string | null;
  readonly volumes: readonly MovedFile[];
  readonly findings: readonly Finding[];
}

export interface MovedFile {
  readonly kind: MovedVolume["kind"];
  readonly device: string;
  readonly from: { readonly pool: string; readonly volume: string };
  readonly to: { readonly pool: string; readonly volume: string };
  readonly bytes: number;
  readonly allocation: number;
  /** Whether the same file was on the target before. */
  readonly isThere: boolean;
  /** As read back from the target; null before that. */
  readonly sha256: string | null;
}

export function movedFiles(record: Pick<MoveRecord, "plan" | "volumes">): MovedFile[] {
  return record.plan.volumes.map(({ kind, device, from, to, bytes, allocation, isThere }, i) => ({
    kind,
    device,
    from: { pool: from.pool, volume: from.vol },
    to: { pool: to.pool, volume: to.vol },
    bytes,
    allocation,
    isThere,
    sha256: record.volumes[i]?.sha256 ?? null,
  }));
}

/** What goes where, as a table. */
export function renderFiles(files: readonly MovedFile[]): string {
  const rows = files.map(({ kind, device, from, to, allocation, isThere, sha256 }) => [
    kind === "base" ? "base image" : kind === "nvram" ? "firmware variables" : `${kind} ${device}`,
    `${from.pool}/${from.volume}`,
    `${to.pool}/${to.volume}`,
    isThere ? "is there" : (sha256?.slice(0, 16) ?? "to be copied"),
    formatBytes(allocation),
  ]);
  return renderTable(["what", "from", "to", "SHA-256", "takes"], rows, 4);
}

/** What was done, and what is to be done next. */
export function renderMove(
  verdict: MoveReport["verdict"],
  record: MoveRecord | undefined,
  aim: {
    readonly vm: string;
    readonly from: string | undefined;
    readonly to: string;
    readonly fleet: string;
    readonly isInState: boolean;
  },
): string {
  const { vm, from, to, fleet } = aim;
  const again = `fleet move ${vm} --to ${to} --fleet ${fleet}`;
  const point = `pulumi stack export --file state.json, ${again} --state state.json, pulumi stack import --file state.json\n`;
  if (verdict === "source-removed")
    return `Unless the stack knows of ${to} already, before the next pulumi up: ${point}`;
  if (verdict !== "planned" && verdict !== "moved") return "";
  const files = record ? movedFiles(record) : [];
  const table = files.length > 0 ? `${renderFiles(files)}\n` : "";
  if (verdict === "planned") return `${table}VM ${vm} fits on ${to}; nothing was touched.\n`;
  const isRemoved = record?.stage === "removed";
  const left = isRemoved ? "" : ` ${from} keeps its files, and cannot start it.`;
  return [
    table,
    `VM ${vm} is on ${to}.${left}\n`,
    aim.isInState ? "" : `Before the next pulumi up: ${point}`,
    isRemoved ? "" : `To remove what ${from} keeps: ${again} --remove-source\n`,
  ].join("");
}
