import { z } from "zod";
import { type Finding, FleetError, finding, sortFindings } from "./finding.ts";
import { type Host, host } from "./host.ts";
import { type Node, node } from "./node.ts";
import { type Policy, policy } from "./policy.ts";
import { checkReferences } from "./references.ts";
import { type ScaleSet, scaleSet } from "./scaleset.ts";
import { type VM, vm } from "./vm.ts";

/**
 * The single source of what a fleet is. Static types, validation, the JSON Schema for editors and the
 * reference in docs/ all come from `fleetSchema`.
 */
export const fleetSchema = z
  .strictObject({
    hosts: z.array(host).default([]).meta({ description: "Hypervisor hosts." }),
    vms: z.array(vm).default([]).meta({ description: "VMs on those hosts." }),
    nodes: z.array(node).default([]).meta({ description: "Cluster nodes that runners may land on." }),
    scaleSets: z.array(scaleSet).default([]).meta({ description: "ARC runner scale sets." }),
    policy: policy.prefault({}).meta({ description: "Operators' decisions with their evidence." }),
  })
  .meta({ id: "Fleet", title: "numafleet fleet", description: "A fleet as plain data." });

/** A fleet as people write it: figures with units, defaults left out. */
export type FleetInput = z.input<typeof fleetSchema>;
/** A checked fleet: integers in base units, defaults filled in, references resolved. */
export interface Fleet {
  readonly hosts: readonly Host[];
  readonly vms: readonly VM[];
  readonly nodes: readonly Node[];
  readonly scaleSets: readonly ScaleSet[];
  readonly policy: Policy;
}

export type ParsedFleet =
  | { readonly fleet: Fleet; readonly findings: readonly [] }
  | { readonly fleet: undefined; readonly findings: readonly Finding[] };

/**
 * Checks a value against the schema and its inner references. All errors are returned at once; each names
 * the path, the value and what would be right. References are checked only once every field is sound, since
 * a list with a hole in it would blame the innocent.
 */
export function parseFleet(value: unknown): ParsedFleet {
  const result = fleetSchema.safeParse(value, { reportInput: true });
  const findings = result.success ? checkReferences(result.data) : result.error.issues.flatMap(toFindings);
  if (findings.length > 0 || !result.success) return { fleet: undefined, findings: sortFindings(findings) };
  return { fleet: result.data, findings: [] };
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
    return issue.keys.map((key) => {
      const path = formatPath([...issue.path, key]);
      return finding({
        rule: "model/unknown-property",
        path,
        subject: path,
        message: `\`${path}\` is no property of a fleet.`,
        remedy: "Remove it, or correct its spelling; docs/reference.md lists every property.",
      });
    });
  }
  const path = formatPath(issue.path);
  const where = path === "" ? "The fleet" : `\`${path}\``;
  const expected =
    issue.code === "custom" || issue.message.startsWith("expected") ? issue.message : expectation(issue);
  const given = issue.input === undefined ? "is missing" : `is ${printable(issue.input)}`;
  return [
    finding({
      rule: "model/invalid-value",
      path,
      subject: path === "" ? "fleet" : path,
      message: `${where} ${given}; ${expected}.`,
      remedy: "Correct the value; docs/reference.md tells its form.",
    }),
  ];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type")
    return `expected ${issue.expected === "array" ? "a list" : `a value of type ${issue.expected}`}`;
  if (issue.code === "invalid_key")
    return `expected another key (${issue.issues.map((i) => i.message).join("; ")})`;
  return `expected another value (${issue.message})`;
}

/** Shows a value in one line; a long or nested one is cut, since the path already says where it is. */
function printable(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
