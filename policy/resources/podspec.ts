import { affinity as affinitySchema, type NodeAffinity } from "../../model/affinity.ts";
import { parseCpu, parseQuantity, QuantityError } from "../../model/quantity.ts";
import type { Container, InitContainer, ScaleSet } from "../../model/scaleset.ts";
import type { Toleration } from "../../model/taint.ts";
import { type Facts, isObject } from "../facts.ts";
import type { Plain, PlainObject } from "../plain.ts";

type Resources = Container["requests"];
type Figure = keyof Resources;

const KEYS = { cpu: "cpu", memory: "memory", ephemeralStorage: "ephemeral-storage" } as const;
const FIGURES = Object.keys(KEYS) as Figure[];

/**
 * The runner pod's containers with their figures: `runner` and, if there is one, `dind`; whatever runs beside them
 * is a sidecar. An init container without figures is taken for none, as the chart's own has none.
 */
export function readContainers(
  facts: Facts,
  spec: PlainObject,
  path: string,
): Pick<ScaleSet, "containers" | "initContainers"> {
  const read = ({ item, at }: { item: PlainObject; at: string }): InitContainer => {
    const limits = readResources(facts, item, "limits", at);
    // A request that is absent is the limit: so the API server defaults it.
    const requests = { ...limits, ...readResources(facts, item, "requests", at) };
    const sidecar = item.restartPolicy === "Always";
    return { name: facts.text(item, "name", `${at}.name`) ?? "", image: "", sidecar, requests, limits };
  };
  const main = facts.objects(spec, "containers", `${path}.containers`).map(read);
  const before = facts.objects(spec, "initContainers", `${path}.initContainers`).map(read);
  const find = (name: "runner" | "dind"): Container[] => {
    const found = [...main, ...before.filter((c) => c.sidecar)].find((c) => c.name === name);
    return found ? [{ name, requests: found.requests, limits: found.limits }] : [];
  };
  const containers = [...find("runner"), ...find("dind")];
  if (containers[0]?.name !== "runner") return { containers: [], initContainers: [] };
  const isOther = ({ name }: InitContainer) => name !== "runner" && name !== "dind";
  return {
    containers,
    initContainers: [
      ...beside(before).filter((c) => isOther(c) && (c.sidecar || hasFigures(c))),
      ...main.filter(isOther).map((c) => ({ ...c, sidecar: true })),
    ],
  };
}

/**
 * The model starts `runner` and `dind` after all others. An init container that starts after one of them, as a
 * sidecar, runs beside it: its figures are added to the init container's.
 */
function beside(containers: readonly InitContainer[]): InitContainer[] {
  const started = { requests: {} as Resources, limits: {} as Resources };
  return containers.map((c) => {
    if (c.sidecar) {
      if (c.name === "runner" || c.name === "dind")
        for (const kind of ["requests", "limits"] as const) started[kind] = sum(started[kind], c[kind]);
      return c;
    }
    if (!hasFigures(c)) return c;
    return { ...c, requests: sum(c.requests, started.requests), limits: sum(c.limits, started.limits) };
  });
}

function sum(one: Resources, other: Resources): Resources {
  const total: Resources = { ...one };
  for (const figure of FIGURES) {
    const more = other[figure];
    if (more !== undefined) total[figure] = (total[figure] ?? 0) + more;
  }
  return total;
}

function hasFigures({ requests, limits }: InitContainer): boolean {
  return FIGURES.some((figure) => requests[figure] !== undefined || limits[figure] !== undefined);
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

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

/** Required node affinity; undefined without one, and where it is more than the model knows (`matchFields`). */
export function readAffinity(spec: PlainObject): NodeAffinity | undefined {
  const { affinity } = spec;
  const nodes = isObject(affinity) ? affinity.nodeAffinity : undefined;
  const required = isObject(nodes) ? nodes[REQUIRED] : undefined;
  if (!isObject(required)) return undefined;
  return affinitySchema.safeParse({ required: required.nodeSelectorTerms }).data;
}

/** The runtime class. A pod only names it; what it costs is in the cluster, and known here if the plan says it. */
export function readRuntimeClass(
  spec: PlainObject,
  declared: ScaleSet["runtimeClass"],
): ScaleSet["runtimeClass"] {
  return spec.runtimeClassName === declared?.name ? declared : undefined;
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

/** Refuses a pod whose placement depends on more than is judged. `read` is what was read of its placement. */
export function refuseConstraints(
  facts: Facts,
  spec: PlainObject,
  path: string,
  read: Pick<ScaleSet, "affinity" | "runtimeClass">,
): void {
  const affinity = facts.object(spec, "affinity", `${path}.affinity`);
  const required = Object.keys(affinity).flatMap((kind) => {
    const rules = affinity[kind];
    if (kind === "nodeAffinity" && read.affinity !== undefined) return [];
    return isObject(rules) && !isEmpty(rules[REQUIRED]) ? [`affinity.${kind}.${REQUIRED}`] : [];
  });
  const ports = ["containers", "initContainers"].flatMap((list) => {
    const containers = spec[list];
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((c, i) => (takesHostPort(c, spec) ? [`${list}[${i}].ports`] : []));
  });
  for (const name of [...CONSTRAINTS.filter((key) => !isEmpty(spec[key])), ...required, ...ports]) {
    if (name === "schedulerName" && spec[name] === "default-scheduler") continue;
    if (name === "runtimeClassName" && read.runtimeClass !== undefined) continue;
    facts.add({
      rule: "resource/unsupported-constraint",
      path: `${path}.${name}`,
      message: `\`${path}.${name}\` of ${facts.subject} steers its pods in a way that is not judged: it cannot be proven that it fits.`,
      remedy: "Steer them by `nodeSelector`, required node affinity and tolerations.",
    });
  }
}

/** A node has each of its ports once, and takes no second pod that asks for one. On its network every port is one. */
function takesHostPort(container: Plain, { hostNetwork }: PlainObject): boolean {
  const ports = isObject(container) ? container.ports : undefined;
  if (!Array.isArray(ports)) return false;
  return ports.some((port) => isObject(port) && (hostNetwork === true || Number(port.hostPort) > 0));
}

function isEmpty(value: Plain | undefined): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}
