/** The generated part of the Node.js SDK: plain types of the objects, and one class per resource. */
import * as z from "zod";
import { type FieldMeta, inner, propertiesOf, structs } from "./field.ts";
import { requiredOf, resourceTypes, structName } from "./packageSchema.ts";
import { RESOURCES, type ResourceSchema } from "./resources.ts";

const HEADER = "// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.\n";

/** The formatter's line width (biome.json). */
const LINE_WIDTH = 110;

/** Which file of sdk/types a type goes to: the first prefix that fits. */
const GROUPS: readonly (readonly [string, string])[] = [
  ["DomainDevicesDisk", "disk"],
  ["DomainDevicesInterfaceVirtualPort", "virtualPort"],
  ["DomainDevicesInterface", "networkInterface"],
  ["DomainDevicesSerial", "character"],
  ["DomainDevicesConsole", "character"],
  ["DomainDevicesChannel", "character"],
  ["DomainDevicesHostdev", "hostdev"],
  ["DomainDevicesGraphic", "graphics"],
  ["DomainDevicesVideo", "video"],
  ["DomainDevices", "devices"],
  ["DomainCpuTune", "cpuTune"],
  ["DomainCpu", "cpu"],
  ["DomainOs", "os"],
  ["DomainFeaturesCapabilities", "capabilities"],
  ["DomainFeaturesHyperV", "hyperV"],
  ["DomainFeatures", "features"],
  ["Domain", "domain"],
  ["HostTuning", "tuning"],
  ["NetworkPortGroup", "networkPort"],
  ["NetworkVirtualPort", "networkPort"],
  ["NetworkVlan", "networkPort"],
  ["Network", "network"],
  ["", "storage"],
];

function groupOf(name: string): string {
  const group = GROUPS.find(([prefix]) => name.startsWith(prefix));
  if (!group) throw new Error(`no file for the type ${name}`);
  return group[1];
}

function typeText(schema: z.ZodType, scope: string): string {
  if (schema instanceof z.ZodArray)
    return `readonly ${typeText(inner(schema.element as z.ZodType), scope)}[]`;
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodNumber) return "number";
  const name = structName(schema);
  return name === undefined ? "string" : `${scope}${name}`;
}

function comment(text: string, indent: string): string {
  return `${indent}/** ${text.replaceAll("*/", "*\\/")} */\n`;
}

function member(name: string, schema: z.ZodType, meta: FieldMeta, required: boolean): string {
  const type = typeText(schema, "types.");
  return `${comment(meta.doc, "  ")}${declared(name, type, required)}`;
}

/** A property as the formatter writes it: a type that does not fit on the line gets lines of its own. */
function declared(name: string, type: string, required: boolean): string {
  const line = `  readonly ${name}${required ? `: ${type}` : `?: ${type} | undefined`};`;
  return line.length <= LINE_WIDTH || required
    ? `${line}\n`
    : `  readonly ${name}?:\n    | ${type}\n    | undefined;\n`;
}

function interfaceText(name: string, object: z.ZodObject): string {
  const required = new Set(requiredOf(object));
  const members = propertiesOf(object).map(([key, schema, meta]) =>
    member(key, schema, meta, required.has(key)),
  );
  return `${comment(structs.get(object)?.doc ?? name, "")}export interface ${name} {\n${members.join("")}}\n`;
}

/** Lines of a file of types from which on it is divided, and those that make a file of their own worth while. */
const LONG = 400;
const WORTHWHILE = 80;

interface Declaration {
  readonly name: string;
  readonly text: string;
}

function typeFiles(): Map<string, string> {
  const groups = new Map<string, Declaration[]>();
  for (const resource of RESOURCES) {
    for (const [name, object] of resourceTypes(resource)) {
      const group = groupOf(name);
      groups.set(group, [...(groups.get(group) ?? []), { name, text: interfaceText(name, object) }]);
    }
  }
  const parts = [...groups].flatMap(([group, declarations]) => {
    const prefix = GROUPS.find(([, name]) => name === group)?.[0] ?? "";
    return divided(
      group,
      GROUPS.filter(([, name]) => name === group).length === 1 ? prefix : "",
      declarations,
    );
  });
  const files = new Map<string, string>();
  for (const [file, declarations] of parts.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const body = declarations.map(({ text }) => text).join("\n");
    const needs = body.includes("types.") ? 'import type * as types from "./index.ts";\n' : "";
    files.set(`types/${file}.ts`, `${HEADER}${needs}\n${body}`);
  }
  const index = [...files.keys()].map((file) => `export type * from "./${file.slice("types/".length)}";\n`);
  files.set("types/index.ts", `${HEADER}\n${index.join("")}`);
  return files;
}

/** A group as files: one that is too long is divided by the next word of its types' names, `disk` into `diskSource`. */
function divided(
  file: string,
  prefix: string,
  declarations: readonly Declaration[],
): [string, readonly Declaration[]][] {
  if (linesOf(declarations) <= LONG) return [[file, declarations]];
  const byWord = new Map<string, Declaration[]>();
  for (const declaration of declarations) {
    const word = /^[A-Z][a-z0-9]*/.exec(declaration.name.slice(prefix.length))?.[0] ?? "";
    byWord.set(word, [...(byWord.get(word) ?? []), declaration]);
  }
  const apart = [...byWord].filter(([word, part]) => word !== "" && linesOf(part) >= WORTHWHILE);
  if (apart.length === 0) return [[file, declarations]];
  const rest = declarations.filter((declaration) => !apart.some(([, part]) => part.includes(declaration)));
  return [
    ...(rest.length > 0 ? ([[file, rest]] as [string, Declaration[]][]) : []),
    ...apart.flatMap(([word, part]) => divided(`${file}${word}`, `${prefix}${word}`, part)),
  ];
}

function linesOf(declarations: readonly Declaration[]): number {
  return declarations.reduce((sum, { text }) => sum + text.split("\n").length, 0);
}

function argument(name: string, schema: z.ZodType, meta: FieldMeta, required: boolean): string {
  const type = `Inputs<${typeText(schema, "types.")}>`;
  return `${comment(meta.doc, "  ")}${declared(name, type, required)}`;
}

function output(name: string, schema: z.ZodType, meta: FieldMeta, present: boolean): string {
  const type = `${typeText(schema, "types.")}${present ? "" : " | undefined"}`;
  return `${comment(meta.doc, "  ")}  declare readonly ${name}: pulumi.Output<${type}>;\n`;
}

/** An array of names as the formatter writes it: on one line where it fits. */
function propertyList(names: readonly string[]): string {
  const line = `[${names.map((name) => `"${name}"`).join(", ")}]`;
  if (`  properties: ${line},`.length <= LINE_WIDTH) return line;
  return `[\n${names.map((name) => `    "${name}",\n`).join("")}  ]`;
}

/** A new seed has a path of its own, and a file in a guest is nobody's but that guest's. */
function unique(kind: ResourceSchema["kind"]): boolean {
  return kind !== "CloudinitDisk" && kind !== "GuestFile";
}

function classFile(resource: ResourceSchema): string {
  const { kind, token, inputs, outputs } = resource;
  const required = new Set(requiredOf(inputs));
  const doc = comment(structs.get(inputs)?.doc ?? kind, "");
  const inputFields = propertiesOf(inputs);
  const outputFields = propertiesOf(outputs);
  const args = inputFields.map(([n, s, m]) => argument(n, s, m, required.has(n))).join("");
  const outs = [
    ...inputFields.map(([n, s, m]) => output(n, s, m, n === "name" || required.has(n))),
    ...outputFields.map(([n, s, m]) => output(n, s, m, true)),
  ].join("");
  const names = propertyList([...inputFields, ...outputFields].map(([n]) => n));
  const secrets = inputFields.filter(([, , meta]) => meta.secret).map(([n]) => n);
  const usesTypes = /types\./.test(args + outs);
  return `${HEADER}import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
${usesTypes ? 'import type * as types from "./types/index.ts";\n' : ""}
const TYPE = "${token}";
const KIND = {
  properties: ${names},
  secrets: ${JSON.stringify(secrets).replaceAll(",", ", ")},
  unique: ${unique(kind)},
};

/** Arguments of a ${kind}. */
export interface ${kind}Args {
${args}}

${doc}export class ${kind} extends pulumi.CustomResource {
${outs}
  constructor(name: string, args: ${kind}Args, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The ${kind} that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ${kind} {
    return new ${kind}(name, {} as ${kind}Args, { ...opts, id });
  }

  /** Whether a value is a ${kind}, also one of another copy of this package. */
  static override isInstance(value: unknown): value is ${kind} {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
`;
}

/** The files of the SDK that are generated, by their path below sdk/. */
export function sdkFiles(): Map<string, string> {
  const files = typeFiles();
  for (const resource of RESOURCES) {
    files.set(`${resource.kind[0]?.toLowerCase()}${resource.kind.slice(1)}.ts`, classFile(resource));
  }
  return files;
}
