import { describe, expect, it } from "vitest";
import type { KubeObject, Objects } from "./honey.ts";
import { node } from "./honey.ts";
import { type Change, report, spec } from "./run.ts";

const everything = [{ operator: "Exists" }];
const room = { cpu: "8", memory: "64Gi", "ephemeral-storage": "100Gi", pods: "110" };
const KVM = { "capability.tinyland.dev/kvm": "true" };
const messages = (answer: KubeObject): string[] => answer.findings.map((f: KubeObject) => f.message);

describe("a node that cannot run anything now", () => {
  const pinned: Change = (o) => {
    for (const i of [0, 1, 2]) spec(o, i).template.spec.tolerations = everything;
    spec(o, 2).template.spec.nodeSelector = { ...KVM, "kubernetes.io/hostname": "honey" };
  };
  const taint = (key: string) => ({ key: `node.kubernetes.io/${key}`, effect: "NoSchedule" });
  const condition = (o: Objects, ...conditions: object[]) => {
    o.nodes[0].status.conditions = conditions;
  };
  it.each<[string, Change]>([
    ["not ready, without its taint yet", (o) => condition(o, { type: "Ready", status: "Unknown" })],
    [
      "not ready, whatever tolerates its taint",
      (o) => {
        condition(o, { type: "Ready", status: "False" });
        o.nodes[0].spec.taints = [taint("not-ready")];
        pinned(o);
      },
    ],
    [
      "under disk pressure, whatever tolerates its taint",
      (o) => {
        condition(o, { type: "Ready", status: "True" }, { type: "DiskPressure", status: "True" });
        o.nodes[0].spec.taints = [taint("disk-pressure")];
        pinned(o);
      },
    ],
    [
      "under memory pressure, without its taint yet",
      (o) => condition(o, { type: "Ready", status: "True" }, { type: "MemoryPressure", status: "True" }),
    ],
  ])("seats nobody: %s", async (_, change) => {
    const { placement } = await report(change);
    expect(placement.verdict).not.toBe("placed");
    expect(placement.seats.filter((s: KubeObject) => s.node === "honey")).toEqual([]);
  });
});

describe("labels that only an affinity asks for", () => {
  const affine =
    (expression: object): Change =>
    (o) => {
      spec(o, 0).template.spec.affinity = {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [expression] }],
          },
        },
      };
    };
  it("are compared", async () => {
    const answer = await report((o) => {
      affine({ key: "spot", operator: "DoesNotExist" })(o);
      o.nodes[2].metadata.labels.spot = "yes";
    });
    expect(messages(answer)).toContain(
      "Node honey/bumble: labels: declared is kubernetes.io/hostname=bumble, live is kubernetes.io/hostname=bumble, spot=yes.",
    );
  });

  it("decide whether runners may land on a node that is not declared", async () => {
    const answer = await report((o) => {
      for (const i of [0, 1, 2]) spec(o, i).template.spec.nodeSelector = { pool: "fresh" };
      for (const i of [1, 2]) spec(o, i).maxRunners = 0;
      affine({ key: "disk", operator: "In", values: ["ssd"] })(o);
      o.nodes.push(node("fresh", room, { pool: "fresh", disk: "hdd" }));
    });
    const row = answer.rows.find((r: KubeObject) => r.subject === "node honey/fresh");
    expect(row).toMatchObject({ status: "info", live: "there; no runners may land on it" });
  });
});
