import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./engine.ts";

/** Everything that runs of this checkout leave behind; not in version control. */
const LOCAL = path.join(ROOT, ".numafleet");

/** Where the embedded default keeps its state. */
export const EMBEDDED_STATE = path.join(LOCAL, "state");

/** The engine's home in the embedded default: plugins, credentials, logs. */
export const EMBEDDED_HOME = path.join(LOCAL, "pulumi");

/**
 * Passphrase of the embedded default. It is public, so it protects nothing: it only lets the engine run without
 * asking. It belongs to the salt in Pulumi.dev.yaml.
 */
const EMBEDDED_PASSPHRASE = "numafleet";

/** Where the engine keeps state, and what else it needs to do so. */
export interface Backend {
  /** Whether it is the embedded default: state in this checkout, no account. */
  embedded: boolean;
  /** The same in words for the user. */
  description: string;
  /** The whole environment for the engine. */
  env: NodeJS.ProcessEnv;
}

/**
 * The engine's environment: the user's own as soon as PULUMI_BACKEND_URL is set, else the embedded default, all
 * of it or nothing, so that a passphrase exported for another project cannot lock this one.
 */
export function chooseBackend(env: NodeJS.ProcessEnv = process.env): Backend {
  if (env.PULUMI_BACKEND_URL) {
    return { embedded: false, description: "your PULUMI_BACKEND_URL", env: { ...env } };
  }
  const { PULUMI_CONFIG_PASSPHRASE_FILE: _, PULUMI_ACCESS_TOKEN: __, ...rest } = env;
  return {
    embedded: true,
    description: "state in .numafleet/state, passphrase built in (set PULUMI_BACKEND_URL for your own)",
    env: {
      ...rest,
      PULUMI_BACKEND_URL: pathToFileURL(EMBEDDED_STATE).href,
      PULUMI_CONFIG_PASSPHRASE: EMBEDDED_PASSPHRASE,
      PULUMI_HOME: env.PULUMI_HOME || EMBEDDED_HOME,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  };
}
