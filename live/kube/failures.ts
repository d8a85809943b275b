/** Why a cluster, or one list of it, is not known. Messages tell what is missing, and never a secret. */
import { type Json, line } from "../../facts/kubeText.ts";

/** Nobody answers, or nobody lets us in: nothing of the cluster is known. */
export class ClusterUnreachable extends Error {
  override readonly name = "ClusterUnreachable";
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** One list is not given; others may be. */
export class ListRefused extends Error {
  override readonly name = "ListRefused";
  readonly remedy: string;
  constructor(message: string, remedy = "Look at the API server; the audit has to be run again.") {
    super(message);
    this.remedy = remedy;
  }
}

/** @param resource as a role names it: `pods`, `autoscalingrunnersets.actions.github.com` */
export function refusalOf(code: number, body: Json, resource: string): ClusterUnreachable | ListRefused {
  const said = line(body.message, 200);
  if (code === 401) {
    return new ClusterUnreachable(
      "the API server does not accept the credentials of the context (401)",
      "Renew them; kubectl with the same context shows more.",
    );
  }
  if (code === 403) {
    const user = /\bUser ("[^"]*")/.exec(said)?.[1] ?? "the context's user";
    return new ListRefused(
      `the right to list ${resource} in all namespaces is missing: ${user} does not have it`,
      "Bind the ClusterRole of docs/audit.md to the user.",
    );
  }
  if (code === 404 && !resource.includes("."))
    return new ListRefused(
      `what answers knows no ${resource} (404): it is no API server`,
      "Correct the server of the context, with its path if it has one.",
    );
  if (code === 404) {
    return new ListRefused(
      `the cluster has no ${resource}: ARC's CRDs are missing`,
      "Install ARC's controller chart, which brings the CRDs, or leave this context out.",
    );
  }
  return new ListRefused(
    `the API server answers ${code} to the list of ${resource}${said === "" ? "" : `: ${said}`}`,
  );
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection is cut",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  ETIMEDOUT: "the connection takes too long",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not of the context's authority",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not of the context's authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not of the context's authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not of the context's authority",
};

/** @param error of a connection; only its code is told, since texts may hold anything */
export function connectionFailure(origin: string, error: unknown, timeoutMs: number): ClusterUnreachable {
  const { name, code } = error as NodeJS.ErrnoException;
  const why =
    name === "TimeoutError"
      ? `no answer in ${timeoutMs / 1000} s`
      : (WORDS[String(code)] ??
        `the connection fails${typeof code === "string" ? ` (${line(code, 60)})` : ""}`);
  return new ClusterUnreachable(
    `no API server answers at ${line(origin, 200)}: ${why}`,
    "Check that the cluster is up and can be reached from here, then audit again.",
  );
}
