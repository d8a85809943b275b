import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinition.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Controller } from "../model/cluster.ts";
import { type ArcCharts, PUBLISHED_CHARTS } from "./arcCharts.ts";
import { controllerValues } from "./controllerValues.ts";

/** Arguments of an ArcController. */
export interface ArcControllerArgs {
  /** The controller, checked. */
  readonly controller: Controller;
  /** The connection to its cluster. */
  readonly provider: Provider;
  /** Where the chart comes from. Default: as GitHub publishes it. */
  readonly charts?: ArcCharts;
  /** What is there before the controller and is deleted after it. Default: nothing. */
  readonly outlivedBy?: readonly pulumi.Resource[];
}

/**
 * The ARC controller: its namespace, its release of the official chart and, where the chart is on this machine, the
 * chart's CRDs, which are upgraded with it and deleted after it. Helm does neither with CRDs. Scale sets depend on
 * `release`, so that they are gone before the controller is, whose finalizers they wait for.
 */
export class ArcController extends pulumi.ComponentResource {
  /** What scale sets have to be deleted before. */
  readonly release: Release;

  constructor(name: string, args: ArcControllerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:arc:Controller", name, {}, opts);
    const { controller, charts = PUBLISHED_CHARTS, outlivedBy = [] } = args;
    const child = { parent: this, provider: args.provider };
    const { namespace } = controller;

    const home = new Namespace(name, { metadata: { name: namespace } }, child);
    const definitions = (charts.definitions ?? []).map(
      ({ metadata, spec }) =>
        new CustomResourceDefinition(
          `${name}/${metadata.name}`,
          { metadata, spec: spec as CustomResourceDefinitionSpec },
          child,
        ),
    );
    this.release = new Release(
      name,
      {
        name: controller.release,
        namespace,
        chart: charts.controller,
        version: charts.version,
        ...(charts.definitions === undefined ? {} : { skipCrds: true }),
        values: controllerValues(controller),
      },
      { ...child, dependsOn: [home, ...definitions, ...outlivedBy] },
    );

    this.registerOutputs({});
  }
}

type CustomResourceDefinitionSpec = NonNullable<
  ConstructorParameters<typeof CustomResourceDefinition>[1]
>["spec"] &
  object;
