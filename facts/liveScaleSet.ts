import type { NodeAffinity } from "../model/affinity.ts";
import type { Toleration } from "../model/taint.ts";
import type { ScaleSetFacts } from "./clusterFacts.ts";
import { count, isObject, type Json, labelsOf, line, object, objects, text, texts } from "./kubeText.ts";
import { podEnvelope } from "./podEnvelope.ts";
import { newReading } from "./resourceFigures.ts";

/** What ARC's own AutoscalingRunnerSet says, as the chart of 0.14.2 renders it and as anybody may edit it. */
export function scaleSetFacts(item: Json): ScaleSetFacts {
  const metadata = object(item.metadata);
  const spec = object(item.spec);
  const pod = object(object(spec.template).spec);
  const reading = newReading();
  const envelope = podEnvelope(pod, "template.spec", reading);
  const constraints = constraintsOf(pod);
  const affinity = affinityOf(pod, constraints);
  const tolerations = tolerationsOf(pod, constraints);
  const runner = objects(pod.containers).find((c) => c.name === "runner");
  const counts = [
    ...countFault("minimum", "minRunners", spec.minRunners),
    ...countFault("maximum", "maxRunners", spec.maxRunners),
  ];
  return {
    object: { namespace: text(metadata.namespace), name: text(metadata.name) },
    name: text(spec.runnerScaleSetName) || text(metadata.name),
    scope: scopeOf(text(spec.githubConfigUrl)),
    runnerGroup: text(spec.runnerGroup).replace(/^(default)?$/i, "default"),
    labels: texts(spec.runnerScaleSetLabels),
    minRunners: count(spec.minRunners) ?? 0,
    maxRunners: count(spec.maxRunners),
    selector: labelsOf(pod.nodeSelector),
    tolerations,
    affinity,
    priorityClass: text(pod.priorityClassName),
    runtimeClass: text(pod.runtimeClassName),
    mode: modeOf(pod, runner),
    image: text(runner?.image),
    envelope: runner ? envelope : { ...envelope, missing: ["container runner", ...envelope.missing] },
    constraints: [...constraints, ...[...reading.others].sort().map((name) => `requests of ${name}`)],
    faults: [...counts.map((c) => c.fault), ...reading.faults],
    unread: [...counts.map((c) => c.of), ...(reading.faults.length > 0 ? (["envelope"] as const) : [])],
    phase: text(object(item.status).phase),
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

function countFault<Of extends "minimum" | "maximum">(of: Of, property: string, value: unknown) {
  if (value === undefined || value === null || count(value) !== undefined) return [];
  const shown = line(JSON.stringify(value), 60);
  return [{ of, fault: `\`${property}\` is ${shown}, expected a whole number from 0` }];
}

/** `https://HOST/OWNER[/REPOSITORY]` or `…/enterprises/NAME`; GitHub's own host goes without saying. */
export function scopeOf(url: string): string {
  const [, host = "", path = ""] = /^[a-z]+:\/\/([^/]+)\/*(.*)$/i.exec(url) ?? [];
  const parts =
    (host === "" ? url : path)
      .split(/[?#]/)[0]
      ?.split("/")
      .filter((p) => p !== "") ?? [];
  const scope = parts.slice(0, 2).join("/");
  return host === "" || /^(www\.)?github\.com$/i.test(host) ? scope : `${host.toLowerCase()}/${scope}`;
}

const HOOKS = "ACTIONS_RUNNER_CONTAINER_HOOKS";

/** The chart's mode leaves no field behind: it is told by what it makes of the pod. */
function modeOf(pod: Json, runner: Json | undefined): ScaleSetFacts["mode"] {
  const hooks = objects(runner?.env).find((e) => e.name === HOOKS)?.value;
  if (typeof hooks === "string") return hooks.includes("k8s-novolume") ? "kubernetes-novolume" : "kubernetes";
  const all = [...objects(pod.containers), ...objects(pod.initContainers)];
  return all.some((c) => c.name === "dind") ? "dind" : "none";
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

/** One that is not understood tolerates nothing here, and is told. */
export function tolerationsOf(pod: Json, constraints: string[]): Toleration[] {
  return objects(pod.tolerations).flatMap((item): Toleration[] => {
    const operator = text(item.operator) || "Equal";
    const effect = EFFECTS.find((e) => e === item.effect);
    const key = text(item.key);
    if ((operator !== "Equal" && operator !== "Exists") || (item.effect && effect === undefined)) {
      constraints.push(`a toleration with ${operator} and ${text(item.effect) || "no effect"}`);
      return [];
    }
    return [
      {
        ...(key ? { key } : {}),
        operator,
        value: text(item.value),
        ...(effect ? { effect } : {}),
      },
    ];
  });
}

/** What decides where a pod runs beside selector, taints and resources. A scheduler that is not the default one counts. */
const STEERING = ["nodeName", "schedulerName", "topologySpreadConstraints", "resourceClaims"];
const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

function constraintsOf(pod: Json): string[] {
  const affinity = object(pod.affinity);
  const required = Object.keys(affinity).filter((kind) => {
    if (kind === "nodeAffinity") return false;
    const rules = object(affinity[kind])[REQUIRED];
    return Array.isArray(rules) ? rules.length > 0 : isObject(rules);
  });
  const steering = STEERING.filter((name) => {
    const value = pod[name];
    if (value === undefined || value === null || value === "") return false;
    if (Array.isArray(value)) return value.length > 0;
    return !(name === "schedulerName" && value === "default-scheduler");
  });
  const ports = objects(pod.containers).some((c) =>
    objects(c.ports).some((p) => pod.hostNetwork === true || Number(p.hostPort) > 0),
  );
  return [...steering, ...required.map((kind) => `affinity.${text(kind)}`), ...(ports ? ["hostPort"] : [])];
}

const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] as const;

/** Required node affinity; a term without conditions matches no node, and is left out. */
function affinityOf(pod: Json, constraints: string[]): NodeAffinity | undefined {
  const required = object(object(object(pod.affinity).nodeAffinity)[REQUIRED]);
  if (!Array.isArray(required.nodeSelectorTerms)) return undefined;
  const terms = objects(required.nodeSelectorTerms).map((term) => {
    if (objects(term.matchFields).length > 0) constraints.push("affinity.nodeAffinity by matchFields");
    const matchExpressions = objects(term.matchExpressions).flatMap((e) => {
      const operator = OPERATORS.find((o) => o === e.operator);
      if (operator) return [{ key: text(e.key), operator, values: texts(e.values) }];
      constraints.push(`affinity.nodeAffinity by ${text(e.operator) || "no operator"}`);
      return [];
    });
    return { matchExpressions };
  });
  return { required: terms.filter((t) => t.matchExpressions.length > 0) };
}
