import * as pulumi from "@pulumi/pulumi";
import type { K3sTokens } from "../components/k3sConfig.ts";
import type { Settings } from "./settings.ts";

/**
 * The k3s tokens of the stack's config, secret. A preview may go without: it shows a placeholder, inside a
 * secret as the token would be. The gate has stopped an update by then.
 */
export function k3sTokens({ k3sToken, k3sServerToken }: Settings): pulumi.Output<K3sTokens> {
  const placeholder = pulumi.secret("numafleet:k3sToken is not set");
  return pulumi.secret(
    pulumi
      .all([k3sToken ?? placeholder, k3sServerToken])
      .apply(([agent, server]): K3sTokens => ({ agent, server })),
  );
}
