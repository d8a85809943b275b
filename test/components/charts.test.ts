import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PUBLISHED_CHARTS } from "../../components/arcCharts.ts";
import { findCharts } from "../../program/charts.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-charts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CONTROLLER = "gha-runner-scale-set-controller";
const LONG = "n".repeat(120);
const definition = (name: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${name}\nspec: { group: actions.github.com }\n`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function chart(at: string, name: string, version: string): void {
  write(`${at}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
  write(`${at}/crds/b.yaml`, `---\n${definition("b")}---\n${definition("c")}`);
  write(`${at}/crds/a.yaml`, definition("a"));
  write(`${at}/crds/README.md`, "no definition");
  write(`${at}/templates/deployment.yaml`, definition("not-among-the-crds"));
}

function pack(archive: string, ...args: string[]): void {
  const { status, stderr } = spawnSync("tar", [...args, "-f", archive], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

beforeAll(() => {
  chart(CONTROLLER, CONTROLLER, "0.14.2");
  chart("old", CONTROLLER, "0.14.1");
  chart(LONG, CONTROLLER, "0.14.2");
  write("empty/values.yaml", "{}");
  write("text.tgz", "this is no archive, but it is longer than nothing".repeat(20));
  pack("c.tgz", "-cz", CONTROLLER);
  pack("c.tar", "-c", `./${CONTROLLER}`);
  pack("gnu.tgz", "-cz", "--format=gnu", LONG);
  pack("pax.tgz", "-cz", "--format=pax", LONG);
  pack("old.tgz", "-cz", "old");
});

const found = (controller: string) => findCharts({ controller }, folder);
const told = (controller: string) =>
  found(controller).findings.map((f) => `${f.rule}: ${f.message} ${f.remedy}`);

describe("ARC's charts", () => {
  test("are GitHub's without a config", () => {
    expect(findCharts(undefined, folder)).toEqual({ charts: PUBLISHED_CHARTS, findings: [] });
  });

  test.each([CONTROLLER, "c.tgz", "c.tar", "gnu.tgz", "pax.tgz"])(
    "on this machine have their CRDs read: %s",
    (path) => {
      const { charts, findings } = found(path);
      expect(findings).toEqual([]);
      expect(charts).toMatchObject({
        scaleSet: PUBLISHED_CHARTS.scaleSet,
        controller: path,
        version: "0.14.2",
      });
      expect(charts.definitions).toEqual(
        ["a", "b", "c"].map((name) => ({ metadata: { name }, spec: { group: "actions.github.com" } })),
      );
    },
  );

  const form = "Give a chart's folder, or its archive as `helm pull` writes it.";
  test.each([
    [
      "nowhere",
      `build/chart-unreadable: \`numafleet:arcCharts.controller\` is "nowhere", where no chart can be read: there is no such file or folder. ${form}`,
    ],
    [
      "empty",
      `build/chart-unreadable: \`numafleet:arcCharts.controller\` is "empty", where no chart can be read: it holds no Chart.yaml. ${form}`,
    ],
    [
      "text.tgz",
      `build/chart-unreadable: \`numafleet:arcCharts.controller\` is "text.tgz", where no chart can be read: it is neither a folder nor a chart's archive. ${form}`,
    ],
    [
      "old",
      `build/arc-version: \`numafleet:arcCharts.controller\` is "old", which is ${CONTROLLER} 0.14.1; values are rendered for 0.14.2. Give version 0.14.2 of the chart, as of the other one.`,
    ],
    [
      "old.tgz",
      `build/arc-version: \`numafleet:arcCharts.controller\` is "old.tgz", which is ${CONTROLLER} 0.14.1; values are rendered for 0.14.2. Give version 0.14.2 of the chart, as of the other one.`,
    ],
  ])("refuse %s", (path, message) => expect(told(path)).toEqual([message]));

  test("are not taken for each other", () => {
    expect(findCharts({ scaleSet: CONTROLLER }, folder).findings.map((f) => f.message)).toEqual([
      `\`numafleet:arcCharts.scaleSet\` is "${CONTROLLER}", which is the chart ${CONTROLLER}; expected gha-runner-scale-set.`,
    ]);
  });
});
