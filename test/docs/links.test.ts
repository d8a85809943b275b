import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { files, ROOT, read } from "../architecture/files.ts";

const documents = files().filter((f) => f.endsWith(".md"));

/** GitHub's anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const anchors = (text: string) =>
  new Set([...text.matchAll(/^#+ (.+)$/gm)].map((m) => anchor(m[1] as string)));

/** Links of a document that lead nowhere: a file that does not exist, a heading that the file lacks. */
function deadLinks(file: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] as string);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = "", heading] = target.split("#");
      if (path === "") return !anchors(text).has(heading ?? "");
      const place = join(dirname(file), path);
      if (!existsSync(join(ROOT, place))) return true;
      return heading !== undefined && !anchors(read(place)).has(heading);
    })
    .map((target) => `${file}: ${target}`);
}

test("every link between the documents leads somewhere", () => {
  expect(documents.length).toBeGreaterThan(3);
  expect(documents.flatMap((f) => deadLinks(f, read(f)))).toEqual([]);
});

test("every document that a source or a message names exists", () => {
  const named = files()
    .filter((f) => /\.(ts|mjs|yaml)$/.test(f) && !f.startsWith("test/"))
    .flatMap((f) => [...read(f).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([path]) => `${f}: ${path}`));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((n) => !existsSync(join(ROOT, n.split(": ")[1] as string)))).toEqual([]);
});

test("a dead link is seen", () => {
  const text =
    "# Some, heading\n[a](nowhere.md) [b](#no) [c](units.md#bandwidth) [d](https://example.org) [e](#some-heading)";
  expect(deadLinks("docs/x.md", text)).toEqual(["docs/x.md: nowhere.md", "docs/x.md: #no"]);
});
