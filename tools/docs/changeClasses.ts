import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHANGE_CLASSES, type ChangeClass, type Classified } from "../../libvirt/schema/changeClass.ts";
import { renewBlocks } from "./blocks.ts";

/** Keeps the table of change classes in docs/provider.md what the provider goes by. */

const ORDER: readonly ChangeClass[] = ["live", "next-boot", "replace"];

/** docs/provider.md with its table renewed. */
export function renderProviderPage(
  text: string = readFileSync(join(import.meta.dirname, "../../docs/provider.md"), "utf8"),
): string {
  return renewBlocks("docs/provider.md", text, { classes: classTables });
}

function classTables(): string {
  return Object.keys(CHANGE_CLASSES)
    .sort()
    .map((kind) => `### ${kind}\n\n${classTable(kind as keyof typeof CHANGE_CLASSES)}`)
    .join("\n\n");
}

function classTable(kind: keyof typeof CHANGE_CLASSES): string {
  const table = CHANGE_CLASSES[kind];
  const rows = new Map<string, { entry: Classified; properties: string[] }>();
  for (const [path, value] of Object.entries(table)) {
    const entry = typeof value === "string" ? { class: value } : value;
    // `x.**` says of what is below x the same as the line of x, as a rule.
    const above = path.replace(/\.\*\*$/, "");
    if (path !== above && sameClass(table[above], value)) continue;
    const key = `${entry.class} ${entry.reason ?? ""}`;
    const row = rows.get(key) ?? { entry, properties: [] };
    row.properties.push(`\`${path}\``);
    rows.set(key, row);
  }
  const sorted = [...rows.values()].sort(
    (a, b) => ORDER.indexOf(a.entry.class) - ORDER.indexOf(b.entry.class),
  );
  const lines = sorted.map(
    ({ entry, properties }) => `| ${entry.class} | ${properties.join(", ")} | ${entry.reason ?? ""} |`,
  );
  return ["| Class | Properties | Why |", "| --- | --- | --- |", ...lines].join("\n");
}

function sameClass(a: ChangeClass | Classified | undefined, b: ChangeClass | Classified): boolean {
  const plain = (entry: ChangeClass | Classified | undefined) =>
    typeof entry === "string" ? { class: entry } : entry;
  return plain(a)?.class === plain(b)?.class && plain(a)?.reason === plain(b)?.reason;
}
