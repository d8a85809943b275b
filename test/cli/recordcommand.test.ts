import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type ReadNodes, runRecordCommand } from "../../cli/recordcommand.ts";
import { unknown } from "../../facts/asked.ts";
import { factsOf, honey, node, type Objects, pod, runnerLabels } from "../audit/honey.ts";
import { captured } from "./captured.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-record-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, "fleet.yaml");
const EXAMPLE = path.join(import.meta.dirname, "../../docs/examples/default.yaml");
const example = readFileSync(EXAMPLE, "utf8");
beforeEach(() => copyFileSync(EXAMPLE, file));

/** The example's text once recorded on a day, with nothing else changed. */
const onDay = (day: string) => {
  const [before = "", after = ""] = example.split("\nnodes:\n");
  const [own = "", rest = ""] = after.split("\nscaleSets:\n");
  return `${before}\nnodes:\n${own.replaceAll("2026-05-03", day)}\nscaleSets:\n${rest}`;
};

async function record(
  args: readonly string[],
  change: (objects: Objects) => void = () => {},
  meanwhile = () => {},
) {
  const objects = honey();
  change(objects);
  const read: ReadNodes = async (contexts) => {
    meanwhile();
    return contexts.map((context) => {
      return {
        context,
        facts: context === "honey" ? factsOf(objects) : unknown("nobody is there", "Mend it."),
      };
    });
  };
  const ended = await captured((streams) =>
    runRecordCommand(args, streams, read, () => Date.parse("2026-11-21T12:00:00Z")),
  );
  return { ...ended, text: readFileSync(file, "utf8") };
}

const nodes = ["nodes", "--fleet", file];

describe("fleet record nodes", () => {
  it("shows the difference and writes nothing without being told to", async () => {
    const { code, out, err, text } = await record(nodes);
    expect(code).toBe(0);
    expect(text).toBe(example);
    const lines = out.split("\n");
    expect(lines.slice(0, 3)).toEqual([
      `--- ${file}`,
      `+++ ${file}`,
      expect.stringMatching(/^@@ -\d+,\d+ \+\d+,\d+ @@$/),
    ]);
    const changed = lines.slice(2).filter((l) => /^[-+]/.test(l));
    expect(changed).toHaveLength(6);
    expect(changed[1]).toBe(
      '+    recorded: { source: detected, date: 2026-11-21, note: "Live node budget, normalised to GiB." }',
    );
    expect(err).toBe("3 of 3 nodes recorded; nothing is written without --write.\n");
  });

  it("writes date, figures, labels and taints, and keeps comments, order and mode", async () => {
    chmodSync(file, 0o640);
    const { code, text, err } = await record([...nodes, "--write", "--today", "2026-11-20"], (o) => {
      o.nodes[0].status.allocatable = {
        cpu: "31500m",
        memory: "230488000Ki",
        "ephemeral-storage": "1486600000000",
        pods: "110",
      };
      o.nodes[1].spec.taints.push({ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" });
      o.nodes[2].spec.taints = [{ key: "quiet", effect: "NoExecute" }];
      const resources = { requests: { cpu: "250m", memory: "100M" }, limits: { memory: "1Gi" } };
      o.pods.push(
        pod("kube-system", "dns", { containers: [{ name: "dns", resources }], nodeName: "bumble" }),
      );
      const runner = { containers: [{ name: "runner", resources }], nodeName: "bumble" };
      o.pods.push(pod("arc-tinyland-nix-kvm", "r", runner, {}, runnerLabels("tinyland-nix-kvm")));
      o.pods.push(pod("arc-strange", "r", runner, {}, runnerLabels("strange")));
    });
    expect([code, err]).toEqual([0, "3 of 3 nodes recorded.\n"]);
    expect(text).toBe(
      onDay("2026-11-20")
        .replace(
          '{ cpu: "32", memory: 219.81Gi, ephemeralStorage: 1384.60Gi, pods: 110 }',
          '{ cpu: "31500m", memory: 219.81Gi, ephemeralStorage: 1384.50Gi, pods: 110 }',
        )
        .replace(
          /(15\.06Gi.*\n.*)running: \{.*\}/,
          '$1running: { cpu: "500m", memory: "191Mi", ephemeralStorage: "0", pods: 2, memoryLimit: 2Gi }\n    taints: [ { key: quiet, effect: NoExecute } ]',
        ),
    );
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(["fleet.yaml"]);
  });

  it("adds what the file lacks if told to, and names what is gone", async () => {
    const change = (o: Objects) => {
      o.nodes.splice(
        2,
        1,
        node("fresh", { cpu: "8", memory: "32Gi", "ephemeral-storage": "100Gi", pods: "50" }, { zone: "a" }),
      );
    };
    const plain = await record(nodes, change);
    expect(plain.code).toBe(1);
    expect(plain.err).toBe(
      "Left as they are, since they are not in their cluster: honey/bumble.\nNot in the file (--add adds them): honey/fresh.\n2 of 3 nodes recorded; nothing is written without --write.\n",
    );
    const { text, code } = await record([...nodes, "--add", "--write"], change);
    expect(code).toBe(1);
    expect(text).toContain(
      '\n  - { name: fresh, cluster: honey, recorded: { source: detected, date: 2026-11-21 }, allocatable: { cpu: "8", memory: 32Gi, ephemeralStorage: 100Gi, pods: 50 }, running: { cpu: "0", memory: "0", memoryLimit: "0", ephemeralStorage: "0", pods: 0 } }\n\nscaleSets:',
    );
  });

  it("does not date a figure that a node does not tell", async () => {
    const { code, err, text } = await record([...nodes, "--write"], (o) => {
      o.nodes[0].status.allocatable.memory = undefined;
    });
    expect(code).toBe(1);
    expect(err).toContain("Left as they are, since they do not tell what they offer: honey/honey.\n");
    expect(text.match(/date: 2026-11-21/g)).toHaveLength(2);
  });

  it("writes nothing at all if one cluster is unknown", async () => {
    const { code, err, out, text } = await record([
      ...nodes,
      "--context",
      "honey",
      "--context",
      "comb",
      "--write",
    ]);
    expect([code, out, text]).toEqual([2, "", example]);
    expect(err).toBe("error: Cluster comb is not known: nobody is there. Mend it.\nNothing is written.\n");
  });

  it("refuses if the file changed meanwhile, and leaves no draft behind", async () => {
    const mine = `${example}# mine\n`;
    const { code, err, text } = await record([...nodes, "--write"], undefined, () =>
      writeFileSync(file, mine),
    );
    expect([code, text]).toEqual([2, mine]);
    expect(err).toBe(
      `error: ${file} is not written: it was changed meanwhile. Nothing is changed; record again.\n`,
    );
    expect(readdirSync(folder)).toEqual(["fleet.yaml"]);
  });

  it("replaces the file that a link leads to", async () => {
    const link = path.join(folder, "link.yaml");
    symlinkSync("fleet.yaml", link);
    const { text } = await record(["nodes", "--fleet", link, "--write"]);
    expect(text).toBe(onDay("2026-11-21"));
    expect(readFileSync(link, "utf8")).toBe(text);
    rmSync(link);
  });

  it("records JSON as JSON", async () => {
    const json = path.join(folder, "fleet.json");
    const { default: fleet } = await import("../../stacks/default.ts");
    writeFileSync(json, JSON.stringify(fleet));
    const { code } = await record(["nodes", "--fleet", json, "--write"]);
    expect(code).toBe(0);
    const now = JSON.parse(readFileSync(json, "utf8"));
    expect(now.nodes.map((n: { recorded: { date: string } }) => n.recorded.date)).toEqual([
      "2026-11-21",
      "2026-11-21",
      "2026-11-21",
    ]);
    expect({ ...now, nodes: [] }).toEqual({ ...JSON.parse(JSON.stringify(fleet)), nodes: [] });
    rmSync(json);
  });

  it.each<[readonly string[], string]>([
    [[], "error: say what to record; as in: fleet record nodes --fleet FILE\n"],
    [["pods"], "error: 'pods' is nothing to record; as in: fleet record nodes --fleet FILE\n"],
    [["nodes"], "error: required option '--fleet <file>' not specified\n"],
    [
      ["nodes", "--fleet", "fleet.ts"],
      "error: fleet.ts is a program, which cannot be written. Keep the nodes in a YAML or JSON file.\n",
    ],
  ])("refuses %j", async (args, message) => {
    const { code, err } = await record(args);
    expect([code, err]).toEqual([2, message]);
  });
});
