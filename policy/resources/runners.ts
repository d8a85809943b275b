import type { Container, ScaleSet } from "../../model/scaleset.ts";
import { containerModes, MODE_CONTAINERS } from "../../model/scaleset.ts";
import { type Facts, isObject } from "../facts.ts";
import type { Plain, PlainObject } from "../plain.ts";
import {
  readAffinity,
  readContainers,
  readRuntimeClass,
  readSelector,
  readTolerations,
  refuseConstraints,
} from "./podspec.ts";

/**
 * The chart's name at the end of a path, an OCI reference or a package, whatever tag, digest or query follows:
 * `…/gha-runner-scale-set-0.14.2.tgz`, `…/gha-runner-scale-set@sha256:…`.
 */
const CHART = /(?:^|\/)gha-runner-scale-set(?:-\d[^/]*?\.tgz)?(?:[:@?#][^/]*)?\/?$/;

/** True if a Helm release's chart makes a runner scale set; the controller's chart does not. */
export function isScaleSetChart(chart: string): boolean {
  return CHART.test(chart);
}

/**
 * Where a release's values configure scale sets, as keys from `values` on: at the top for ARC's chart and for
 * a copy under another name, below a dependency's name or alias for a chart that contains it. The sign is
 * `githubConfigUrl`, which the chart demands. None for any other release.
 */
export function scaleSetPaths(chart: string, values: Plain | undefined): (readonly string[])[] {
  return isScaleSetChart(chart) ? [[]] : configured(values);
}

function configured(values: Plain | undefined): (readonly string[])[] {
  if (!isObject(values)) return [];
  if (Object.hasOwn(values, "githubConfigUrl")) return [[]];
  return Object.keys(values).flatMap((key) => configured(values[key]).map((rest) => [key, ...rest]));
}

/**
 * What a release cannot say, and a judged plan of the same stack can: the workflow pod of the hook template, and
 * what a runtime class costs.
 */
export type Declared = (scaleSet: string) => Pick<ScaleSet, "containers" | "runtimeClass"> | undefined;

/** Where the figures of a scale set are found: the chart's values, or the custom resource's `spec`. */
interface Source {
  readonly owner: PlainObject;
  /** Path of `owner` in the resource: `values` or `spec`. */
  readonly path: string;
  readonly labelsKey: string;
  /** Without `runnerScaleSetName`. */
  readonly fallbackName: string;
}

/**
 * The scale set of a Helm release of ARC's chart.
 * @param at where in `values` it is configured, as `scaleSetPaths` tells
 */
export function scaleSetFromRelease(
  facts: Facts,
  inputs: PlainObject,
  name: string,
  cluster: string,
  declared: Declared,
  at: readonly string[] = [],
): ScaleSet {
  const files = facts.get(inputs, "valueYamlFiles", "valueYamlFiles");
  if (files !== undefined && !(Array.isArray(files) && files.length === 0)) {
    facts.add({
      rule: "resource/unsupported-constraint",
      path: "valueYamlFiles",
      message: `\`valueYamlFiles\` of ${facts.subject} holds values that are not judged: it cannot be proven that it fits.`,
      remedy: "Give all values in `values`.",
    });
  }
  const fallbackName = facts.text(inputs, "name", "name") ?? name;
  let owner = facts.object(inputs, "values", "values");
  let path = "values";
  for (const key of at) {
    path = `${path}[${JSON.stringify(key)}]`;
    owner = facts.object(owner, key, path);
  }
  return readScaleSet(facts, { owner, path, labelsKey: "scaleSetLabels", fallbackName }, cluster, declared);
}

/** The scale set of an `AutoscalingRunnerSet`, however it was rendered. */
export function scaleSetFromRunnerSet(
  facts: Facts,
  inputs: PlainObject,
  name: string,
  cluster: string,
  declared: Declared,
): ScaleSet {
  const metadata = facts.object(inputs, "metadata", "metadata");
  const fallbackName = facts.text(metadata, "name", "metadata.name") ?? name;
  const owner = facts.object(inputs, "spec", "spec");
  const source = { owner, path: "spec", labelsKey: "runnerScaleSetLabels", fallbackName };
  return readScaleSet(facts, source, cluster, declared);
}

/**
 * Refuses a Patch that changes more than metadata: the scale set that it changes is not part of the stack, and
 * what it will be in the end is known to the API server alone.
 */
export function refusePatch(facts: Facts, inputs: PlainObject): void {
  const spec = facts.get(inputs, "spec", "spec");
  if (spec === undefined || (isObject(spec) && Object.keys(spec).length === 0)) return;
  facts.add({
    rule: "resource/unsupported-constraint",
    path: "spec",
    message: `\`spec\` of ${facts.subject} changes a scale set that the stack does not declare, which is not judged: it cannot be proven that it fits.`,
    remedy: "Declare the whole AutoscalingRunnerSet or its release in the stack, and change it there.",
  });
}

function readScaleSet(
  facts: Facts,
  { owner, path, labelsKey, fallbackName }: Source,
  cluster: string,
  declared: Declared,
): ScaleSet {
  const maxRunners = facts.required(
    facts.count(owner, "maxRunners", `${path}.maxRunners`, 0),
    `${path}.maxRunners`,
    "State `maxRunners`; without it ARC starts as many runners as there are jobs.",
  );
  const minRunners = facts.count(owner, "minRunners", `${path}.minRunners`, 0) ?? 0;
  if (maxRunners !== undefined && minRunners > maxRunners) {
    facts.invalid(`${path}.minRunners`, minRunners, `at most \`${path}.maxRunners\`, which is ${maxRunners}`);
  }
  const name = facts.text(owner, "runnerScaleSetName", `${path}.runnerScaleSetName`) || fallbackName;
  const template = facts.object(owner, "template", `${path}.template`);
  const specPath = `${path}.template.spec`;
  const spec = facts.object(template, "spec", specPath);
  const plan = declared(name);
  const affinity = readAffinity(spec);
  const runtimeClass = readRuntimeClass(spec, plan?.runtimeClass);
  refuseConstraints(facts, spec, specPath, { affinity, runtimeClass });
  const { containers: own, initContainers } = readContainers(facts, spec, specPath);
  const containerMode = readMode(facts, owner, path, own);
  const wanted = MODE_CONTAINERS[containerMode];
  const missing = (plan?.containers ?? []).filter((c) => c.name === "workflow" && wanted.includes(c.name));
  return {
    name,
    cluster,
    ...readScope(facts, owner, path),
    labels: readLabels(facts, owner, `${path}.${labelsKey}`, labelsKey) ?? [name],
    selector: readSelector(facts, spec, specPath),
    tolerations: readTolerations(facts, spec, specPath),
    ...(affinity === undefined ? {} : { affinity }),
    ...(runtimeClass === undefined ? {} : { runtimeClass }),
    minRunners,
    maxRunners: maxRunners ?? 0,
    runnerGroup: facts.text(owner, "runnerGroup", `${path}.runnerGroup`) || "default",
    containerMode,
    image: "",
    containers: [...own, ...missing],
    initContainers,
  };
}

/**
 * The chart's mode. A pod with a container `dind` is one in all but name: users write it out because the
 * chart's own has neither requests nor limits.
 */
function readMode(
  facts: Facts,
  owner: PlainObject,
  path: string,
  containers: readonly Container[],
): ScaleSet["containerMode"] {
  const type = facts.text(
    facts.object(owner, "containerMode", `${path}.containerMode`),
    "type",
    `${path}.containerMode.type`,
  );
  if (!type) return containers.some((c) => c.name === "dind") ? "dind" : "none";
  const known = containerModes.find((m) => m === type);
  if (known === undefined)
    facts.invalid(`${path}.containerMode.type`, type, `one of ${containerModes.slice(1).join(", ")}`);
  return known ?? "none";
}

/** `https://HOST/OWNER` or `https://HOST/OWNER/REPOSITORY`, an enterprise by its name. */
function readScope(facts: Facts, owner: PlainObject, path: string): Pick<ScaleSet, "scope" | "githubServer"> {
  const at = `${path}.githubConfigUrl`;
  const url = facts.required(
    facts.text(owner, "githubConfigUrl", at),
    at,
    "State the organisation or repository in `githubConfigUrl`.",
  );
  const [server, rest] = splitUrl(url ?? "");
  const parts = rest.split("/").filter((p) => p !== "");
  const scope = (parts[0] === "enterprises" ? parts.slice(1) : parts).slice(0, 2).join("/");
  return { scope, ...(server === undefined || GITHUB.test(server) ? {} : { githubServer: server }) };
}

const GITHUB = /^[a-z]+:\/\/(?:www\.)?github\.com$/;

/** The server, in lower case, and what is behind it; no server where the text begins with none. */
function splitUrl(url: string): [server: string | undefined, rest: string] {
  const [, server, rest] = /^([a-z]+:\/\/[^/]+)(.*)$/i.exec(url) ?? [];
  return [server?.toLowerCase(), rest ?? url];
}

function readLabels(facts: Facts, owner: PlainObject, path: string, key: string): string[] | undefined {
  const value = facts.get(owner, key, path);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  if (Array.isArray(value) && value.every((label) => typeof label === "string")) return value;
  facts.invalid(path, "a list with other things than texts", "a list of labels");
  return undefined;
}
