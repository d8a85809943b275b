import * as pulumi from "@pulumi/pulumi";

/**
 * The outputs that this stack had after its last update; undefined for a new stack, or if they cannot be had.
 * The engine's own function is called, and not a StackReference made, since that would be a resource of the
 * stack and show up in every preview.
 */
export async function previousOutputs(): Promise<Record<string, unknown> | undefined> {
  const name = fullName();
  try {
    const result: { outputs?: Record<string, unknown> } = await pulumi.runtime.invoke(
      "pulumi:pulumi:readStackOutputs",
      { name },
      { async: true },
    );
    return result.outputs;
  } catch (error) {
    await pulumi.log.debug(`no earlier outputs of ${name}: ${String(error)}`);
    return undefined;
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
