import type { ArcCharts } from "../components/arcCharts.ts";
import { ARC_VERSION } from "../model/cluster.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";

/**
 * Charts and controllers are of one version: a controller deletes the scale sets of another minor version (ARC's
 * `IsVersionAllowed`), and values are rendered for one version of each chart.
 */
export function checkArcVersions({ clusters }: Fleet, charts: ArcCharts): Finding[] {
  return clusters.flatMap(({ name, controller }, i) => {
    if (controller === undefined) return [];
    const path = `clusters[${i}].controller`;
    const subject = `controller of cluster ${name}`;
    const version =
      controller.version === ARC_VERSION
        ? []
        : [
            finding({
              rule: "build/arc-version",
              path: `${path}.version`,
              subject,
              have: controller.version,
              need: ARC_VERSION,
              message: `The controller of cluster ${name} has version ${controller.version}, its scale sets are rendered for ${ARC_VERSION}: a controller deletes scale sets of another version.`,
              remedy: controller.install
                ? "Leave `version` out."
                : `Upgrade the controller to ${ARC_VERSION} first, and record that.`,
            }),
          ];
    const definitions =
      controller.install && charts.definitions === undefined
        ? [
            finding({
              rule: "build/crds-left-behind",
              severity: "warn",
              path,
              subject,
              message: `The controller of cluster ${name} is installed from the registry, where its CRDs cannot be read: Helm installs them, and neither upgrades nor deletes them.`,
              remedy:
                "Give the chart as an archive (`helm pull`) in `numafleet:arcCharts.controller`; then they are upgraded with it, and deleted after it.",
            }),
          ]
        : [];
    return [...version, ...definitions];
  });
}
