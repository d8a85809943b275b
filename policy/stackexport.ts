import { FleetError, finding } from "../model/finding.ts";
import { plainObject } from "./plain.ts";
import type { Resource } from "./resource.ts";

/**
 * The resources of `pulumi stack export`, in their order, as the pack would have seen them. Left out are
 * those that wait for their deletion and those that the stack only reads.
 * @param value the parsed JSON
 * @throws FleetError if it is no export
 */
export function readStackExport(value: unknown): Resource[] {
  const deployment = plainObject(value).deployment;
  if (typeof deployment !== "object" || deployment === null || Array.isArray(deployment)) {
    throw notAnExport("it has no `deployment`");
  }
  const states = listOf(deployment.resources);
  if (states === undefined) throw notAnExport("its `deployment.resources` is no list");
  const providers = new Map(states.map((s) => [`${textOf(s.urn)}::${textOf(s.id)}`, plainObject(s.inputs)]));
  return states
    .filter((s) => s.delete !== true && s.external !== true)
    .map((s, i) => {
      const urn = textOf(s.urn);
      const type = textOf(s.type);
      if (urn === "" || type === "") throw notAnExport(`its resource ${i} has no \`urn\` or no \`type\``);
      return {
        urn,
        type,
        name: urn.slice(urn.lastIndexOf("::") + 2),
        inputs: plainObject(s.inputs),
        provider: providers.get(textOf(s.provider)) ?? {},
      };
    });
}

/** Absent is a stack without resources; undefined if it is no list. */
function listOf(value: unknown): ReturnType<typeof plainObject>[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(plainObject) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function notAnExport(why: string): FleetError {
  return new FleetError("The stack export cannot be read:", [
    finding({
      rule: "export/invalid",
      path: "",
      subject: "stack export",
      message: `This is no stack export: ${why}.`,
      remedy: "Write one with `pulumi stack export --file FILE`; a fleet file is judged by --fleet.",
    }),
  ]);
}
