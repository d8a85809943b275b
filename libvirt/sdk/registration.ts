import * as pulumi from "@pulumi/pulumi";

/** What a resource class hands to the engine: all its properties, with the secret ones marked. */
export function registration(
  properties: readonly string[],
  secrets: readonly string[],
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
  return { inputs, options: secrets.length > 0 ? { ...opts, additionalSecretOutputs } : { ...opts } };
}
