import { z } from "zod";
import { affinity } from "./affinity.ts";
import * as f from "./fields.ts";
import { dnsSubdomain } from "./kubernetesname.ts";
import { githubServerTls, keyVault, listenerMetrics, proxy } from "./registration.ts";
import { labels, toleration } from "./taint.ts";

/** A GitHub ARC runner scale set. */

/** The chart refuses a longer one (it leaves room for the listener's suffix). Source: chart 0.14.2. */
export const MAX_SCALE_SET_NAME = 45;

/** CPU, memory and ephemeral storage. */
const figures = (what: string) =>
  z
    .strictObject({
      cpu: f.cpuDemand(`CPU ${what}.`).optional(),
      memory: f.quantityDemand(`Memory ${what}.`).optional(),
      ephemeralStorage: f.quantityDemand(`Ephemeral storage ${what}.`).optional(),
    })
    .default({});

/** A container's figures; one that is absent is unknown, not zero. */
const resources = (what: string, purpose: string) =>
  figures(what).meta({
    description: `The container's ${what}s, ${purpose}. A figure that is left out is unknown, not zero.`,
  });

export const container = z
  .strictObject({
    name: z
      .enum(["runner", "dind", "workflow"], { error: () => 'expected "runner", "dind" or "workflow"' })
      .meta({
        description:
          "`runner` and `dind` share the runner pod; `workflow` is the pod of kubernetes container modes.",
      }),
    image: f
      .nonEmpty("Container image; the scale set's by default (runner), ARC's defaults otherwise.")
      .optional(),
    command: z.array(z.string()).optional().meta({ description: "Command; ARC's by default." }),
    requests: resources("request", "which the scheduler places by"),
    limits: resources("limit", "which the kernel and the kubelet enforce"),
  })
  .meta({
    id: "Container",
    description: "A container of a runner, with its envelope. Effect of a change: new runners have it.",
  });
export type Container = z.output<typeof container>;

/** Names of the runner pod's other containers: those of the fleet, and ARC's own of mode dind. */
const TAKEN_NAMES = ["runner", "dind", "workflow", "init-dind-externals"];
const EXPECTED_INIT =
  "expected a container name of 1 to 63 lower-case letters, digits and dashes inside, other than " +
  TAKEN_NAMES.join(", ");

export const initContainer = z
  .strictObject({
    name: z
      .string({ error: () => EXPECTED_INIT })
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: () => EXPECTED_INIT })
      .refine((name) => !TAKEN_NAMES.includes(name), { error: () => EXPECTED_INIT })
      .meta({ description: "Its name in the runner pod." }),
    image: f.nonEmpty("Container image."),
    command: z.array(z.string()).optional().meta({ description: "Command; the image's own by default." }),
    sidecar: f
      .yesNo(
        "True: it runs on beside the runner (`restartPolicy: Always`) and its figures are added to the runner's. False (default): it ends before the next one starts, and counts only as far as it asks for more than what runs later.",
      )
      .default(false),
    requests: resources("request", "which the scheduler places by"),
    limits: resources("limit", "which the kernel and the kubelet enforce"),
  })
  .meta({
    id: "InitContainer",
    description:
      "A container of the runner pod that starts before the runner. Effect of a change: new runners have it.",
  });
export type InitContainer = z.output<typeof initContainer>;

export const runtimeClass = z
  .strictObject({
    name: f.name("Name of the RuntimeClass in the cluster."),
    overhead: figures("overhead").meta({
      description:
        "What the RuntimeClass states as overhead of every pod, which the scheduler adds. A figure that is left out is zero.",
    }),
  })
  .meta({
    id: "RuntimeClass",
    description:
      "The runtime class of the runner and workflow pods. A selector or tolerations of its own are to be repeated in the scale set's. Effect of a change: new runners run under it.",
  });

export const containerModes = ["none", "dind", "kubernetes", "kubernetes-novolume"] as const;

/** The containers that a mode runs, which all need figures. */
export const MODE_CONTAINERS: Readonly<
  Record<(typeof containerModes)[number], readonly Container["name"][]>
> = {
  none: ["runner"],
  dind: ["runner", "dind"],
  kubernetes: ["runner", "workflow"],
  "kubernetes-novolume": ["runner", "workflow"],
};

export const listener = z
  .strictObject({
    placement: z
      .enum(["runners", "anywhere"], { error: () => 'expected "runners" or "anywhere"' })
      .default("runners")
      .meta({
        description:
          "`runners` (default): the runners' selector and tolerations. `anywhere`: their tolerations alone, so that it may run on other nodes too.",
      }),
  })
  .meta({
    id: "Listener",
    description: "The pod that waits for jobs. Effect of a change: the listener is made anew.",
  });

const GITHUB = 'expected the address of a GitHub server, like "https://github.example.org"';
const EXPECTED_LABEL = "expected a runner label of 1 to 255 characters without comma or blank";

export const scaleSet = z
  .strictObject({
    name: z
      .string({ error: () => "expected a name" })
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
        error: () => "expected a name of lower-case letters, digits and dashes (it becomes a Helm release)",
      })
      .max(MAX_SCALE_SET_NAME, { error: () => `expected a name of at most ${MAX_SCALE_SET_NAME} characters` })
      .meta({ description: "Name of the scale set and of its Helm release. Effect of a change: replace." }),
    cluster: f.context("The cluster (kubeconfig context) it is installed in.").default("default"),
    scope: z
      .string({ error: () => 'expected a GitHub scope, like "tinyland-inc" or "Jesssullivan/nix-vm-test"' })
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}(\/[A-Za-z0-9._-]{1,100})?$/, {
        error: () => 'expected a GitHub scope, like "tinyland-inc" or "Jesssullivan/nix-vm-test"',
      })
      .meta({
        description:
          "Organisation, or owner/repository, that the runners register with. The owner is its first part.",
      }),
    labels: z
      .array(
        z.string({ error: () => EXPECTED_LABEL }).regex(/^[^,\s]{1,255}$/, { error: () => EXPECTED_LABEL }),
      )
      .min(1, { error: () => "expected at least one capability label" })
      .meta({ description: "Capability labels that workflows name in runs-on." }),
    selector: labels
      .default({})
      .meta({ description: "Node selector of runners, workflow pods and listener; any node by default." }),
    tolerations: z
      .array(toleration)
      .default([])
      .meta({ description: "Tolerations of runners, workflow pods and listener; none by default." }),
    listener: listener.optional().meta({ description: "The listener; placed as the runners by default." }),
    priorityClass: dnsSubdomain(
      "Priority class of runner and workflow pods, one of the cluster's `priorityClasses`; the cluster's default by default.",
    ).optional(),
    affinity: affinity.optional(),
    minRunners: f.countFromZero("Runners kept when idle; 0 unless a warm pool was decided.").default(0),
    maxRunners: f.countFromZero("Most runners at once."),
    runnerGroup: f.nonEmpty("GitHub runner group.").default("default"),
    githubServer: z
      .string({ error: () => GITHUB })
      .regex(/^https:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/, { error: () => GITHUB })
      .optional()
      .meta({ description: "The GitHub server; `https://github.com` by default." }),
    githubSecret: dnsSubdomain(
      "Secret with GitHub's credentials in the scale set's namespace (with a key vault: in the vault); the stack's `githubSecret` by default.",
    ).optional(),
    githubServerTls: githubServerTls
      .optional()
      .meta({ description: "Certificate of the GitHub server's authority; the system's by default." }),
    proxy: proxy.optional().meta({ description: "Proxies to GitHub; none by default." }),
    keyVault: keyVault
      .optional()
      .meta({ description: "Vault that holds GitHub's credentials; a Secret of the cluster by default." }),
    listenerMetrics: listenerMetrics
      .optional()
      .meta({ description: "What the listener counts; ARC's own choice by default." }),
    containerMode: z
      .enum(containerModes, { error: () => `expected one of ${containerModes.join(", ")}` })
      .default("none")
      .meta({ description: "ARC's container mode; `none` by default." }),
    image: f.nonEmpty("Runner image.").default("ghcr.io/actions/actions-runner:latest"),
    containers: z
      .array(container)
      .min(1, { error: () => "expected at least the container runner" })
      .meta({ description: "Every container of the runner with its requests and limits." }),
    initContainers: z.array(initContainer).default([]).meta({
      description:
        "Containers that start before the runner, in this order and before ARC's own; none by default.",
    }),
    runtimeClass: runtimeClass.optional(),
  })
  .meta({
    id: "ScaleSet",
    description:
      "An ARC runner scale set. Effect of a change: the Helm release is upgraded; busy runners finish their job first.",
  });
export type ScaleSet = z.output<typeof scaleSet>;

const GITHUB_SERVER = "https://github.com";

/** Where a scale set registers: the address of its organisation or repository, github.com's unless it names a server. */
export function configUrl({ githubServer, scope }: Pick<ScaleSet, "githubServer" | "scope">): string {
  return `${githubServer ?? GITHUB_SERVER}/${scope}`;
}
