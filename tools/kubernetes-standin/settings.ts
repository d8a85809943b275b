/** The provider's own configuration: what it accepts, and what it refuses because only the vendor's can do it. */
import { asText, isObject, reveal } from "./values.ts";
import { type Properties, UNKNOWN, type Value } from "./wire.ts";

export interface Settings {
  /** A path or the content of a kubeconfig; default: `$KUBECONFIG`, then `~/.kube/config`. */
  kubeconfig?: string;
  /** Default: the kubeconfig's current context. */
  context?: string;
  /** Default: the context's cluster. */
  cluster?: string;
  /** For objects that name none; default: the context's namespace, then `default`. */
  namespace?: string;
  /** Takes fields over from other owners instead of reporting a conflict; default false. */
  enablePatchForce: boolean;
  /** Takes an object over that exists already instead of reporting it; default false. */
  upsertExistingObjects: boolean;
  /** Changes the content of a ConfigMap in place instead of replacing it; default false. */
  enableConfigMapMutable: boolean;
  /** The same for a Secret; default false. */
  enableSecretMutable: boolean;
  /** The cluster is not known before the deployment (a kubeconfig that another resource makes). */
  isUnknown: boolean;
}

export interface Failure {
  /** Property path; empty when the whole resource is meant. */
  property: string;
  reason: string;
}

const TEXTS = ["kubeconfig", "context", "cluster", "namespace"] as const;
const FLAGS = [
  "enablePatchForce",
  "upsertExistingObjects",
  "enableConfigMapMutable",
  "enableSecretMutable",
] as const;

/** Settings of the vendor's provider that change nothing that the stand-in does. */
const WITHOUT_EFFECT = [
  "clusterIdentifier",
  "helmReleaseSettings",
  "kubeClientSettings",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "version",
  "pluginDownloadURL",
];

/** Settings that would be silently disobeyed, with the value that asks for nothing. */
const NOT_COVERED: Record<string, string> = {
  alwaysRender: "false",
  deleteUnreachable: "false",
  renderYamlToDirectory: "",
  skipUpdateUnreachable: "false",
};

/** Every failure at once; none means that {@link readSettings} succeeds. */
export function checkSettings(inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  for (const [key, input] of Object.entries(reveal(inputs))) {
    const value = scalar(input);
    if (key.startsWith("__") || value === undefined) continue;
    if (key in NOT_COVERED) {
      if (value !== NOT_COVERED[key]) failures.push({ property: key, reason: notCovered(key, value) });
    } else if (key === "enableServerSideApply") {
      if (value !== "true") failures.push({ property: key, reason: notCovered(key, value) });
    } else if ((FLAGS as readonly string[]).includes(key)) {
      if (value !== "true" && value !== "false") {
        failures.push({ property: key, reason: `${JSON.stringify(value)} was given; it is true or false` });
      }
    } else if ((TEXTS as readonly string[]).includes(key)) {
      if (typeof input !== "string" && !(key === "kubeconfig" && isObject(input))) {
        failures.push({ property: key, reason: `a text is expected, ${JSON.stringify(value)} was given` });
      }
    } else if (!WITHOUT_EFFECT.includes(key)) {
      failures.push({ property: key, reason: "the Kubernetes provider has no such setting" });
    }
  }
  return failures;
}

export function readSettings(inputs: Properties): Settings {
  const plain = reveal(inputs);
  const settings: Settings = {
    enablePatchForce: scalar(plain.enablePatchForce) === "true",
    upsertExistingObjects: scalar(plain.upsertExistingObjects) === "true",
    enableConfigMapMutable: scalar(plain.enableConfigMapMutable) === "true",
    enableSecretMutable: scalar(plain.enableSecretMutable) === "true",
    isUnknown: TEXTS.some((key) => plain[key] === UNKNOWN),
  };
  for (const key of TEXTS) {
    const value = plain[key];
    const text = isObject(value) ? JSON.stringify(value) : asText(value);
    if (text !== undefined && text !== "") settings[key] = text;
  }
  return settings;
}

/** The SDK sends every setting but the texts as JSON; `undefined` for one that is not set or not known yet. */
function scalar(value: Value | undefined): string | undefined {
  if (value === undefined || value === null || value === UNKNOWN) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function notCovered(key: string, value: string): string {
  return `${JSON.stringify(value)} was given, and the stand-in does not cover it; remove "${key}", or install the vendor's plugin`;
}
