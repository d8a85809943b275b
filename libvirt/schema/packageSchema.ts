/** schema.json: the package as Pulumi's engine and code generators see it. */
import * as z from "zod";
import { type FieldMeta, inner, propertiesOf, structs } from "./field.ts";
import { provider } from "./provider.ts";
import { RESOURCES, type ResourceSchema } from "./resources.ts";

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** The token of a named object type. */
export function typeToken(name: string): string {
  return `libvirt:index/${name}:${name}`;
}

/** The name of the object type that a schema has; undefined for any other schema. */
export function structName(schema: z.ZodType): string | undefined {
  return structs.get(schema)?.name;
}

function typeOf(schema: z.ZodType): { [key: string]: Json } {
  if (schema instanceof z.ZodArray)
    return { type: "array", items: typeOf(inner(schema.element as z.ZodType)) };
  if (schema instanceof z.ZodBoolean) return { type: "boolean" };
  if (schema instanceof z.ZodNumber) return { type: "number" };
  const name = structName(schema);
  return name === undefined ? { type: "string" } : { $ref: `#/types/${typeToken(name)}` };
}

function property(schema: z.ZodType, meta: FieldMeta): { [key: string]: Json } {
  return { ...typeOf(schema), description: meta.doc, ...(meta.secret ? { secret: true } : {}) };
}

function properties(object: z.ZodObject): { [key: string]: Json } {
  return Object.fromEntries(
    propertiesOf(object).map(([name, schema, meta]) => [name, property(schema, meta)]),
  );
}

/** The properties that must be given. */
export function requiredOf(object: z.ZodObject): string[] {
  return Object.entries(object.shape)
    .filter(([, schema]) => !(schema instanceof z.ZodOptional))
    .map(([name]) => name);
}

/** Whether a resource has a name, which the provider gives it where the program does not. */
export function isNamed(inputs: z.ZodObject): boolean {
  return Object.hasOwn(inputs.shape, "name");
}

/** All named object types below an object, each once, in the order in which they appear. */
export function typesBelow(
  object: z.ZodObject,
  found = new Map<string, z.ZodObject>(),
): Map<string, z.ZodObject> {
  for (const [, schema] of propertiesOf(object)) {
    const item = schema instanceof z.ZodArray ? inner(schema.element as z.ZodType) : schema;
    if (!(item instanceof z.ZodObject)) continue;
    const name = structName(item);
    if (name === undefined || found.has(name)) continue;
    found.set(name, item);
    typesBelow(item, found);
  }
  return found;
}

/** All named object types of a resource's inputs and outputs. */
export function resourceTypes({ inputs, outputs }: ResourceSchema): Map<string, z.ZodObject> {
  return typesBelow(outputs, typesBelow(inputs));
}

/** The whole schema. */
export function packageSchema(version: string): Json {
  const types: { [token: string]: Json } = {};
  const resources: { [token: string]: Json } = {};
  for (const resource of RESOURCES) {
    for (const [name, object] of resourceTypes(resource)) {
      const required = requiredOf(object);
      types[typeToken(name)] = {
        type: "object",
        description: structs.get(object)?.doc ?? "",
        properties: properties(object),
        ...(required.length > 0 ? { required } : {}),
      };
    }
    resources[resource.token] = {
      description: structs.get(resource.inputs)?.doc ?? "",
      inputProperties: properties(resource.inputs),
      requiredInputs: requiredOf(resource.inputs),
      properties: { ...properties(resource.inputs), ...properties(resource.outputs) },
      required: [
        ...(isNamed(resource.inputs) ? ["name"] : []),
        ...requiredOf(resource.inputs),
        ...requiredOf(resource.outputs),
      ],
    };
  }
  return {
    name: "libvirt",
    version,
    displayName: "libvirt",
    description:
      "Virtual machines, volumes, pools and networks of libvirt hosts, changed without restarting guests.",
    license: "Apache-2.0",
    keywords: ["pulumi", "libvirt", "kvm", "numa", "category/infrastructure"],
    config: { variables: properties(provider) },
    provider: { description: structs.get(provider)?.doc ?? "", inputProperties: properties(provider) },
    types,
    resources,
  };
}
