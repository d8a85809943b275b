/** The node of a cluster that runs in a VM, as far as deleting the VM is concerned. */
import { choice, int, pattern, struct, text } from "./field.ts";

/** Seconds that pods have to leave where nothing else is said. */
export const DRAIN_SECONDS = 300;

export const kubernetesNode = () =>
  struct(
    "DomainDestroyKubernetesNode",
    "The cluster's node that runs in the VM, and how it leaves the cluster when the domain is deleted.",
    {
      name: pattern(
        "",
        "Name of the node.",
        /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
        "the name of a node: lower case letters, digits, dots and dashes",
      ),
      kubeconfig: text(
        "",
        "Path of a kubeconfig on the machine that runs Pulumi, or its content. A secret. Default: as kubectl finds it.",
        { secret: true },
      ),
      context: text("", "Context of the kubeconfig. Default: the current one."),
      timeout: int(
        "",
        `Seconds that the node's pods may take to leave, disruption budgets included. Default: ${DRAIN_SECONDS}.`,
        { max: 86400 },
      ),
      whenBlocked: choice(
        "",
        "What happens to the VM when its node does not get empty in time, when a pod belongs to no controller, or when the cluster does not answer: `refuse` keeps the VM and says why; `proceed` warns and deletes it. Default: refuse.",
        ["refuse", "proceed"],
      ),
    },
    ["name"],
  );
