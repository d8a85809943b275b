import type { ObjectName, RunnerFacts, RunnerPhase } from "./clusterFacts.ts";
import { type Json, line, object, text, time } from "./kubeText.ts";

const SCALE_SET_NAME = "actions.github.com/scale-set-name";
const SCALE_SET_NAMESPACE = "actions.github.com/scale-set-namespace";

/** The scale set that ARC's labels name; undefined without them. */
export function scaleSetOf(metadata: Json): ObjectName | undefined {
  const labels = object(metadata.labels);
  const name = text(labels[SCALE_SET_NAME]);
  if (name === "") return undefined;
  return { namespace: text(labels[SCALE_SET_NAMESPACE]) || text(metadata.namespace), name };
}

const PHASES: Readonly<Record<string, RunnerPhase>> = {
  Running: "running",
  Succeeded: "finished",
  Failed: "failed",
  Outdated: "outdated",
};

/** Counted as ARC's own controller does: without a word it is pending, and one that is deleted counts no more. */
export function runnerFacts(item: Json): RunnerFacts {
  const metadata = object(item.metadata);
  const status = object(item.status);
  const object_ = { namespace: text(metadata.namespace), name: text(metadata.name) };
  const phase = PHASES[text(status.phase)] ?? "pending";
  return {
    object: object_,
    scaleSet: scaleSetOf(metadata) ?? { namespace: object_.namespace, name: "" },
    phase: metadata.deletionTimestamp === undefined ? phase : "deleting",
    created: time(metadata.creationTimestamp),
    reason: line(status.reason, 80),
    message: line(status.message),
    failures: Object.keys(object(status.failures)).length,
  };
}
