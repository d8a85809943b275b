import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import defaultStack from "../../stacks/default.ts";
import { commandsOf } from "../audit/chapter.ts";
import {
  factsOf,
  honey,
  type KubeObject,
  pod,
  runner,
  runnerLabels,
  runnerPod,
  scaleSet,
} from "../audit/honey.ts";
import { audit, type Change, container, report, spec } from "../audit/run.ts";

/** The page as it is printed for the cluster of the policy page. */
const IN_ORDER = `${commandsOf("Read the audit")[0]?.output}\n`;

const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-audit-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DOWN = unknown("no API server answers at https://comb:6443: the connection is refused", "Mend it.");
const VM_TEST = "jesssullivan-nix-vm-test-kvm";

describe("fleet audit", () => {
  it("prints the policy page's tables and ends with 0 where nothing differs and all fits", async () => {
    const { code, out, err, asked } = await audit();
    expect(asked).toEqual(["honey"]);
    expect(err).toBe("");
    expect(out).toBe(IN_ORDER);
    expect(code).toBe(0);
  });

  it("seats all runners beside what runs now, and not twice what runs already", async () => {
    const big = {
      containers: [{ name: "db", resources: { requests: { cpu: "1", memory: "180Gi" } } }],
      nodeName: "honey",
    };
    const crowded: Change = (o) => {
      o.pods.push(pod("data", "db", big));
    };
    const { placement, findings, code } = await report(crowded);
    expect(placement).toMatchObject({ verdict: "impossible", asked: 4, bound: 3 });
    expect(findings.map((f: KubeObject) => f.rule)).toContain("runners/unplaceable");
    expect(code).toBe(1);
    const busy: Change = (o) => {
      for (const name of ["r-1", "r-2"])
        o.pods.push(
          pod(
            `arc-${VM_TEST}`,
            name,
            { ...spec(o, 2).template.spec, nodeName: "honey" },
            {},
            runnerLabels(VM_TEST),
          ),
        );
      const workflow = {
        containers: [{ name: "job", resources: { requests: { memory: "200Gi" } } }],
        nodeName: "honey",
      };
      o.pods.push(pod(`arc-${VM_TEST}`, "r-1-workflow", workflow, {}, { "runner-pod": "r-1" }));
      o.pods.push(pod("data", "old", { ...big }, { phase: "Succeeded" }));
      o.pods.push(pod("data", "waits", { ...big, nodeName: undefined }, { phase: "Pending" }));
    };
    const calm = await report(busy);
    expect(calm).toMatchObject({
      code: 0,
      placement: { verdict: "placed", waiting: [{ context: "honey", pods: 1 }] },
    });
    expect(calm.nodes[0].running).toEqual({ cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 });
  });

  it("tells only scale sets with a label, and seats the others all the same", async () => {
    const other = runnerPod(
      { cpu: "1", memory: "150Gi" },
      { memory: "150Gi" },
      { nodeSelector: { "kubernetes.io/hostname": "honey" } },
    );
    const beside: Change = (o) => {
      o.autoscalingrunnersets.push(scaleSet("bulk", "https://github.com/acme", 1, other, ["bulk"]));
    };
    const { scaleSets, labels, placement, rows } = await report(beside, [
      "--include-label",
      "Tinyland-nix-kvm",
    ]);
    expect(scaleSets.map((s: KubeObject) => s.name)).toEqual([
      "tinyland-nix-kvm",
      "jesssullivan-nix-kvm",
      VM_TEST,
    ]);
    expect(labels.map((l: KubeObject) => l.label)).toEqual(["tinyland-nix-kvm"]);
    expect(rows.some((r: KubeObject) => r.subject === "scale set honey/bulk")).toBe(false);
    expect(placement).toMatchObject({ asked: 5 });
  });

  it("joins clusters that register at one scope, and says so", async () => {
    const twin = honey();
    twin.autoscalingrunnersets = [
      scaleSet("tinyland-kvm-2", "https://github.com/tinyland-inc", 2, spec(honey(), 0).template.spec),
    ];
    const { groups, labels } = await report(undefined, ["--context", "honey", "--context", "comb"], {
      comb: factsOf(twin),
    });
    const shared = groups.find((g: KubeObject) => g.scope === "tinyland-inc" && g.scaleSets.length === 2);
    expect(shared).toMatchObject({
      asks: [["tinyland-nix-kvm"]],
      contexts: ["honey", "comb"],
      maximum: 3,
      seats: 3,
    });
    expect(labels[0]).toMatchObject({
      scopes: ["Jesssullivan/jesssullivan-infra", "Jesssullivan/nix-vm-test", "tinyland-inc"],
    });
  });

  it("warns of one name in one runner group of two clusters: they lock each other out", async () => {
    const { findings, code } = await report(undefined, ["--context", "honey", "--context", "comb"], {
      comb: factsOf(honey()),
    });
    expect(findings.map((f: KubeObject) => f.message)).toContain(
      "Scale set tinyland-nix-kvm of cluster comb registers at tinyland-inc in runner group default, where cluster honey registers the same name: their sessions lock each other out.",
    );
    expect(code).toBe(1);
  });

  it("calls a cluster that it could not reach unknown, and its scale sets with it", async () => {
    const file = path.join(folder, "two.json");
    const [own, ...others] = defaultStack.scaleSets ?? [];
    const scaleSets = [own, ...others, { ...own, cluster: "comb" }];
    writeFileSync(file, JSON.stringify({ ...defaultStack, scaleSets }));
    const { verdict, code, groups, findings, clusters } = await report(undefined, ["--fleet", file], {
      comb: DOWN,
    });
    expect([verdict, code]).toEqual(["unknown", 2]);
    expect(clusters[1]).toEqual({
      context: "comb",
      reached: false,
      unknown: [{ what: "cluster", why: DOWN.unknown, remedy: "Mend it." }],
    });
    expect(findings.map((f: KubeObject) => f.message)).toContain(
      `Cluster comb is not known: ${DOWN.unknown}.`,
    );
    expect(groups.find((g: KubeObject) => g.scaleSets.length === 2)).toMatchObject({
      maximum: null,
      seats: null,
      contexts: ["honey", "comb"],
    });
    const { out } = await audit(["--fleet", file], undefined, { comb: DOWN });
    expect(out).toContain("as declared where not read");
    expect(out).toContain("Not known: 1 unknown");
  });

  it("keeps to what it could read: one list less is unknown, the others are compared", async () => {
    const facts = {
      ...factsOf(honey()),
      quotas: unknown(
        'the right to list resourcequotas in all namespaces is missing: "eve" does not have it',
      ),
    };
    const { verdict, code, placement, findings } = await report(undefined, [], { honey: facts });
    expect([verdict, code, placement.verdict]).toEqual(["unknown", 2, "placed"]);
    expect(findings.map((f: KubeObject) => f.message)).toContain(
      'Cluster honey is not known in full: the right to list resourcequotas in all namespaces is missing: "eve" does not have it.',
    );
    const blind = {
      ...factsOf(honey()),
      nodes: unknown('the right to list nodes in all namespaces is missing: "eve" does not have it'),
    };
    expect(await report(undefined, [], { honey: blind })).toMatchObject({
      code: 2,
      placement: { verdict: "unknown" },
    });
  });

  it("never prints a control character, whatever the cluster says", async () => {
    const evil = "\u001b]0;gone\u0007\u009b2J\u202e";
    const change: Change = (o) => {
      spec(o, 0).runnerScaleSetLabels = [`a${evil}`];
      spec(o, 0).githubConfigUrl = `https://x${evil}/y${evil}`;
      spec(o, 0).runnerGroup = evil;
      container(o, 0).image = evil;
      container(o, 0).name = `runner${evil}`;
      container(o, 0).resources.requests[evil] = `1${evil}`;
      spec(o, 0).template.spec.nodeSelector = { [`k${evil}`]: evil };
      spec(o, 0).template.spec.tolerations = [
        { key: evil, operator: evil, effect: evil },
        { key: evil, value: evil },
      ];
      o.nodes[0].metadata.name = `n${evil}`;
      o.nodes[0].status.allocatable[evil] = evil;
      o.ephemeralrunners.push(
        runner("tinyland-nix-kvm", `r${evil}`, { phase: "Failed", reason: evil, message: evil }),
      );
    };
    for (const args of [[], ["--json"], ["--markdown"]]) {
      const { out } = await audit(args, change);
      expect(out.replace(/\n/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it("prints Markdown as tables", async () => {
    const { out, code } = await audit(["--markdown"]);
    expect(out).toContain(
      "| Scale set | Scope | Node selector | Toleration | Min | Max | Request | Limit |\n| --- |",
    );
    expect(out).toContain(
      "| tinyland-nix-kvm | 3 | 4 | 12 CPU, 80Gi, 48Gi ephemeral | 32 CPU, 160Gi, 80Gi ephemeral | 4 | no: 3 scopes |",
    );
    expect(code).toBe(0);
  });

  it.each<[readonly string[], string]>([
    [["--json", "--markdown"], "error: --json and --markdown exclude each other\n"],
    [
      ["--pending", "soon"],
      "error: option '--pending <minutes>' argument 'soon' is invalid. Expected a whole number from 0 to 10080.\n",
    ],
    [
      ["--timeout", "0"],
      "error: option '--timeout <seconds>' argument '0' is invalid. Expected seconds from 0.1 to 3600, like 5.\n",
    ],
    [
      ["--today", "2026-02-30"],
      "error: option '--today <date>' argument '2026-02-30' is invalid. Expected a date, like 2026-05-06.\n",
    ],
    [
      ["fleet.yaml"],
      "error: unexpected argument 'fleet.yaml'; name a file as in: fleet audit --fleet FILE\n",
    ],
    [
      ["--fleet", path.join(folder, "empty.json")],
      "error: The fleet declares neither a node nor a scale set, so there is no cluster to ask. Name a kubeconfig context with --context, or another fleet with --fleet.\n",
    ],
  ])("refuses %j", async (args, message) => {
    writeFileSync(path.join(folder, "empty.json"), "{}");
    const { code, err, asked } = await audit(args);
    expect([code, err, asked]).toEqual([2, message, []]);
  });
});
