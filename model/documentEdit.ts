import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument as parseYaml,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { DocumentFormat } from "./document.ts";

/**
 * Changes values of a fleet file where they stand. Everything else stays as its author wrote it, to the byte: comments,
 * order, quotes, the width of lines. (The library writes a whole document anew, in a style of its own.)
 */

/** A value to be set; what is not there yet is added at the end of its map or list. */
export interface Edit {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** A new entry over several lines, as a person would write a long one; by default it stands on one. */
  readonly block?: true;
}

/** A piece of text in the place of another. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Part of a unified difference. */
export interface Hunk {
  /** Line numbers from 1. */
  readonly before: number;
  readonly after: number;
  /** With ` `, `-` or `+` before each line. */
  readonly lines: readonly string[];
}

export type Edited =
  | { readonly text: string; readonly hunks: readonly Hunk[]; readonly why?: undefined }
  | { readonly text?: undefined; readonly why: string };

const OPTIONS = { schema: "core", merge: true, keepSourceTokens: false } as const;

/**
 * The text with the edits made. Refused (`why`, part of a sentence) where a value cannot be changed without changing
 * another: that is found out by reading the new text.
 * @param text a sound YAML or JSON text
 */
export function editDocument(text: string, format: DocumentFormat, edits: readonly Edit[]): Edited {
  const document = parseYaml(text, OPTIONS);
  const splices: Splice[] = [];
  for (const edit of edits) {
    const made = spliceOf(document, text, edit, format);
    if (typeof made === "string") return { why: made };
    splices.push(made);
  }
  // Where a list ends together with the map that holds it, an entry of the list comes before one of the map.
  const sorted = splices
    .map((s, i) => ({ ...s, i, depth: edits[i]?.path.length ?? 0 }))
    .sort((a, b) => a.start - b.start || b.depth - a.depth || a.i - b.i);
  for (const [i, splice] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before && before.end > splice.start) return { why: "two of the values stand in one another" };
  }
  const edited = apply(text, 0, text.length, sorted);
  // A copy, in which an alias is a value of its own.
  const wanted = plainCopy(document.toJS({ maxAliasCount: -1 }));
  for (const edit of edits) set(wanted, edit);
  if (!readsAs(edited, format, wanted))
    return { why: "a value stands for others too (an anchor, or a merge)" };
  return { text: edited, hunks: hunksOf(text, sorted) };
}

function readsAs(text: string, format: DocumentFormat, wanted: unknown): boolean {
  const document = parseYaml(text, OPTIONS);
  if (document.errors.length > 0) return false;
  try {
    if (format === "json") JSON.parse(text);
    return canonical(document.toJS({ maxAliasCount: -1 })) === canonical(wanted);
  } catch {
    return false;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function set(root: unknown, { path, value }: Edit): void {
  let at = root as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) as string | number] = plainCopy(value);
}

/** Fleets are plain data. */
function plainCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function spliceOf(
  document: Document,
  text: string,
  { path, value, block }: Edit,
  format: DocumentFormat,
): Splice | string {
  const isBlock = block === true && format === "yaml";
  const key = path.at(-1) as string | number;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isAlias(parent) || !isCollection(parent) || !parent.range)
    return `\`${path.slice(0, -1).join(".")}\` is written as an alias, or not at all`;
  if (isSeq(parent)) return appended(parent, text, value, format, isBlock);
  if (!isMap(parent)) return `\`${path.join(".")}\` is no plain value`;
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
  return pair
    ? replaced(pair, text, value, format, isBlock)
    : added(parent, text, String(key), value, format, isBlock);
}

function replaced(
  { key, value: old }: Pair,
  text: string,
  value: unknown,
  format: DocumentFormat,
  isBlock: boolean,
): Splice | string {
  const node = old as { range?: readonly [number, number, number] } | null;
  if (!node?.range || !isScalar(key) || !key.range) return "a value has no place in the text";
  const [start, end] = node.range;
  const hasLines = isCollection(old) && !old.flow;
  const [head = "", ...rest] = isBlock && !hasLines ? renderBlock({ key: value }).trimEnd().split("\n") : [];
  if (rest.length > 0) {
    const indent = " ".repeat(key.range[0] - (text.lastIndexOf("\n", key.range[0] - 1) + 1));
    return {
      start: text.indexOf(":", key.range[1]) + 1,
      end,
      text: [head.slice("key:".length), ...rest.map((each) => indent + each)].join(
        text.includes("\r\n") ? "\r\n" : "\n",
      ),
    };
  }
  if (!hasLines) {
    const quoted = isScalar(old) && (old.type === "QUOTE_DOUBLE" || old.type === "QUOTE_SINGLE");
    return {
      start,
      end,
      text: quoted && typeof value === "string" ? JSON.stringify(value) : written(value, format),
    };
  }
  // A block would have to keep its indentation; the new value stands on the line of its key.
  const colon = text.indexOf(":", key.range[1]) + 1;
  return {
    start: colon,
    end: start + text.slice(start, end).trimEnd().length,
    text: ` ${written(value, format)}`,
  };
}

function added(
  map: YAMLMap,
  text: string,
  key: string,
  value: unknown,
  format: DocumentFormat,
  isBlock: boolean,
): Splice | string {
  const pair = `${written(key, format)}: ${written(value, format)}`;
  const [start, end] = map.range ?? [0, 0];
  const last = map.items.at(-1);
  if (!last)
    return map.flow ? { start, end, text: `{ ${pair} }` } : "a map without entries has no place for one";
  if (map.flow) {
    const at = endOf(last);
    return at === undefined ? "a value has no place in the text" : { start: at, end: at, text: `, ${pair}` };
  }
  return line(text, start, end, isBlock ? renderBlock({ [key]: value }) : pair);
}

function appended(
  list: YAMLSeq,
  text: string,
  value: unknown,
  format: DocumentFormat,
  isBlock: boolean,
): Splice | string {
  const [start, end] = list.range ?? [0, 0];
  const entry = written(value, format);
  if (!list.flow) return line(text, start, end, isBlock ? renderBlock([value]) : `- ${entry}`);
  const last = list.items.at(-1) as { range?: readonly [number, number, number] } | undefined;
  if (!last) return { start, end, text: `[${entry}]` };
  return last.range
    ? { start: last.range[1], end: last.range[1], text: `, ${entry}` }
    : "an entry has no place";
}

function endOf({ key, value }: Pair): number | undefined {
  const node = (value ?? key) as { range?: readonly [number, number, number] };
  return node.range?.[1];
}

/** A new line below a block, indented as its first entry is. */
function line(text: string, start: number, end: number, content: string): Splice {
  const indent = start - (text.lastIndexOf("\n", start - 1) + 1);
  const last = start + text.slice(start, end).trimEnd().length;
  // A comment behind the last entry belongs to it.
  const next = text.indexOf("\n", last);
  const isCarriage = next > 0 && text[next - 1] === "\r";
  const at = next === -1 ? text.length : next - Number(isCarriage);
  return {
    start: at,
    end: at,
    text: content
      .trimEnd()
      .split("\n")
      .map((each) => `${isCarriage ? "\r" : ""}\n${" ".repeat(indent)}${each}`)
      .join(""),
  };
}

/** What is this short stands on one line, and so does a list of figures. */
const ONE_LINE = 96;

/** What YAML 1.1 reads as a number of base 60, as some PCI and MAC addresses are, and readers of it are about. */
const BASE_60 = /^\d+(:[0-5]?\d)+(\.\d*)?$/;

/** A document of its own, whose texts are texts to readers of YAML 1.1 too. */
function documentOf(value: unknown): Document {
  const document = new Document(value);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && BASE_60.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document;
}

/** What is above the value of a document's key: the document, its map, the pair. */
const OF_KEY = 3;

/** A value over several lines of YAML, down to what fits on one; it has lines itself, to stand among those of a file. */
export function renderBlock(value: unknown): string {
  const document = documentOf(value);
  visit(document, {
    Collection: (_, node, { length: depth }) => {
      const isPlain = isSeq(node) && node.items.every(isScalar);
      // Entries of a list below a key keep a line each: it grows, and is read as a difference.
      const isList = isSeq(node) && !isPlain && depth === OF_KEY;
      if (node === document.contents || isList) return;
      if (isPlain || JSON.stringify(node.toJS(document)).length <= ONE_LINE) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** A value on one line, as it may stand inside of braces and brackets too. */
function written(value: unknown, format: DocumentFormat): string {
  if (format === "json") return JSON.stringify(value);
  const document = documentOf([value]);
  if (isCollection(document.contents)) document.contents.flow = true;
  const list = document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
  return list.slice("[ ".length, -" ]".length);
}

function apply(text: string, from: number, to: number, splices: readonly Splice[]): string {
  let result = "";
  let at = from;
  for (const splice of splices) {
    result += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return result + text.slice(at, to);
}

const CONTEXT = 2;

/** The lines that change, with those around them. */
function hunksOf(text: string, splices: readonly Splice[]): Hunk[] {
  const lines = text.split("\n");
  const starts: number[] = [];
  let offset = 0;
  for (const each of lines) {
    starts.push(offset);
    offset += each.length + 1;
  }
  const lineAt = (position: number) => {
    let at = starts.findLastIndex((start) => start <= position);
    if (at < 0) at = 0;
    return at;
  };
  const groups: { first: number; last: number; splices: Splice[] }[] = [];
  for (const splice of splices) {
    const [first, last] = [lineAt(splice.start), lineAt(splice.end)];
    const group = groups.at(-1);
    if (group && first <= group.last) {
      group.last = Math.max(group.last, last);
      group.splices.push(splice);
    } else groups.push({ first, last, splices: [splice] });
  }
  const hunks: { before: number; after: number; lines: string[]; end: number }[] = [];
  let grown = 0;
  for (const { first, last, splices: own } of groups) {
    const from = starts[first] ?? 0;
    const to = (starts[last] ?? 0) + (lines[last]?.length ?? 0);
    const old = lines.slice(first, last + 1);
    const now = apply(text, from, to, own).split("\n");
    const kept = old.findIndex((each, i) => each !== now[i]);
    const same = kept === -1 ? old.length : kept;
    const hunk = hunks.at(-1);
    const top = Math.max(0, first - CONTEXT);
    const changes = [
      ...old.slice(0, same).map((l) => ` ${l}`),
      ...old.slice(same).map((l) => `-${l}`),
      ...now.slice(same).map((l) => `+${l}`),
    ];
    const below = (end: number) => lines.slice(end, end + CONTEXT).map((l) => ` ${l}`);
    if (hunk && top <= hunk.end + CONTEXT) {
      hunk.lines.splice(hunk.lines.length - Math.min(CONTEXT, lines.length - hunk.end));
      hunk.lines.push(...lines.slice(hunk.end, first).map((l) => ` ${l}`), ...changes, ...below(last + 1));
      hunk.end = last + 1;
    } else {
      hunks.push({
        before: top + 1,
        after: top + 1 + grown,
        lines: [...lines.slice(top, first).map((l) => ` ${l}`), ...changes, ...below(last + 1)],
        end: last + 1,
      });
    }
    grown += now.length - old.length;
  }
  return hunks.map(({ before, after, lines: all }) => ({ before, after, lines: all }));
}
