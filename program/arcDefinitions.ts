import type { ArcCharts } from "../components/arcCharts.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";

/**
 * ARC's CRDs as resources of the stack. Once they are, an update that no longer declares them deletes them, and the API
 * server with them every scale set of the cluster, of this fleet or not; Helm, which then holds their releases still,
 * never makes them again.
 */

/** The clusters whose CRDs are the stack's: the stack output `arcDefinitions`. */
export function definitionOutputs({ clusters }: Fleet, { definitions }: ArcCharts): readonly string[] {
  if (definitions === undefined) return [];
  return clusters.filter(({ controller }) => controller?.install === true).map(({ name }) => name);
}

/**
 * Refuses an update that would delete the CRDs of a cluster whose scale sets stay.
 * @param previous the stack output of the last update; anything else counts as none
 */
export function checkDefinitions(previous: unknown, fleet: Fleet, charts: ArcCharts): Finding[] {
  const kept = definitionOutputs(fleet, charts);
  const before = Array.isArray(previous) ? previous.filter((name) => typeof name === "string") : [];
  return before.flatMap((cluster) => {
    const staying = fleet.scaleSets.filter((set) => set.cluster === cluster).length;
    if (kept.includes(cluster) || staying === 0) return [];
    const isInstalled = fleet.clusters.some((c) => c.name === cluster && c.controller?.install === true);
    return [
      finding({
        rule: "build/crds-would-go",
        path: isInstalled ? "numafleet:arcCharts.controller" : "clusters",
        subject: `controller of cluster ${cluster}`,
        message: `The CRDs of ARC in cluster ${cluster} are this stack's, and ${isInstalled ? "no controller's chart is named on this machine any more" : "the fleet installs no controller there any more"}: they would be deleted, and with them every scale set of the cluster, of which ${staying} ${staying === 1 ? "stays" : "stay"} in the fleet.`,
        remedy: isInstalled
          ? "Name the chart's archive in `numafleet:arcCharts.controller` again."
          : "Leave the controller in the fleet until its scale sets have left it in an update of their own.",
      }),
    ];
  });
}
