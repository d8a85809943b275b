import { z } from "zod";
import * as f from "./fields.ts";
import { dnsLabel, dnsSubdomain } from "./kubernetesname.ts";
import { labels, toleration } from "./taint.ts";

/** What a fleet has in a cluster beside its nodes and scale sets: the ARC controller, priority classes, admission. */

/** The version of both charts that values are rendered for. */
export const ARC_VERSION = "0.14.2";
/** Helm's own limit. */
const RELEASE = "a release of 1 to 53 lower-case letters, digits and dashes that begins and ends with one";

const figures = (what: string) =>
  z
    .strictObject({
      cpu: f.cpuDemand(`CPU ${what}.`).optional(),
      memory: f.quantityDemand(`Memory ${what}.`).optional(),
    })
    .default({})
    .meta({ description: `The controller's ${what}s; none by default.` });

export const controller = z
  .strictObject({
    install: f
      .yesNo(
        "True (default): the program installs it. False: it is there already, and only its namespace, release and version count.",
      )
      .default(true),
    namespace: dnsLabel(
      "Its namespace, in which the listeners run too. Effect of a change: replace.",
    ).default("arc-systems"),
    release: z
      .string({ error: () => `expected ${RELEASE}` })
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/, { error: () => `expected ${RELEASE}` })
      .default("arc")
      .meta({ description: "Name of its Helm release. Effect of a change: replace." }),
    version: z
      .string({ error: () => `expected a version, like "${ARC_VERSION}"` })
      .regex(/^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$/, {
        error: () => `expected a version, like "${ARC_VERSION}"`,
      })
      .default(ARC_VERSION)
      .meta({
        description: `Its version; ${ARC_VERSION} by default, for which scale sets are rendered. Another one is refused: a controller deletes scale sets of another version.`,
      }),
    replicas: f.countFromOne("Number of its pods; one of them leads. Default 1.").default(1),
    requests: figures("request"),
    limits: figures("limit"),
    selector: labels.default({}).meta({ description: "Node selector; any node by default." }),
    tolerations: z.array(toleration).default([]).meta({ description: "Tolerations; none by default." }),
    priorityClass: dnsSubdomain(
      "Priority class of its pods, such as `system-cluster-critical`; the cluster's default by default.",
    ).optional(),
    metrics: f
      .yesNo("Whether controller and listeners serve metrics, on port 8080 below /metrics. Default false.")
      .default(false),
  })
  .meta({
    id: "Controller",
    description: "The ARC controller of a cluster. Effect of a change: the Helm release is upgraded.",
  });
export type Controller = z.output<typeof controller>;

const PRIORITY = "expected a whole number from -1000000000 to 1000000000";
export const priorityClass = z
  .strictObject({
    name: dnsSubdomain("Its name. Effect of a change: replace."),
    value: z
      .int({ error: () => PRIORITY })
      .min(-1_000_000_000, { error: () => PRIORITY })
      .max(1_000_000_000, { error: () => PRIORITY })
      .meta({ description: "Pods of a higher value are scheduled first. Effect of a change: replace." }),
    preempts: f
      .yesNo(
        "Whether its pods may push others off a node. Default false: runners wait for a seat instead of taking it from somebody's job. Effect of a change: replace.",
      )
      .default(false),
  })
  .meta({ id: "PriorityClass", description: "A priority class that the program makes in the cluster." });

export const cluster = z
  .strictObject({
    name: f.context("The cluster (kubeconfig context)."),
    controller: controller.optional().meta({
      description: `The ARC controller. Without it one is there already: release \`arc\` in \`arc-systems\`, version ${ARC_VERSION}.`,
    }),
    priorityClasses: z
      .array(priorityClass)
      .default([])
      .meta({ description: "Priority classes; none by default." }),
    admissionPolicy: f
      .yesNo(
        "Whether the cluster itself refuses a scale set above its budget, whoever applies it (a ValidatingAdmissionPolicy; Kubernetes 1.30 or later). Default false.",
      )
      .default(false),
  })
  .meta({
    id: "Cluster",
    description: "What the program makes in a cluster beside scale sets. Effect of a change: live.",
  });
export type Cluster = z.output<typeof cluster>;
