import type { ScaleSet } from "../model/scaleset.ts";
import { placementOf } from "./placement.ts";
import { podResources } from "./podResources.ts";
import { containerOf } from "./runnerPod.ts";

/**
 * The template that the runner's container hooks merge into every workflow pod: figures for the job's
 * container (`$job` is the hooks' name for it) and the same placement as the runner's. Image and command
 * come from the workflow.
 */
export function workflowPod(set: ScaleSet): object {
  const workflow = containerOf(set, "workflow");
  return {
    spec: {
      ...placementOf(set),
      containers: [
        {
          name: "$job",
          ...(workflow.image === undefined ? {} : { image: workflow.image }),
          ...(workflow.command === undefined ? {} : { command: workflow.command }),
          resources: podResources(workflow),
        },
      ],
    },
  };
}
