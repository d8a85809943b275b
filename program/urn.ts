/** What a URN tells of a resource. */
export interface ResourceName {
  /** Of its parents and itself, itself last. */
  readonly types: readonly string[];
  readonly name: string;
}

/** Reads `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`; a name may have colons of its own. */
export function readUrn(urn: string): ResourceName {
  const [, , types = "", ...name] = urn.split("::");
  return { types: types.split("$"), name: name.join("::") };
}
