import type { Finding } from "../model/finding.ts";
import { formatBytes } from "../model/format.ts";
import type { MoveRecord } from "../move/journal.ts";
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
  readonly kind: "disk" | "seed" | "base";
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
    kind === "base" ? "base image" : `${kind} ${device}`,
    `${from.pool}/${from.volume}`,
    `${to.pool}/${to.volume}`,
    isThere ? "is there" : (sha256?.slice(0, 16) ?? "to be copied"),
    formatBytes(allocation),
  ]);
  return renderTable(["what", "from", "to", "SHA-256", "takes"], rows, 4);
}
