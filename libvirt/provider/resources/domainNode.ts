/** The cluster's node in a domain that is to be deleted, from `destroy.kubernetesNode`. */
import { NodeRetirement } from "../../kubernetes/nodeRetirement.ts";
import { DRAIN_SECONDS } from "../../schema/kubernetesNode.ts";
import { type Context, objectOf, textOf } from "../resource.ts";
import type { Properties } from "../values.ts";

/** How the domain's node leaves its cluster; undefined where none is declared. */
export function retirementOf(uuid: string, inputs: Properties, context: Context): NodeRetirement | undefined {
  const node = objectOf(objectOf(inputs, "destroy"), "kubernetesNode");
  const name = textOf(node, "name");
  if (name === undefined) return undefined;
  return new NodeRetirement(
    {
      name,
      machine: textOf(inputs, "hwuuid") ?? uuid,
      kubeconfig: textOf(node, "kubeconfig"),
      context: textOf(node, "context"),
      timeout: Number(node.timeout ?? DRAIN_SECONDS),
      whenBlocked: node.whenBlocked === "proceed" ? "proceed" : "refuse",
    },
    // A connection that the user has ended is given to nobody.
    { checkCancelled: () => context.host(), log: context.log },
  );
}
