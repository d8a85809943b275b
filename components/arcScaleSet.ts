import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { LimitRange } from "@pulumi/kubernetes/core/v1/limitRange.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { MODE_CONTAINERS, type ScaleSet } from "../model/scaleset.ts";
import { type ArcReferences, arcValues, SCALE_SET_CHART, SCALE_SET_CHART_VERSION } from "./arcValues.ts";
import { defaultResources, quotaHard } from "./quota.ts";
import { HOOK_TEMPLATE_KEY } from "./runnerPod.ts";
import { workflowPod } from "./workflowPod.ts";
import { renderYaml } from "./yaml.ts";

/** Arguments of an ArcScaleSet. */
export interface ArcScaleSetArgs {
  /** The scale set, checked. Plain data, so that it can be judged before it exists. */
  readonly scaleSet: ScaleSet;
  /** The connection to its cluster. */
  readonly provider: Provider;
  /** Name of the Secret with GitHub's credentials in the scale set's namespace. Default `github-config`. */
  readonly githubSecret?: string;
  /** The controller's service account. Default `arc-gha-rs-controller` in `arc-systems`, as GitHub's own guide installs it. */
  readonly controller?: ArcReferences["controller"];
}

/**
 * An ARC runner scale set: a namespace, a quota on it that equals the scale set's envelope at its maximum,
 * and a release of the official chart with every container rendered whole. Modes with workflow pods get
 * their template and default figures as well. Changing the name replaces all of it.
 */
export class ArcScaleSet extends pulumi.ComponentResource {
  /** The namespace that the runners are in: `arc-NAME`. */
  readonly namespace: pulumi.Output<string>;
  /** What workflows name in `runs-on`. */
  readonly runsOn: readonly string[];

  constructor(name: string, args: ArcScaleSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:arc:ScaleSet", name, {}, opts);
    const { scaleSet } = args;
    const child = { parent: this, provider: args.provider };
    const workflowConfigMap = `${scaleSet.name}-workflow-pod`;
    const values = arcValues(scaleSet, {
      githubSecret: args.githubSecret ?? "github-config",
      controller: args.controller ?? { namespace: "arc-systems", name: "arc-gha-rs-controller" },
      workflowConfigMap,
    });

    const namespace = new Namespace(name, { metadata: { name: namespaceOf(scaleSet) } }, child);
    const within = { ...child, dependsOn: [namespace] };
    const walls = [
      new ResourceQuota(
        name,
        {
          metadata: { name: "envelope", namespace: namespaceOf(scaleSet) },
          spec: { hard: quotaHard(scaleSet) },
        },
        within,
      ),
      ...workflowObjects(name, scaleSet, workflowConfigMap, within),
    ];
    new Release(
      name,
      {
        name: scaleSet.name,
        namespace: namespaceOf(scaleSet),
        chart: SCALE_SET_CHART,
        version: SCALE_SET_CHART_VERSION,
        values,
      },
      { ...child, dependsOn: [namespace, ...walls] },
    );

    this.namespace = namespace.metadata.name;
    this.runsOn = scaleSet.labels;
    this.registerOutputs({ namespace: this.namespace, runsOn: this.runsOn });
  }
}

/** The namespace of a scale set: at most 49 characters, of the 63 that Kubernetes takes. */
export function namespaceOf({ name }: Pick<ScaleSet, "name">): string {
  return `arc-${name}`;
}

function workflowObjects(
  name: string,
  scaleSet: ScaleSet,
  configMap: string,
  within: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (!MODE_CONTAINERS[scaleSet.containerMode].includes("workflow")) return [];
  const namespace = namespaceOf(scaleSet);
  return [
    new ConfigMap(
      `${name}/workflow-pod`,
      {
        metadata: { name: configMap, namespace },
        data: { [HOOK_TEMPLATE_KEY]: renderYaml(workflowPod(scaleSet)) },
      },
      within,
    ),
    new LimitRange(
      `${name}/workflow-pod`,
      { metadata: { name: "workflow-pod", namespace }, spec: { limits: [defaultResources(scaleSet)] } },
      within,
    ),
  ];
}
