import * as pulumi from "@pulumi/pulumi";

/**
 * The outputs that this stack had after its last update; undefined for a new stack, or if they cannot be had.
 * The engine's own function is called, and not a StackReference made, since that would be a resource of the
 * stack and show up in every preview.
 */
export async function previousOutputs(): Promise<Record<string, unknown> | undefined> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
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
