import type { ResourceValidation } from "@pulumi/policy";

/**
 * A validation of resources of one type. The mark is that of @pulumi/policy's `validateResourceOfType`: its server
 * decodes a resource's properties once for each policy, and passes over those that are marked for another type.
 */
export function ofType(token: string, validate: ResourceValidation): ResourceValidation {
  const validation: ResourceValidation = (args, report) =>
    args.type === token ? validate(args, report) : undefined;
  return Object.assign(validation, { __pulumiType: token });
}
