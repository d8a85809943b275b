import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/**
 * The files of a Helm chart on this machine, a folder or an archive as `helm pull` writes it, by their path inside the
 * chart. Only those that are looked at are read: Chart.yaml and the CRDs.
 */
export type ChartFiles = ReadonlyMap<string, string>;

const LOOKED_AT = /^(?:Chart\.yaml|crds\/[^/]+\.ya?ml)$/;
/** ARC's controller chart unpacks to 3 MiB. */
const MOST_BYTES = 64 * 1024 ** 2;

/** @throws Error in the user's words if there is no chart at the path */
export function readChart(path: string): ChartFiles {
  const files = statSync(path).isDirectory() ? readFolder(path) : readArchive(readFileSync(path));
  if (!files.has("Chart.yaml")) throw new Error("it holds no Chart.yaml");
  return files;
}

function readFolder(folder: string): ChartFiles {
  const names = readdirSync(folder);
  const crds = names.includes("crds") ? readdirSync(join(folder, "crds")).map((name) => `crds/${name}`) : [];
  return new Map(
    [...names, ...crds.sort()]
      .filter((name) => LOOKED_AT.test(name))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

const BLOCK = 512;
/** Types of entries whose text belongs to the entry after them: a long name, extended attributes. */
const ABOUT_THE_NEXT = ["L", "x"];

/** A tar, compressed or not. Its entries are below one folder, the chart's name. Source: POSIX.1-2017, pax. */
function readArchive(data: Buffer): ChartFiles {
  const isCompressed = data[0] === 0x1f && data[1] === 0x8b;
  const tar = isCompressed ? gunzipSync(data, { maxOutputLength: MOST_BYTES }) : data;
  const files = new Map<string, string>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (field(header, 257, 5) !== "ustar") throw new Error("it is neither a folder nor a chart's archive");
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    const type = field(header, 156, 1);
    if (ABOUT_THE_NEXT.includes(type)) {
      longName =
        type === "L"
          ? field(content, 0, size)
          : (/\d+ path=([^\n]+)\n/.exec(content.toString())?.[1] ?? longName);
    } else {
      const prefix = field(header, 345, 155);
      const name = longName ?? `${prefix === "" ? "" : `${prefix}/`}${field(header, 0, 100)}`;
      longName = undefined;
      const inside = name.replace(/^(?:\.\/)?[^/]+\//, "");
      if ((type === "0" || type === "") && LOOKED_AT.test(inside))
        files.set(inside, content.toString("utf8"));
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function field(bytes: Buffer, start: number, length: number): string {
  return (
    bytes
      .subarray(start, start + length)
      .toString("utf8")
      .split("\0")[0] ?? ""
  ).trim();
}
