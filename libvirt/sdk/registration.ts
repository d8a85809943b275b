import * as pulumi from "@pulumi/pulumi";

/** What is to be known of a resource class. */
export interface Kind {
  readonly properties: readonly string[];
  readonly secrets: readonly string[];
  /**
   * Whether the host takes one thing of a name only, so that the old one has to go before a new one is made. The
   * provider says so itself, but it is not asked where `--replace`, `replaceWith` or a changed provider replaces.
   */
  readonly unique: boolean;
}

/** What a resource class hands to the engine: all its properties, with the secret ones marked. */
export function registration(
  { properties, secrets, unique }: Kind,
  args: object,
  opts: pulumi.CustomResourceOptions | undefined,
): { inputs: pulumi.Inputs; options: pulumi.CustomResourceOptions } {
  const given = args as Record<string, unknown>;
  const inputs: pulumi.Inputs = {};
  for (const property of properties) {
    const value = opts?.id === undefined ? given[property] : undefined;
    inputs[property] = value !== undefined && secrets.includes(property) ? pulumi.secret(value) : value;
  }
  const additionalSecretOutputs = [...(opts?.additionalSecretOutputs ?? []), ...secrets];
  const options = {
    ...(unique ? { deleteBeforeReplace: true } : {}),
    ...opts,
    ...(secrets.length > 0 ? { additionalSecretOutputs } : {}),
  };
  return { inputs, options };
}
