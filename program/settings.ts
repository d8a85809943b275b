import * as pulumi from "@pulumi/pulumi";
import { isDay } from "../capacity/records.ts";
import { type DomainType, domainTypes } from "../components/domainArgs.ts";
import type { HostTimeouts } from "../components/hypervisorHost.ts";
import { isPlain } from "../model/arc.ts";
import { type Finding, FleetError, finding } from "../model/finding.ts";
import { hostUris } from "../model/hostUris.ts";
import { dnsSubdomain } from "../model/kubernetesname.ts";
import { nearest } from "../model/properties.ts";
import { type Rehearsal, rehearsal as rehearsalSchema } from "../model/rehearsal.ts";
import { type ArcChartPaths, arcChartsSchema } from "./charts.ts";
import { type GithubCredentials, readGithubCredentials } from "./githubCredentials.ts";

/** `detected`: hosts with figures that were read off them. */
export type LiveHosts = (typeof LIVE_HOSTS)[number];
const LIVE_HOSTS = ["detected", "all", "none"] as const;

/** What a stack's config says, under `numafleet:`. Every key has a default; docs/components.md lists them. */
export interface Settings {
  /** `numafleet:fleet`: a fleet file, from the project's folder on. */
  readonly fleet: string | undefined;
  /** `numafleet:stack`: a built-in fleet by name. */
  readonly stack: string | undefined;
  /** `numafleet:today`: the day of the judgement; by default the current one in UTC. */
  readonly today: string;
  /** `numafleet:domainType`: `kvm` by default. */
  readonly domainType: DomainType;
  /** `numafleet:uris`: connection URIs by host name, in place of those that the fleet gives; none by default. */
  readonly uris: Readonly<Record<string, string>>;
  /** `numafleet:timeouts`: seconds for hosts that are slow to answer; the provider's own by default. */
  readonly timeouts: HostTimeouts;
  /** `numafleet:rehearsal`: the machine that plays each host; by default hosts are themselves. */
  readonly rehearsal: Rehearsal | undefined;
  /** `numafleet:liveHosts`: which hosts are asked whether they still have what is recorded; `detected` by default. */
  readonly liveHosts: LiveHosts;
  /** `numafleet:pressure`: the state file of `fleet watch`, from the project's folder on; none by default. */
  readonly pressure: string | undefined;
  /** `numafleet:kubeconfig`: path or content; by default the provider's own. A secret if it is set as one. */
  readonly kubeconfig: pulumi.Output<string> | undefined;
  /** `numafleet:whenDrainBlocked`: what happens to a VM whose node does not get empty; `refuse` by default. */
  readonly whenDrainBlocked: "refuse" | "proceed";
  /** `numafleet:k3sToken`: the secret by which agents join; needed by `up` where a VM has a k3s role. */
  readonly k3sToken: pulumi.Output<string> | undefined;
  /** `numafleet:k3sServerToken`: the secret by which further servers join. */
  readonly k3sServerToken: pulumi.Output<string> | undefined;
  /** `numafleet:githubSecret`: name of the Secret with GitHub's credentials. */
  readonly githubSecret: string | undefined;
  /** `numafleet:githubCredentials`: what Secrets are made from, by owner; none by default, the Secrets are there. */
  readonly githubCredentials: GithubCredentials;
  /** `numafleet:arcCharts`: charts on this machine; GitHub's registry by default. */
  readonly arcCharts: ArcChartPaths | undefined;
}

const KEYS: readonly (keyof Settings)[] = [
  "fleet",
  "stack",
  "today",
  "domainType",
  "uris",
  "timeouts",
  "rehearsal",
  "liveHosts",
  "pressure",
  "kubeconfig",
  "whenDrainBlocked",
  "k3sToken",
  "k3sServerToken",
  "githubSecret",
  "githubCredentials",
  "arcCharts",
];

const DRAIN_CHOICES = ["refuse", "proceed"] as const;

/**
 * Reads the stack's config. A key that is not known is refused: with `numafleet:flet` the default stack would
 * be judged, and taken for the fleet of that file.
 * @param config of the namespace `numafleet`
 * @param currentDay the day if the config names none
 * @throws FleetError with everything that is wrong with it
 */
export function readSettings(config: pulumi.Config, currentDay: () => string): Settings {
  const fleet = config.get("fleet");
  const stack = config.get("stack");
  const today = config.get("today") ?? currentDay();
  const domainType = domainTypes.find((t) => t === (config.get("domainType") ?? "kvm"));
  const findings: Finding[] = unknownKeys(config.name);
  if (fleet !== undefined && stack !== undefined) {
    findings.push(invalid("stack", stack, "no built-in stack beside a fleet file", "Remove one of the two."));
  }
  if (!isDay(today)) {
    findings.push(invalid("today", today, 'a date, like "2026-05-06"', "Correct or remove it."));
  }
  if (domainType === undefined) {
    const given = config.get("domainType") ?? "";
    findings.push(invalid("domainType", given, domainTypes.join(" or "), "Correct or remove it."));
  }
  const uris = readUris(config, findings);
  const timeouts = readTimeouts(config, findings);
  const rehearsal = readRehearsal(config, findings);
  const githubSecret = config.get("githubSecret");
  if (
    githubSecret !== undefined &&
    !(dnsSubdomain("").safeParse(githubSecret).success && isPlain(githubSecret))
  )
    findings.push(
      invalid("githubSecret", githubSecret, "a Secret's name with a letter in it", "Correct or remove it."),
    );
  const github = readGithubCredentials();
  findings.push(...github.findings);
  const arcCharts = readArcCharts(config, findings);
  const whenDrainBlocked = DRAIN_CHOICES.find((c) => c === (config.get("whenDrainBlocked") ?? "refuse"));
  if (whenDrainBlocked === undefined) {
    const given = config.get("whenDrainBlocked") ?? "";
    findings.push(invalid("whenDrainBlocked", given, DRAIN_CHOICES.join(" or "), "Correct or remove it."));
  }
  const liveHosts = LIVE_HOSTS.find((c) => c === (config.get("liveHosts") ?? "detected"));
  if (liveHosts === undefined) {
    const given = config.get("liveHosts") ?? "";
    findings.push(invalid("liveHosts", given, "detected, all or none", "Correct or remove it."));
  }
  if (
    findings.length > 0 ||
    domainType === undefined ||
    whenDrainBlocked === undefined ||
    liveHosts === undefined
  ) {
    throw new FleetError("The stack's config is not valid:", findings);
  }
  return {
    fleet,
    stack,
    today,
    domainType,
    uris,
    timeouts,
    rehearsal,
    liveHosts,
    pressure: config.get("pressure"),
    kubeconfig: config.getSecret("kubeconfig"),
    whenDrainBlocked,
    k3sToken: config.getSecret("k3sToken"),
    k3sServerToken: config.getSecret("k3sServerToken"),
    githubSecret,
    githubCredentials: github.credentials,
    arcCharts,
  };
}

function readUris(config: pulumi.Config, findings: Finding[]): Settings["uris"] {
  const given = config.get("uris");
  if (given === undefined) return {};
  const parsed = hostUris.safeParse(fromJson(given));
  if (parsed.success) return parsed.data;
  const expected = 'connection URIs by host name, like { "numa1": "qemu+ssh://root@numa1/system" }';
  findings.push(invalid("uris", given, expected, "Correct or remove it."));
  return {};
}

/** What the provider takes, in seconds. */
const TIMEOUTS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  connect: [3, 600],
  command: [1, 86_400],
};

function readTimeouts(config: pulumi.Config, findings: Finding[]): HostTimeouts {
  const given = config.get("timeouts");
  if (given === undefined) return {};
  const parsed = fromJson(given);
  const isSound =
    typeof parsed === "object" &&
    parsed !== null &&
    Object.entries(parsed).every(([key, value]) => {
      const [least, most] = (Object.hasOwn(TIMEOUTS, key) && TIMEOUTS[key]) || [1, 0];
      return Number.isInteger(value) && value >= least && value <= most;
    });
  if (isSound) return parsed;
  const expected =
    'seconds, like { "connect": 60, "command": 600 }: to connect from 3 to 600, for a command from 1 to 86400';
  findings.push(invalid("timeouts", given, expected, "Correct or remove it."));
  return {};
}

function readRehearsal(config: pulumi.Config, findings: Finding[]): Rehearsal | undefined {
  const given = config.get("rehearsal");
  if (given === undefined) return undefined;
  const parsed = rehearsalSchema.safeParse(fromJson(given));
  if (parsed.success) return parsed.data;
  const expected = 'the CPUs and memory of a machine, like { "cpus": 2, "memory": "4 GiB" }';
  findings.push(invalid("rehearsal", given, expected, "Correct or remove it."));
  return undefined;
}

function readArcCharts(config: pulumi.Config, findings: Finding[]): ArcChartPaths | undefined {
  const given = config.get("arcCharts");
  if (given === undefined) return undefined;
  const parsed = arcChartsSchema.safeParse(fromJson(given));
  if (parsed.success) return parsed.data;
  const expected = 'the paths of charts, like { "scaleSet": "charts/a.tgz", "controller": "charts/b.tgz" }';
  findings.push(invalid("arcCharts", given, expected, "Correct or remove it."));
  return undefined;
}

/** Pulumi hands a structured value over as JSON. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The current day in UTC: the one place where the program reads a clock. */
export function currentDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function unknownKeys(namespace: string): Finding[] {
  const prefix = `${namespace}:`;
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(prefix) && !KEYS.some((known) => key === prefix + known))
    .map((key) => {
      const meant = nearest(key.slice(prefix.length), KEYS);
      const expected = meant ? `did you mean \`${prefix}${meant}\`?` : `expected one of ${KEYS.join(", ")}.`;
      return finding({
        rule: "config/unknown-key",
        path: key,
        subject: `config ${key}`,
        message: `\`${key}\` is no key of the stack's config; ${expected}`,
        remedy: `Correct its spelling, or remove it: pulumi config rm ${key}.`,
      });
    });
}

function invalid(key: string, given: string, expected: string, remedy: string): Finding {
  return finding({
    rule: "config/invalid-value",
    path: `numafleet:${key}`,
    subject: `config numafleet:${key}`,
    message: `\`numafleet:${key}\` is ${JSON.stringify(given)}; expected ${expected}.`,
    remedy,
  });
}
