import { ARC_VERSION } from "../model/cluster.ts";

/** The official charts, and where they come from. */

const REGISTRY = "oci://ghcr.io/actions/actions-runner-controller-charts";
export const SCALE_SET_CHART_NAME = "gha-runner-scale-set";
export const CONTROLLER_CHART_NAME = "gha-runner-scale-set-controller";

/** Where each chart is taken from: an OCI reference, or a folder or archive on this machine. */
export interface ArcCharts {
  readonly scaleSet: string;
  readonly controller: string;
  /** The version that values are rendered for. */
  readonly version: string;
  /** The controller chart's own CRDs, where the chart can be read here; Helm installs them otherwise. */
  readonly definitions?: readonly CustomResourceDefinitionManifest[];
}

/** A CustomResourceDefinition as the chart has it. */
export interface CustomResourceDefinitionManifest {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: object;
}

/** The charts as GitHub publishes them. */
export const PUBLISHED_CHARTS: ArcCharts = {
  scaleSet: `${REGISTRY}/${SCALE_SET_CHART_NAME}`,
  controller: `${REGISTRY}/${CONTROLLER_CHART_NAME}`,
  version: ARC_VERSION,
};
