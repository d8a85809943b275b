import { z } from "zod";
import { fleetSchema } from "../../model/fleet.ts";

/** What this repository uses of JSON Schema 2020-12, as zod writes it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** The schema of a fleet as people write it, for editors and other validators. */
export function fleetJsonSchema(): JsonSchema {
  return z.toJSONSchema(fleetSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves the default out where the value is transformed; ours are the same in both forms.
      const def = zodSchema._zod.def;
      if (def.type === "default" && jsonSchema.default === undefined) {
        jsonSchema.default = def.defaultValue as z.core.JSONSchema.JSONSchema["default"];
      }
    },
  }) as JsonSchema;
}

/** The file's text. */
export function renderFleetJsonSchema(): string {
  return `${JSON.stringify(fleetJsonSchema(), null, 2)}\n`;
}
