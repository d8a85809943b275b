import type { NodeAffinity } from "../model/affinity.ts";
import type { Taint, Toleration } from "../model/taint.ts";
import type { Asked } from "./asked.ts";
import type { PodEnvelope } from "./podEnvelope.ts";
import type { Figures } from "./resourceFigures.ts";

/**
 * What is true in a cluster, as its API server says it. Plain data: whoever reads a cluster fills it, and whoever
 * compares or records works on it alone. Texts hold no control characters.
 */
export interface ClusterFacts {
  readonly scaleSets: Asked<readonly ScaleSetFacts[]>;
  readonly runners: Asked<readonly RunnerFacts[]>;
  readonly nodes: Asked<readonly NodeFacts[]>;
  readonly quotas: Asked<readonly QuotaFacts[]>;
  /** Pods that have not ended, and runner pods that failed. */
  readonly pods: Asked<readonly PodFacts[]>;
}

/** An object by its namespace and name. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** An AutoscalingRunnerSet. */
export interface ScaleSetFacts {
  readonly object: ObjectName;
  /** The name that it registers with. */
  readonly name: string;
  /** `tinyland-inc`, `Jesssullivan/nix-vm-test`; with the host before it unless that is github.com. */
  readonly scope: string;
  readonly runnerGroup: string;
  /** The labels that it lists; GitHub adds its name to them. */
  readonly labels: readonly string[];
  readonly minRunners: number;
  /** undefined: none is stated, and ARC starts as many as there are jobs. */
  readonly maxRunners: number | undefined;
  readonly selector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Required node affinity; undefined without it. */
  readonly affinity: NodeAffinity | undefined;
  /** Empty for the cluster's default. */
  readonly priorityClass: string;
  /** Empty for none. */
  readonly runtimeClass: string;
  readonly mode: "none" | "dind" | "kubernetes" | "kubernetes-novolume";
  readonly image: string;
  readonly envelope: PodEnvelope;
  /** What steers or sizes its pods and is not judged: `affinity.podAffinity`, `requests of nvidia.com/gpu`. */
  readonly constraints: readonly string[];
  /** Figures that cannot be read, as parts of a sentence. */
  readonly faults: readonly string[];
  /** Of what these are: nothing else is to be said of it. */
  readonly unread: readonly ("minimum" | "maximum" | "envelope")[];
  /** ARC's own word: `Running`, `Outdated`. Empty if it says nothing. */
  readonly phase: string;
  readonly deleting: boolean;
}

export type RunnerPhase = "pending" | "running" | "finished" | "failed" | "outdated" | "deleting";

/** An EphemeralRunner. */
export interface RunnerFacts {
  readonly object: ObjectName;
  readonly scaleSet: ObjectName;
  readonly phase: RunnerPhase;
  /** Milliseconds since 1970; undefined if it is not told. */
  readonly created: number | undefined;
  /** ARC's own words, empty if there are none. */
  readonly reason: string;
  readonly message: string;
  /** How often its pod failed. */
  readonly failures: number;
}

export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Cordoned. */
  readonly unschedulable: boolean;
  /** Cordoned, not ready, under pressure: what keeps runners off now, for people. */
  readonly states: readonly string[];
  /** Taints that its state will bring and has not brought yet. */
  readonly coming: readonly Taint[];
  /** True if its kubelet starts no pod now, whatever that tolerates. */
  readonly stopped: boolean;
  readonly allocatable: Figures & { readonly pods?: number };
  readonly faults: readonly string[];
}

export interface QuotaFacts {
  readonly object: ObjectName;
  /** By resource name: `requests.memory`, in its unit (millicores, bytes, pods). */
  readonly hard: ReadonlyMap<string, number>;
  readonly used: ReadonlyMap<string, number>;
  /** True if it counts only some pods, by scopes. */
  readonly scoped: boolean;
}

export interface PodFacts {
  readonly object: ObjectName;
  /** Empty until the scheduler has placed it. */
  readonly node: string;
  /** False for a pod that has ended, and holds nothing any more. */
  readonly active: boolean;
  /** The scale set that it is a runner of, or the listener of. */
  readonly scaleSet: ObjectName | undefined;
  readonly role: "runner" | "listener" | undefined;
  /** The runner pod that it is the workflow pod of. */
  readonly runnerPod: string | undefined;
  readonly envelope: PodEnvelope;
  /** Why it does not run: `Unschedulable: 0/3 nodes are available …`, `ImagePullBackOff: …`. Empty if it does. */
  readonly trouble: string;
}
