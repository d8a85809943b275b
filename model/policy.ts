import { z } from "zod";
import * as f from "./fields.ts";
import { labelKey, labelValue, taint } from "./taint.ts";

/** What the operators decided about capacity, with the evidence for it. */

const decision = {
  date: f.day("When it was decided or audited."),
  evidence: f.nonEmpty("The audit, ticket or measurement that justifies it."),
};

export const labelBudget = z
  .strictObject({
    label: f.nonEmpty("The capability label."),
    ceiling: f.countFromZero("Most runners of all scale sets that advertise the label, together."),
    ...decision,
  })
  .meta({ id: "LabelBudget", description: "Ceiling of a label's aggregate maximum." });

export const ownerBudget = z
  .strictObject({
    scaleSet: f.name("The scale set."),
    maximum: f.countFromZero("The maximum that was budgeted for it."),
    ...decision,
  })
  .meta({
    id: "OwnerBudget",
    description: "A maximum above the default for new owners, budgeted on purpose.",
  });

export const warmPool = z
  .strictObject({
    scaleSet: f.name("The scale set."),
    minRunners: f.countFromOne("The runners kept warm."),
    ...decision,
  })
  .meta({ id: "WarmPool", description: "The decision to keep runners of a scale set warm." });

/** The gates of the policy page, in its order. `toleration`, `envelope`, `label` and `rollback` are also computed. */
export const GATES = ["toleration", "envelope", "imagefs", "prewarm", "label", "rollback"] as const;

export const gate = z
  .strictObject({
    gate: z
      .enum(GATES, { error: () => `expected one of the gates ${GATES.join(", ")}` })
      .meta({ description: "Which gate of the capacity policy is evidenced; docs/policies.md tells each." }),
    ...decision,
    free: f
      .quantityCapacity(
        "What the audit found free on the kubelet's root and image file system. The gate `imagefs` needs it.",
      )
      .optional(),
  })
  .meta({ id: "Gate", description: "Evidence for one admission gate." });

export const overflowNode = z
  .strictObject({
    node: f.name("The tainted node."),
    taint: taint.meta({
      description: "The taint that a lane must tolerate explicitly (operator Equal, key and value).",
    }),
    lanes: z
      .array(
        z.strictObject({
          scaleSet: f.name("The admitted scale set."),
          gates: z.array(gate).meta({ description: "Evidence, one entry per gate; a missing gate refuses." }),
          rollbackNode: f.name("The node that alone must hold the lane after a rollback."),
          rolledBack: f
            .yesNo(
              "The switch of a rollback. True: the lane loses what tolerates the taint, and selects the rollback node alone. Default false. Effect of a change: the Helm release is upgraded; busy runners finish their job first.",
            )
            .default(false),
        }),
      )
      .default([])
      .meta({ description: "Scale sets admitted as overflow, each with its gates; none by default." }),
    oneAtATime: f.yesNo("At most one runner at a time on this node. Default true.").default(true),
  })
  .meta({ id: "OverflowNode", description: "A tainted node that takes bounded overflow." });

/** A higher ratio of vCPUs to shared CPUs is taken for a slip. */
export const MOST_OVERSUBSCRIPTION = 16;

export const policy = z
  .strictObject({
    labels: z
      .array(labelBudget)
      .default([])
      .meta({ description: "Ceilings by label. A KVM label without one is refused." }),
    newOwnerMaximum: f.countFromZero("Maximum of a scale set without a budget of its own.").default(1),
    ownerBudgets: z
      .array(ownerBudget)
      .default([])
      .meta({ description: "Scale sets with a budget of their own." }),
    warmPools: z.array(warmPool).default([]).meta({ description: "Decided warm pools; none by default." }),
    overflow: z
      .array(overflowNode)
      .default([])
      .meta({ description: "Tainted overflow nodes; none by default." }),
    labelPattern: z
      .string({ error: () => "expected a regular expression" })
      .refine(
        (p) => {
          try {
            new RegExp(p, "u");
            return true;
          } catch {
            return false;
          }
        },
        { error: () => "expected a regular expression" },
      )
      .default("^[a-z0-9]+(-[a-z0-9]+)*$")
      .meta({ description: "Shape of a capability label; matched as a whole." }),
    kvm: z
      .strictObject({
        key: labelKey.meta({ description: "Label key." }),
        value: labelValue.meta({ description: "Label value." }),
      })
      .default({ key: "capability.tinyland.dev/kvm", value: "true" })
      .meta({ description: "The node label that makes a node eligible for KVM runners." }),
    limitRatio: z
      .number({ error: () => "expected a number above 0" })
      .positive({ error: () => "expected a number above 0" })
      .default(1)
      .meta({ description: "Memory limits on a node may sum up to allocatable × this. Default 1." }),
    oversubscription: z
      .record(
        z.string(),
        z
          .number({ error: () => "expected a ratio from 1" })
          .min(1, { error: () => "expected a ratio from 1" })
          .max(MOST_OVERSUBSCRIPTION, {
            error: () => `expected a ratio of at most ${MOST_OVERSUBSCRIPTION}`,
          }),
      )
      .default({})
      .meta({
        description: "vCPUs per shared host CPU, by host; 1 by default. Never applies to pinned CPUs.",
      }),
    recordAge: z
      .strictObject({
        warnDays: f.countFromZero("A record older than this is a warning."),
        refuseDays: f.countFromZero("A record older than this is a refusal."),
      })
      .refine((a) => a.warnDays <= a.refuseDays, { error: () => "expected warnDays not above refuseDays" })
      .default({ warnDays: 90, refuseDays: 365 })
      .meta({ description: "How old a recorded budget may be. Default 90 and 365 days." }),
  })
  .meta({
    id: "Policy",
    description: "Operators' decisions with their evidence. Effect of a change: judged anew.",
  });
export type Policy = z.output<typeof policy>;
export type OverflowNode = z.output<typeof overflowNode>;
