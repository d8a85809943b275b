/** What to do when a name is already taken on the host. */
import { randomUUID } from "node:crypto";
import type { Listed } from "../virsh/host.ts";
import { bare } from "../virsh/hostError.ts";
import { ProviderError } from "./failure.ts";
import { Journal } from "./journal.ts";
import type { Context } from "./resource.ts";

/** The refusal to touch something that exists and is not this stack's. */
export function taken(context: Context, kind: string, name: string, id: string): ProviderError {
  const [, , type = ""] = context.urn.split("::");
  const token = type.split("$").at(-1);
  const logical = context.urn.split("::").at(-1);
  return new ProviderError(
    `${kind} ${JSON.stringify(name)} exists on ${bare(context.uri)} and does not belong to this stack, so it is left alone. ` +
      `To take it over: pulumi import ${token} ${logical} ${id}; otherwise give this resource another name`,
  );
}

/**
 * The UUID for a new pool or network: that of an earlier attempt which was interrupted, or a new one that is noted
 * before anything is made. Throws when the name is taken by somebody else.
 */
export async function claim(
  context: Context,
  kind: "pool" | "network",
  name: string,
  existing: readonly Listed[],
): Promise<string> {
  const journal = new Journal(context.stateDir, context.uri);
  const found = existing.find((entry) => entry.name === name);
  const note = await journal.read(kind, name);
  if (found) {
    if (note?.uuid === found.uuid && note.urn === context.urn) return found.uuid;
    throw taken(context, kind, name, found.uuid);
  }
  const uuid = randomUUID();
  await journal.write(kind, name, { urn: context.urn, uuid, phase: "begun" });
  return uuid;
}

/** Forgets the note of something that is deleted. */
export async function forget(context: Context, kind: string, name: string): Promise<void> {
  await new Journal(context.stateDir, context.uri).remove(kind, name);
}
