import * as pulumi from "@pulumi/pulumi";

/** What the stack's last update left: its outputs, none of a new stack, or why the engine does not give them. */
export interface Previous {
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly unread?: string;
}

/**
 * Asks for the outputs of the last update. A new stack has none, and is no error to the engine. The engine's own
 * function is called, and not a StackReference made, since that would be a resource of the stack and show up in
 * every preview.
 */
export async function previousOutputs(): Promise<Previous> {
  const name = fullName();
  try {
    const result: { outputs?: Record<string, unknown> } = await pulumi.runtime.invoke(
      "pulumi:pulumi:readStackOutputs",
      { name },
      { async: true },
    );
    return { outputs: result.outputs };
  } catch (error) {
    const unread = (error instanceof Error ? error.message : String(error)) || "the engine does not say why";
    await pulumi.log.debug(`no earlier outputs of ${name}: ${unread}`);
    return { unread };
  }
}

/** URNs of all that the stack's last update left in its state; undefined for a new stack, or if they cannot be had. */
export async function stateResources(): Promise<readonly string[] | undefined> {
  try {
    const result: { outputs?: Record<string, unknown> } = await pulumi.runtime.invoke(
      "pulumi:pulumi:readStackResourceOutputs",
      { stackName: fullName() },
      { async: true },
    );
    return result.outputs && Object.keys(result.outputs);
  } catch (error) {
    await pulumi.log.debug(`no earlier resources of ${fullName()}: ${String(error)}`);
    return undefined;
  }
}

function fullName(): string {
  return [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
}
