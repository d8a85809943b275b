import { z } from "zod";
import { type Cluster, cluster } from "./cluster.ts";
import { type Finding, FleetError, finding, sortFindings } from "./finding.ts";
import { type Host, host } from "./host.ts";
import { type Node, node } from "./node.ts";
import { outline } from "./outline.ts";
import { type Placement, placement } from "./placement.ts";
import { type PlacementRecord, placementRecord, withPlacements } from "./placements.ts";
import { type Policy, policy } from "./policy.ts";
import { nearest, propertiesAt } from "./properties.ts";
import { checkReferences } from "./references.ts";
import { withRollbacks } from "./rollback.ts";
import { type ScaleSet, scaleSet } from "./scaleset.ts";
import { type VM, vm } from "./vm.ts";
import { type Weights, weights, withWeights } from "./weight.ts";

/**
 * The single source of what a fleet is. Static types, validation, the JSON Schema for editors and the
 * reference in docs/ all come from `fleetSchema`.
 */
export const fleetSchema = z
  .strictObject({
    hosts: z.array(host).default([]).meta({ description: "Hypervisor hosts." }),
    vms: z.array(vm).default([]).meta({ description: "VMs on those hosts." }),
    clusters: z
      .array(cluster)
      .default([])
      .meta({ description: "Clusters in which more than nodes and scale sets is declared." }),
    nodes: z.array(node).default([]).meta({ description: "Cluster nodes that runners may land on." }),
    scaleSets: z.array(scaleSet).default([]).meta({ description: "ARC runner scale sets." }),
    placement: placement.prefault({}).meta({ description: "How VMs without a host are placed." }),
    placements: z
      .array(placementRecord)
      .default([])
      .meta({ description: "Placements that were made and are kept; `fleet place` writes them." }),
    weights: weights.default({}),
    policy: policy.prefault({}).meta({ description: "Operators' decisions with their evidence." }),
  })
  .meta({ id: "Fleet", title: "numafleet fleet", description: "A fleet as plain data." });

/** A fleet as people write it: figures with units, defaults left out. */
export type FleetInput = z.input<typeof fleetSchema>;
/** A checked fleet: integers in base units, defaults filled in, references resolved, rolled-back lanes put back,
 * recorded placements and weights applied. */
export interface Fleet {
  readonly hosts: readonly Host[];
  readonly vms: readonly VM[];
  readonly clusters: readonly Cluster[];
  readonly nodes: readonly Node[];
  readonly scaleSets: readonly ScaleSet[];
  readonly placement: Placement;
  readonly placements: readonly PlacementRecord[];
  readonly weights: Weights;
  readonly policy: Policy;
}

export type ParsedFleet =
  | { readonly fleet: Fleet; readonly findings: readonly [] }
  | { readonly fleet: undefined; readonly findings: readonly Finding[] };

/**
 * Checks a value against the schema and its inner references. All errors are returned at once; each names
 * the path, the value and what would be right.
 */
export function parseFleet(value: unknown): ParsedFleet {
  const result = fleetSchema.safeParse(value, { reportInput: true });
  const hidden = prototypeKeys(value).map(prototypeKey);
  if (result.success) {
    const findings = [...hidden, ...checkReferences(result.data)];
    return findings.length === 0
      ? { fleet: withPlacements(withWeights(withRollbacks(result.data))), findings: [] }
      : { fleet: undefined, findings: sortFindings(findings) };
  }
  const issues = result.error.issues.flatMap(toFindings);
  const told = new Set(issues.map((f) => f.path));
  return {
    fleet: undefined,
    findings: sortFindings([
      ...issues,
      ...hidden.filter((f) => !told.has(f.path)),
      ...checkReferences(outline(fleetSchema, value) ?? {}),
    ]),
  };
}

/** `parseFleet` for callers that want an exception. @throws FleetError with every finding */
export function requireFleet(value: unknown): Fleet {
  const parsed = parseFleet(value);
  if (parsed.fleet) return parsed.fleet;
  throw new FleetError("The fleet is not valid:", parsed.findings);
}

/** A fleet written in TypeScript: checked by the compiler now and by `parseFleet` when it is loaded. */
export function defineFleet(fleet: FleetInput): FleetInput {
  return fleet;
}

/** `vms[2].pins[0]`; keys that are no identifier are quoted. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => {
      if (typeof key === "number") return `[${key}]`;
      const text = String(key);
      if (!/^[A-Za-z_$][\w$]*$/.test(text)) return `[${JSON.stringify(text)}]`;
      return i === 0 ? text : `.${text}`;
    })
    .join("");
}

function toFindings(issue: z.core.$ZodIssue): Finding[] {
  if (issue.code === "unrecognized_keys") {
    const known = propertiesAt(fleetSchema, issue.path);
    return issue.keys.map((key) => unknownProperty(formatPath([...issue.path, key]), key, known));
  }
  if (issue.code === "invalid_key") return [invalidKey(issue)];
  const path = formatPath(issue.path);
  const where = path === "" ? "The fleet" : `\`${path}\``;
  const given = issue.input === undefined ? "is missing" : `is ${printable(issue.input)}`;
  const expected = issue.message.startsWith("expected") ? issue.message : expectation(issue);
  return [
    finding({
      rule: "model/invalid-value",
      path,
      subject: path === "" ? "fleet" : path,
      message: sentence(`${where} ${given}; ${expected}`),
      remedy: remedyFor(issue),
    }),
  ];
}

function unknownProperty(path: string, key: string, known: readonly string[] | undefined): Finding {
  const meant = nearest(key, known ?? []);
  const expected = meant ? `did you mean \`${meant}\`?` : known && `expected one of ${known.join(", ")}`;
  return finding({
    rule: "model/unknown-property",
    path,
    subject: path,
    message: sentence(`\`${path}\` is no property of a fleet${expected ? `; ${expected}` : ""}`),
    remedy: meant
      ? `Write \`${meant}\`, or remove it.`
      : "Remove it; docs/reference.md lists every property.",
  });
}

/**
 * Paths of the keys `__proto__`, which JSON can hold and zod drops without a word where keys are free.
 * No recursion: a text may nest its lists deeper than the call stack is.
 */
function prototypeKeys(root: unknown): PropertyKey[][] {
  const found: PropertyKey[][] = [];
  const seen = new Set<object>();
  const pending: Place[] = [];
  const visit = (place: Place) => {
    if (typeof place.value === "object" && place.value !== null) pending.push(place);
  };
  visit({ value: root, key: "", parent: undefined });
  for (let place = pending.pop(); place; place = pending.pop()) {
    const value = place.value as object;
    if (seen.has(value)) continue;
    seen.add(value);
    if (Object.hasOwn(value, "__proto__")) found.push([...pathTo(place), "__proto__"]);
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) visit({ value: value[i], key: i, parent: place });
    } else {
      for (const [key, inner] of Object.entries(value)) visit({ value: inner, key, parent: place });
    }
  }
  return found;
}

/** A value and the way to it; paths are written out only for what is found. */
interface Place {
  readonly value: unknown;
  readonly key: PropertyKey;
  readonly parent: Place | undefined;
}

function pathTo(place: Place): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at = place; at.parent; at = at.parent) path.unshift(at.key);
  return path;
}

function prototypeKey(path: readonly PropertyKey[]): Finding {
  return unknownProperty(formatPath(path), "__proto__", undefined);
}

function invalidKey(issue: z.core.$ZodIssueInvalidKey): Finding {
  const path = formatPath(issue.path);
  const owner = formatPath(issue.path.slice(0, -1));
  const reasons = issue.issues.map((i) => i.message).join("; ");
  return finding({
    rule: "model/invalid-value",
    path,
    subject: path,
    message: sentence(`\`${owner}\` has the key ${printable(issue.path.at(-1))}; ${reasons}`),
    remedy: "Rename the key, or remove it.",
  });
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_type") return `expected another value (${issue.message})`;
  if (issue.expected === "array") return "expected a list";
  const properties = issue.expected === "object" ? propertiesAt(fleetSchema, issue.path) : undefined;
  if (properties) return `expected an object with ${properties.join(", ")}`;
  return `expected ${issue.expected === "record" ? "an object" : issue.expected}`;
}

function remedyFor(issue: z.core.$ZodIssue): string {
  const form = "docs/reference.md tells its form";
  if (issue.path.length === 0) return "Write a fleet; docs/examples has some to start from.";
  if (issue.input === undefined) return `Add it; ${form}.`;
  if (issue.input === null) return "Give it a value; a property with a default may be left out.";
  if (issue.code === "invalid_type" && issue.expected === "array")
    return "Write a list; in YAML each entry begins with a dash.";
  if (issue.code === "invalid_type" && Array.isArray(issue.input))
    return "Write its properties without a list; in YAML without leading dashes.";
  return `Correct the value; ${form}.`;
}

/** Ends a sentence, unless a hint ended it already. */
function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** Shows a value in one line; a long or nested one is cut, since the path already says where it is. */
function printable(value: unknown): string {
  const text = typeof value === "object" || typeof value === "string" ? json(value) : scalar(value);
  const shown = text.replace(CREDENTIALS, "//...@");
  return shown.length <= 60 ? shown : `${shown.slice(0, 57)}...`;
}

/** User and password of an address, which no message repeats. */
const CREDENTIALS = /\/\/[^\s/@"]*@/g;

function scalar(value: unknown): string {
  return typeof value === "function" ? "a function" : String(value);
}

/** A fleet written in TypeScript may hold what JSON cannot: cycles, BigInts. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "an object that is no plain data";
  }
}
