import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { LimitRange } from "@pulumi/kubernetes/core/v1/limitRange.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_CONTROLLER, namespaceOf } from "../model/arc.ts";
import { MODE_CONTAINERS, type ScaleSet } from "../model/scaleset.ts";
import { type ArcCharts, PUBLISHED_CHARTS } from "./arcCharts.ts";
import { type ArcReferences, arcValues } from "./arcValues.ts";
import { budgetAnnotations } from "./budgetAdmission.ts";
import { controllerServiceAccount } from "./controllerValues.ts";
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
  /** GitHub's credentials, by the keys that ARC reads: the Secret is made from them. Default: it is there. */
  readonly credentials?: pulumi.Output<Readonly<Record<string, string>>> | undefined;
  /** The controller's service account. Default `arc-gha-rs-controller` in `arc-systems`, as GitHub's own guide installs it. */
  readonly controller?: ArcReferences["controller"];
  /** Where the chart comes from. Default: as GitHub publishes it. */
  readonly charts?: ArcCharts;
  /** What is there before the scale set and is deleted after it: its controller, the cluster's budgets. Default: nothing. */
  readonly outlivedBy?: readonly pulumi.Resource[];
  /** Whether the cluster keeps its budget (ArcAdmission), which its namespace then tells. Default: no. */
  readonly isBudgeted?: boolean;
}

/**
 * How long a release waits for its runners on deletion, in seconds: as long as GitHub lets a job of theirs run, five
 * days. After less Helm forgets the release; the next run would take it for deleted, and the Secret and the busy
 * runners with their namespace. Nothing that the chart makes is waited for otherwise.
 */
const LONGEST_JOB = 5 * 24 * 60 * 60;

/**
 * An ARC runner scale set: a namespace, a quota on it that equals the scale set's envelope at its maximum, figures
 * for containers that state none, and a release of the official chart with every container rendered whole. Modes with
 * workflow pods get their template as well. Changing the name replaces all of it.
 *
 * On deletion the release goes first, and waits until its AutoscalingRunnerSet is gone, for which the controller still
 * needs the Secret; then the rest; the namespace last, which waits for whatever is left in it.
 */
export class ArcScaleSet extends pulumi.ComponentResource {
  /** The namespace that the runners are in: `arc-NAME`. */
  readonly namespace: pulumi.Output<string>;
  /** What workflows name in `runs-on`. */
  readonly runsOn: readonly string[];

  constructor(name: string, args: ArcScaleSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:arc:ScaleSet", name, {}, opts);
    const { scaleSet, charts = PUBLISHED_CHARTS, outlivedBy = [] } = args;
    const child = { parent: this, provider: args.provider };
    const githubSecret = scaleSet.githubSecret ?? args.githubSecret ?? "github-config";
    const place = { namespace: namespaceOf(scaleSet) };
    const workflowConfigMap = `${scaleSet.name}-workflow-pod`;
    const values = arcValues(scaleSet, {
      githubSecret,
      controller: args.controller ?? controllerServiceAccount(DEFAULT_CONTROLLER),
      workflowConfigMap,
    });

    const namespace = new Namespace(
      name,
      {
        metadata: {
          name: place.namespace,
          ...(args.isBudgeted === true ? { annotations: budgetAnnotations(scaleSet) } : {}),
        },
      },
      { ...child, dependsOn: [...outlivedBy] },
    );
    const within = { ...child, dependsOn: [namespace] };
    const walls = [
      new ResourceQuota(
        name,
        { metadata: { name: "envelope", ...place }, spec: { hard: quotaHard(scaleSet) } },
        within,
      ),
      new LimitRange(
        name,
        { metadata: { name: "envelope", ...place }, spec: { limits: [defaultResources(scaleSet)] } },
        within,
      ),
      ...(MODE_CONTAINERS[scaleSet.containerMode].includes("workflow")
        ? [
            new ConfigMap(
              `${name}/workflow-pod`,
              {
                metadata: { name: workflowConfigMap, ...place },
                data: { [HOOK_TEMPLATE_KEY]: renderYaml(workflowPod(scaleSet)) },
              },
              within,
            ),
          ]
        : []),
      ...(args.credentials === undefined
        ? []
        : [
            new Secret(
              `${name}/github`,
              { metadata: { name: githubSecret, ...place }, stringData: pulumi.secret(args.credentials) },
              within,
            ),
          ]),
    ];
    new Release(
      name,
      {
        name: scaleSet.name,
        ...place,
        chart: charts.scaleSet,
        version: charts.version,
        values,
        timeout: LONGEST_JOB,
      },
      { ...child, dependsOn: [namespace, ...walls, ...outlivedBy] },
    );

    this.namespace = namespace.metadata.name;
    this.runsOn = scaleSet.labels;
    this.registerOutputs({ namespace: this.namespace, runsOn: this.runsOn });
  }
}
