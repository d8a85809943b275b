import type { PodFacts } from "./clusterFacts.ts";
import { type Json, line, object, objects, text } from "./kubeText.ts";
import { scaleSetOf } from "./liveRunner.ts";
import { podEnvelope } from "./podEnvelope.ts";
import { newReading } from "./resourceFigures.ts";

/** ARC's controller puts it on runner pods. */
export const RUNNER_LABEL = "actions-ephemeral-runner";
/** The hooks of container modes put it on what they start for a runner: its pod's name. */
const HOOK_LABEL = "runner-pod";

export function podFacts(item: Json): PodFacts {
  const metadata = object(item.metadata);
  const labels = object(metadata.labels);
  const spec = object(item.spec);
  const status = object(item.status);
  const isRunner = labels[RUNNER_LABEL] === "True";
  const isListener = labels["app.kubernetes.io/component"] === "runner-scale-set-listener";
  return {
    object: { namespace: text(metadata.namespace), name: text(metadata.name) },
    node: text(spec.nodeName),
    active: status.phase !== "Succeeded" && status.phase !== "Failed",
    scaleSet: isRunner || isListener ? scaleSetOf(metadata) : undefined,
    role: isRunner ? "runner" : isListener ? "listener" : undefined,
    runnerPod: text(labels[HOOK_LABEL]) || undefined,
    envelope: podEnvelope(spec, "spec", newReading(), status),
    trouble: troubleOf(status),
  };
}

/** Waiting reasons of a container that is on its way. */
const ON_ITS_WAY = new Set(["ContainerCreating", "PodInitializing", ""]);

function troubleOf(status: Json): string {
  if (status.phase === "Failed") return sentence(text(status.reason) || "Failed", failureOf(status));
  const unscheduled = objects(status.conditions).find(
    (c) => c.type === "PodScheduled" && c.status === "False",
  );
  if (unscheduled)
    return sentence(line(unscheduled.reason, 80) || "Unschedulable", line(unscheduled.message));
  for (const container of containersOf(status)) {
    const waiting = object(object(container.state).waiting);
    const reason = line(waiting.reason, 80);
    if (!ON_ITS_WAY.has(reason)) return sentence(reason, line(waiting.message));
  }
  return "";
}

function failureOf(status: Json): string {
  const said = line(status.message);
  if (said !== "") return said;
  for (const container of containersOf(status)) {
    const ended = object(object(container.state).terminated);
    if (typeof ended.exitCode === "number" && ended.exitCode !== 0)
      return `container ${text(container.name)} ended with exit code ${ended.exitCode}${ended.reason === "OOMKilled" ? " (OOMKilled)" : ""}`;
  }
  return "";
}

function containersOf(status: Json): Json[] {
  return [...objects(status.initContainerStatuses), ...objects(status.containerStatuses)];
}

function sentence(reason: string, message: string): string {
  return message === "" ? reason : `${reason}: ${message}`;
}
