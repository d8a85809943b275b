import { podLimits, podRequests } from "../../capacity/runners/podRequest.ts";
import { parseCpu, parseQuantity, QuantityError } from "../../model/quantity.ts";
import type { Container } from "../../model/scaleset.ts";
import type { Toleration } from "../../model/taint.ts";
import { type Facts, isObject } from "../facts.ts";
import type { Plain, PlainObject } from "../plain.ts";

type Resources = Container["requests"];
type Figure = keyof Resources;

const KEYS = { cpu: "cpu", memory: "memory", ephemeralStorage: "ephemeral-storage" } as const;
const FIGURES = Object.keys(KEYS) as Figure[];

/**
 * The runner pod's containers with their figures: `runner` and, if there is one, `dind`. The model knows no
 * other containers of the pod, so sidecars are added to the runner, and a sidecar without a figure leaves the
 * runner without it. Where an init container asks for more than runs afterwards, the runner is raised to what
 * the scheduler counts; one without figures is taken for none, as the chart's own has none.
 */
export function readContainers(facts: Facts, spec: PlainObject, path: string): Container[] {
  const read = ({ item, at }: { item: PlainObject; at: string }): Named => {
    const limits = readResources(facts, item, "limits", at);
    // A request that is absent is the limit: so the API server defaults it.
    const requests = { ...limits, ...readResources(facts, item, "requests", at) };
    const sidecar = item.restartPolicy === "Always";
    return { name: facts.text(item, "name", `${at}.name`) ?? "", requests, limits, sidecar };
  };
  const containers = facts.objects(spec, "containers", `${path}.containers`).map(read);
  const initContainers = facts.objects(spec, "initContainers", `${path}.initContainers`).map(read);
  const running = [...containers, ...initContainers.filter((c) => c.sidecar)];
  const runner = running.find((c) => c.name === "runner");
  if (runner === undefined) return [];
  const dind = running.find((c) => c.name === "dind");
  const own = running.filter((c) => c !== dind);
  const pod = { containers, initContainers };
  const whole = (kind: "requests" | "limits", figures: Readonly<Record<string, number>>) => {
    const most: Resources = {};
    for (const figure of FIGURES) {
      // A figure that one of them lacks is unknown of them all.
      if (own.some((c) => c[kind][figure] === undefined)) continue;
      most[figure] = (figures[figure] ?? 0) - (dind?.[kind][figure] ?? 0);
    }
    return most;
  };
  return [
    {
      name: "runner",
      requests: whole("requests", podRequests(pod)),
      limits: whole("limits", podLimits(pod)),
    },
    ...(dind ? [{ name: "dind" as const, requests: dind.requests, limits: dind.limits }] : []),
  ];
}

interface Named {
  readonly name: string;
  readonly requests: Resources;
  readonly limits: Resources;
  readonly sidecar: boolean;
}

function readResources(
  facts: Facts,
  container: PlainObject,
  kind: "requests" | "limits",
  at: string,
): Resources {
  const path = `${at}.resources.${kind}`;
  const stated = facts.object(facts.object(container, "resources", `${at}.resources`), kind, path);
  const resources: Resources = {};
  refuseOthers(facts, stated, path);
  for (const figure of FIGURES) {
    const key = KEYS[figure];
    const value = facts.get(stated, key, `${path}.${key}`);
    if (value === undefined) continue;
    const read = readQuantity(facts, value, figure, `${path}.${key}`);
    if (read !== undefined) resources[figure] = read;
  }
  return resources;
}

/** Nodes of a budget state no devices and no hugepages: whether a pod that asks for them has a seat is not known. */
function refuseOthers(facts: Facts, stated: PlainObject, path: string): void {
  const known: readonly string[] = Object.values(KEYS);
  for (const key of Object.keys(stated)) {
    if (known.includes(key) || `${String(stated[key])}` === "0") continue;
    facts.add({
      rule: "resource/unsupported-constraint",
      path: `${path}[${JSON.stringify(key)}]`,
      message: `\`${path}\` of ${facts.subject} asks for ${key}, which the budget's nodes do not state: it cannot be proven that it fits.`,
      remedy: "Ask for cpu, memory and ephemeral-storage only.",
    });
  }
}

function readQuantity(facts: Facts, value: Plain, figure: Figure, path: string): number | undefined {
  const expected =
    figure === "cpu" ? 'a CPU quantity, like "4" or "500m"' : 'a quantity, like "8Gi" or "66G"';
  try {
    if (typeof value !== "string" && typeof value !== "number") throw new QuantityError(expected);
    return figure === "cpu" ? parseCpu(value, "demand") : parseQuantity(value, "demand");
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    facts.invalid(path, value, expected);
    return undefined;
  }
}

/** The node selector; what is no text is refused. */
export function readSelector(facts: Facts, spec: PlainObject, path: string): Record<string, string> {
  const selector = facts.object(spec, "nodeSelector", `${path}.nodeSelector`);
  const labels: Record<string, string> = {};
  for (const key of Object.keys(selector)) {
    const value = facts.text(selector, key, `${path}.nodeSelector[${JSON.stringify(key)}]`);
    if (value !== undefined) labels[key] = value;
  }
  return labels;
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

export function readTolerations(facts: Facts, spec: PlainObject, path: string): Toleration[] {
  return facts.objects(spec, "tolerations", `${path}.tolerations`).map(({ item, at }) => {
    const key = facts.text(item, "key", `${at}.key`);
    const effect = facts.text(item, "effect", `${at}.effect`);
    const known = EFFECTS.find((e) => e === effect);
    const operator = facts.text(item, "operator", `${at}.operator`) || "Equal";
    if (operator !== "Equal" && operator !== "Exists") {
      facts.invalid(`${at}.operator`, operator, "Equal or Exists");
    }
    if (effect && known === undefined) facts.invalid(`${at}.effect`, effect, `one of ${EFFECTS.join(", ")}`);
    return {
      ...(key ? { key } : {}),
      operator: operator === "Exists" ? "Exists" : "Equal",
      value: facts.text(item, "value", `${at}.value`) ?? "",
      ...(known ? { effect: known } : {}),
    };
  });
}

/** What the placement does not model, ways to steer a pod and requests of the pod as a whole: with one of them a placement proves nothing. */
const CONSTRAINTS = [
  "resources",
  "resourceClaims",
  "nodeName",
  "schedulerName",
  "runtimeClassName",
  "topologySpreadConstraints",
  "overhead",
];

/** Refuses a pod whose placement depends on more than selector, taints and allocatable. */
export function refuseConstraints(facts: Facts, spec: PlainObject, path: string): void {
  const affinity = facts.object(spec, "affinity", `${path}.affinity`);
  const required = Object.keys(affinity).flatMap((kind) => {
    const rules = affinity[kind];
    const key = "requiredDuringSchedulingIgnoredDuringExecution";
    return isObject(rules) && !isEmpty(rules[key]) ? [`affinity.${kind}.${key}`] : [];
  });
  for (const name of [...CONSTRAINTS.filter((key) => !isEmpty(spec[key])), ...required]) {
    if (name === "schedulerName" && spec[name] === "default-scheduler") continue;
    facts.add({
      rule: "resource/unsupported-constraint",
      path: `${path}.${name}`,
      message: `\`${path}.${name}\` of ${facts.subject} steers its pods in a way that is not judged: it cannot be proven that it fits.`,
      remedy: "Steer them by `nodeSelector` and tolerations.",
    });
  }
}

function isEmpty(value: Plain | undefined): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}
