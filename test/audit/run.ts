/** Runs the command against clusters that are as the policy page has them but for what is said. */
import { type ReadClusters, runAuditCommand } from "../../cli/auditcommand.ts";
import type { Asked } from "../../facts/asked.ts";
import type { ClusterFacts } from "../../facts/clusterFacts.ts";
import { captured } from "../cli/captured.ts";
import { factsOf, honey, type KubeObject, type Objects } from "./honey.ts";

export const NOW = Date.parse("2026-05-06T12:00:00Z");

export type Change = (objects: Objects) => void;

export async function audit(
  args: readonly string[] = [],
  change: Change = () => {},
  others: Readonly<Record<string, Asked<ClusterFacts>>> = {},
) {
  const objects = honey();
  change(objects);
  const asked: string[] = [];
  const read: ReadClusters = async (contexts) => {
    asked.push(...contexts);
    return contexts.map((context) => ({ context, facts: others[context] ?? factsOf(objects) }));
  };
  const ended = await captured((streams) => runAuditCommand(args, streams, read, () => NOW));
  return { ...ended, asked };
}

export async function report(
  change?: Change,
  args: readonly string[] = [],
  others = {},
): Promise<KubeObject> {
  const { out, code } = await audit([...args, "--json"], change, others);
  return { ...JSON.parse(out), code };
}

export const spec = (objects: Objects, set: number) => objects.autoscalingrunnersets[set].spec;
export const container = (objects: Objects, set: number) => spec(objects, set).template.spec.containers[0];
