import { fleetJsonSchema, type JsonSchema } from "./fleetSchema.ts";

/** Renders docs/reference.md from the JSON Schema: one table per object, in the schema's own order. */

const EFFECT = " Effect of a change: ";

const INTRODUCTION = `# Reference of the fleet file

Generated from the schema in \`model/\` by \`npm run docs\`; do not edit.

A fleet is one object, written in TypeScript, YAML or JSON ([how](../README.md#your-own-fleet)). Unknown properties
are errors. [Units](units.md) tells how figures are written.

What a change does, where a table says so:

- *judged anew*: the figure is a record or a decision; capacity is judged with it, nothing is touched.
- *live*: takes effect at once, without a restart.
- *next boot*: is written to the domain's definition and takes effect when the VM next starts.
- *first boot*: is read by cloud-init on a VM's first boot only; an existing VM keeps what it has.
- *replace*: a new one is made; precious disks refuse it.
`;

export function renderReference(schema: JsonSchema = fleetJsonSchema()): string {
  const definitions = schema.$defs ?? {};
  const sections = Object.entries(definitions).map(([name, of]) => section(name, of, definitions));
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

type Definitions = Readonly<Record<string, JsonSchema>>;

function section(name: string, definition: JsonSchema, definitions: Definitions): string {
  const { meaning, effect } = split(definition.description);
  const about = effect ? `${meaning}\n\nEffect of a change, unless a row says otherwise: ${effect}` : meaning;
  const rows = definition.properties ? table(definition, definitions) : `${capital(freeKeys(definition))}.\n`;
  return `## ${name}\n\n${about}\n\n${rows}`;
}

/** The column of effects is left out where no property has one of its own. */
function table(definition: JsonSchema, definitions: Definitions): string {
  const rows = entries(definition, "", definitions).map(({ path, schema, meaning, effect, required }) => [
    `\`${path}\``,
    form(schema),
    required ? "required" : standard(schema),
    meaning,
    effect,
  ]);
  const head = ["Property", "Form", "Default", "Meaning", "Effect of a change"];
  const columns = rows.some((r) => r[4] !== "") ? 5 : 4;
  const line = (cells: readonly string[]) =>
    `| ${cells
      .slice(0, columns)
      .map((c) => c.replaceAll("|", "\\|"))
      .join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

interface Entry {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly meaning: string;
  readonly effect: string;
  readonly required: boolean;
}

/** The properties, and below each the properties of an object that has no section of its own. */
function entries(definition: JsonSchema, prefix: string, definitions: Definitions): Entry[] {
  return Object.entries(definition.properties ?? {}).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const required = definition.required?.includes(name) ?? false;
    const below = schema.items
      ? entries(schema.items, `${path}[].`, definitions)
      : entries(schema, `${path}.`, definitions);
    return [{ path, schema, required, ...words(schema, definitions) }, ...below];
  });
}

/** A property without words of its own has the meaning of the section that it refers to. */
function words(schema: JsonSchema, definitions: Definitions): { meaning: string; effect: string } {
  const own = split(schema.description);
  const section = schema.$ref && definitions[schema.$ref.replace("#/$defs/", "")];
  const meaning = own.meaning || (section ? split(section.description).meaning : "");
  return { meaning, effect: own.effect?.replace(/\.$/, "") ?? "" };
}

function form(schema: JsonSchema): string {
  if (schema.$ref) return link(schema.$ref);
  if (schema.items) return `list of ${itemForm(schema.items)}${schema.minItems ? ", not empty" : ""}`;
  if (schema.enum) return schema.enum.map(code).join(", ");
  if (schema.anyOf) return withExamples("text or number", schema);
  if (typeof schema.additionalProperties === "object") return freeKeys(schema);
  if (schema.format === "date") return "date, like `2026-05-03`";
  if (schema.type === "string") return withExamples("text", schema);
  if (schema.type === "integer") return `whole number${range(schema)}`;
  return schema.type ?? "any";
}

/** A list of objects without a section of their own shows their properties in the rows below it. */
const itemForm = (items: JsonSchema) => (items.properties ? "objects" : form(items));

function withExamples(type: string, schema: JsonSchema): string {
  return schema.examples ? `${type}, like ${schema.examples.map(code).join(" or ")}` : type;
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined) return "";
  // A million is the schema's guard against slips, not a limit that anybody works with.
  return maximum === undefined || maximum >= 1_000_000
    ? ` from ${minimum}`
    : ` from ${minimum} to ${maximum}`;
}

function freeKeys(schema: JsonSchema): string {
  const value = typeof schema.additionalProperties === "object" ? form(schema.additionalProperties) : "any";
  const keys = schema.propertyNames?.enum ? schema.propertyNames.enum.map(code).join(", ") : "free keys";
  return `object with ${keys}; each value: ${value}`;
}

function standard(schema: JsonSchema): string {
  if (schema.default === undefined) return "none";
  const text = JSON.stringify(schema.default);
  return text === "[]" ? "empty list" : text === "{}" ? "empty" : code(schema.default);
}

const link = (ref: string) => {
  const name = ref.replace("#/$defs/", "");
  return `[${name}](#${name.toLowerCase()})`;
};

const code = (value: unknown) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

function split(description = ""): { meaning: string; effect: string | undefined } {
  const [meaning = "", effect] = description.split(EFFECT);
  return { meaning, effect };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
