/** The parts of check and diff that all resources share. */
import type * as z from "zod";
import { changeClass } from "../schema/changeClass.ts";
import { changesOf } from "../schema/changes.ts";
import { propertiesOf } from "../schema/field.ts";
import type { ResourceSchema } from "../schema/resources.ts";
import type { CheckAnswer, CheckRequest, DiffAnswer } from "./resource.ts";
import { validate } from "./validation.ts";
import { type Properties, plainProperties, Secret, UNKNOWN, type Value } from "./values.ts";

/** Names a resource that has no name, marks secret inputs, and checks all of them against the schema. */
export function standardCheck(schema: ResourceSchema, request: CheckRequest): CheckAnswer {
  const inputs: Record<string, Value> = {};
  for (const [key, value] of Object.entries(request.after))
    if (value !== undefined && value !== null) inputs[key] = value;
  const failures = [];
  if (inputs.name === undefined) {
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
  failures.push(...validate(schema.inputs, inputs));
  return { inputs: markSecrets(schema.inputs, inputs), failures };
}

function markSecrets(object: z.ZodObject, inputs: Readonly<Record<string, Value>>): Properties {
  const secret = new Set(propertiesOf(object).flatMap(([name, , meta]) => (meta.secret ? [name] : [])));
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      secret.has(key) && value !== UNKNOWN && !(value instanceof Secret) ? new Secret(value) : value,
    ]),
  );
}

/** All changes, and those that the table of change classes calls replacements. */
export function standardDiff(schema: ResourceSchema, before: Properties, after: Properties): DiffAnswer {
  const changes = changesOf(schema.inputs, plainProperties(before), plainProperties(after));
  const replaces = changes.filter((change) => changeClass(schema.kind, change.property) === "replace");
  return { changes, replaces: replaces.map((change) => change.path), deleteBeforeReplace: true };
}
