/** The parts of check and diff that all resources share. */
import * as z from "zod";
import { changeClass, classOf } from "../schema/changeClass.ts";
import { changesOf } from "../schema/changes.ts";
import { inner, propertiesOf } from "../schema/field.ts";
import type { ResourceSchema } from "../schema/resources.ts";
import type { CheckAnswer, CheckRequest, DiffAnswer, Notice } from "./resource.ts";
import { validate } from "./validation.ts";
import {
  isList,
  isProperties,
  type Properties,
  plainProperties,
  Secret,
  UNKNOWN,
  type Value,
} from "./values.ts";
import { variantFailures } from "./variants.ts";

/** Names a resource that has no name, marks secret inputs, and checks all of them against the schema. */
export function standardCheck(schema: ResourceSchema, request: CheckRequest): CheckAnswer {
  const inputs: Record<string, Value> = {};
  for (const [key, value] of Object.entries(request.after))
    if (value !== undefined && value !== null) inputs[key] = value;
  const failures = [];
  if (inputs.name === undefined && Object.hasOwn(schema.inputs.shape, "name")) {
    const kept = request.before.name;
    const name = kept !== undefined && kept !== null ? kept : request.autoname.name;
    if (name === undefined) {
      failures.push({
        property: "name",
        reason:
          "is required: the project's pulumi:autonaming configuration forbids names of the engine's choice",
      });
    } else {
      inputs.name = name;
    }
  }
  failures.push(...validate(schema.inputs, inputs), ...variantFailures(schema.inputs, inputs));
  return { inputs: markSecrets(schema.inputs, inputs), failures };
}

/** Marks what the schema calls secret, at any depth, so that it is encrypted in the state. */
function markSecrets(object: z.ZodObject, inputs: Properties): Properties {
  const fields = new Map(propertiesOf(object).map(([name, schema, meta]) => [name, { schema, meta }]));
  const out: Record<string, Value> = {};
  for (const [key, value] of Object.entries(inputs)) {
    const field = fields.get(key);
    if (value !== undefined)
      out[key] = field ? marked(field.schema, field.meta.secret === true, value) : value;
  }
  return out;
}

function marked(schema: z.ZodType, isSecret: boolean, value: Value): Value {
  if (value === UNKNOWN || value instanceof Secret) return value;
  if (isSecret) return new Secret(value);
  if (schema instanceof z.ZodObject && isProperties(value)) return markSecrets(schema, value);
  if (schema instanceof z.ZodArray && isList(value)) {
    const item = inner(schema.element as z.ZodType);
    return value.map((element) => marked(item, false, element));
  }
  return value;
}

/** Marks of what a thing was made from: another one means another thing; to set or drop one means nothing. */
const MARKS: ReadonlySet<string> = new Set([
  "Domain.generation",
  "Volume.generation",
  "Volume.create.content.sha256",
]);

/** All changes, and those that the table of change classes calls replacements. */
export function standardDiff(schema: ResourceSchema, before: Properties, after: Properties): DiffAnswer {
  const changes = changesOf(schema.inputs, plainProperties(before), plainProperties(after));
  const replaces = changes.filter(({ property, kind }) => {
    if (kind !== "update" && MARKS.has(`${schema.kind}.${property}`)) return false;
    return changeClass(schema.kind, property) === "replace";
  });
  return { changes, replaces: replaces.map((change) => change.path), deleteBeforeReplace: true };
}

/** The class of each changed property, as a preview says it; a replacement is shown by the engine. */
export function standardNotices(schema: ResourceSchema, before: Properties, after: Properties): Notice[] {
  const changes = changesOf(schema.inputs, plainProperties(before), plainProperties(after));
  const of = (wanted: string): string =>
    changes
      .filter((change) => classOf(schema.kind, change.property).class === wanted)
      .map((change) => change.path)
      .join(", ");
  const [live, later] = [of("live"), of("next-boot")];
  return [
    ...(live === "" ? [] : [{ severity: "info" as const, message: `changes live: ${live}` }]),
    ...(later === "" ? [] : [{ severity: "info" as const, message: `changes at the next start: ${later}` }]),
  ];
}
