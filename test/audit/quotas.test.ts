import { describe, expect, it } from "vitest";
import { liveFleet } from "../../audit/liveFleet.ts";
import { quotaRows } from "../../audit/quotaRows.ts";
import { requireFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { factsOf, honey, type KubeObject, type Objects, runnerPod, scaleSet } from "./honey.ts";
import { container, report, spec } from "./run.ts";

const NAMESPACE = "arc-tinyland-nix-kvm";
const quota = (hard: object, more: object = {}) => ({
  metadata: { name: "envelope", namespace: NAMESPACE },
  spec: { hard, ...more },
});
const replace = (o: Objects, own: KubeObject) => {
  o.resourcequotas = [own, ...o.resourcequotas.filter((q) => q.metadata.namespace !== NAMESPACE)];
};
const rowsOf = async (change: (o: Objects) => void): Promise<string[][]> => {
  const { rows } = await report(change);
  return rows
    .filter((r: KubeObject) => r.check === "quota" && r.subject.includes(NAMESPACE))
    .map((r: KubeObject) => [r.status, r.declared, r.live]);
};

describe("a quota of a scale set's namespace", () => {
  it("has to hold the workflow pod beside each runner, and what a runtime class costs", () => {
    const [first] = defaultStack.scaleSets ?? [];
    const figures = { cpu: 1, memory: "2Gi" };
    const declared = requireFleet({
      ...defaultStack,
      scaleSets: [
        {
          ...first,
          containerMode: "kubernetes-novolume",
          runtimeClass: { name: "kata", overhead: { cpu: "250m", memory: "128Mi" } },
          containers: [
            { name: "runner", requests: { cpu: 2, memory: "8Gi" }, limits: { cpu: 8, memory: "16Gi" } },
            { name: "workflow", requests: figures, limits: figures },
          ],
        } as NonNullable<typeof first>,
      ],
      policy: {},
    });
    const objects = honey();
    spec(objects, 0).template.spec.runtimeClassName = "kata";
    container(objects, 0).env = [
      { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: "/home/runner/k8s-novolume/index.js" },
    ];
    objects.autoscalingrunnersets.length = 1;
    objects.resourcequotas = [quota({ pods: "1", "requests.cpu": "2", "requests.memory": "8Gi" })];
    const facts = factsOf(objects);
    const { sets } = liveFleet(declared, [{ context: "honey", facts }], "2026-05-06");
    expect(quotaRows("honey", sets, facts.quotas as never).map((r) => [r.status, r.declared])).toEqual([
      ["differs", "pods for 2 pods at maximum"],
      ["differs", "requests.cpu for 3.5 CPU at maximum"],
      ["differs", "requests.memory for 10.25Gi at maximum"],
    ]);
  });

  it("that counts only some pods is told as not compared, and not passed over", async () => {
    expect(await rowsOf((o) => replace(o, quota({ pods: "0" }, { scopes: ["NotTerminating"] })))).toEqual([
      ["warn", "holds all runners at maximum", "counts only some pods, by scopes"],
      ["warn", "a quota of the envelope at maximum", "none"],
    ]);
  });

  it("of a limit that the runner does not state refuses its pods", async () => {
    const rows = await rowsOf((o) => {
      container(o, 0).resources.limits = { memory: "16Gi" };
      replace(o, quota({ "limits.cpu": "8" }));
    });
    expect(rows).toEqual([
      ["warn", "limits.cpu of every container", "no limits.cpu of the runners of tinyland-nix-kvm"],
    ]);
  });

  it("has to be there, and to be no larger than is declared", async () => {
    const none = await rowsOf((o) => o.resourcequotas.shift());
    expect(none).toEqual([["warn", "a quota of the envelope at maximum", "none"]]);
    const large = await rowsOf((o) => replace(o, quota({ pods: "5" })));
    expect(large).toEqual([["warn", "pods for 1 pods at maximum", "5 pods, 0 pods used"]]);
    const shared = await report((o) => {
      replace(o, quota({ pods: "5" }));
      o.autoscalingrunnersets.push({
        ...scaleSet("extra", "https://github.com/acme", 0, runnerPod({}, {})),
        metadata: { name: "extra", namespace: NAMESPACE },
      });
    });
    expect(
      shared.rows.find((r: KubeObject) => r.subject.includes(NAMESPACE) && r.check === "quota").status,
    ).toBe("ok");
  });

  it("is not judged by a scale set that states no maximum", async () => {
    const rows = await rowsOf((o) => {
      spec(o, 0).maxRunners = undefined;
      replace(o, quota({ pods: "1" }));
    });
    expect(rows).toEqual([["differs", "pods for unlimited runners", "1 pods, 0 pods used"]]);
  });
});
