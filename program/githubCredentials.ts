import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { configUrl, type ScaleSet } from "../model/scaleset.ts";

/**
 * GitHub's credentials from the stack's config, by what they are for: `owner/repository`, or `owner` for all of its, with
 * the address of another server than github.com before it: an owner of the same name there is another one. The Secrets are made from them; no message, value or state holds one in the clear.
 */

const text = z.string().regex(/\S/);
const credential = z.union([
  z.strictObject({ token: text }),
  z.strictObject({ appId: text, installationId: text, privateKey: text }),
]);
type Credential = z.output<typeof credential>;

/** Credentials by server and scope, in lower case. */
export type GithubCredentials = ReadonlyMap<string, pulumi.Output<Readonly<Record<string, string>>>>;

const KEY = "numafleet:githubCredentials";

export interface GivenCredentials {
  readonly credentials: GithubCredentials;
  readonly findings: readonly Finding[];
}

export function readGithubCredentials(): GivenCredentials {
  const given = pulumi.runtime.getConfig(KEY);
  if (given === undefined) return { credentials: new Map(), findings: [] };
  if (!isSecret(KEY))
    return refuse(`\`${KEY}\` is not set as a secret; it stands in the stack's file in the clear.`, [
      "Set it again, and take new credentials: what was in the clear is known:",
      `pulumi config set --secret --path '${KEY}["OWNER"].token'.`,
    ]);
  const parsed = z.record(text, z.unknown()).safeParse(fromJson(given));
  if (!parsed.success) return refuse(`\`${KEY}\` is no object with an entry for each owner.`, [FORM]);
  const entries = Object.entries(parsed.data).map(([scope, value]) => ({
    scope,
    value: credential.safeParse(value),
  }));
  const wrong = entries.filter(({ value }) => !value.success).map(({ scope }) => scope);
  if (wrong.length > 0)
    return refuse(`\`${KEY}\` has no credentials of a known form for ${wrong.sort().join(", ")}.`, [FORM]);
  const twice = entries.map((e) => keyOf(e.scope)).filter((key, i, all) => all.indexOf(key) !== i);
  if (twice.length > 0)
    return refuse(`\`${KEY}\` has credentials for ${[...new Set(twice)].sort().join(", ")} twice.`, [
      "Remove one of them; GitHub tells no owners apart by case.",
    ]);
  return {
    credentials: new Map(
      entries.map(({ scope, value }) => [keyOf(scope), pulumi.secret(secretData(value.data as Credential))]),
    ),
    findings: [],
  };
}

const FORM =
  "Give each owner a `token`, or `appId`, `installationId` and `privateKey` of a GitHub App, all as texts.";

/** The keys that ARC reads. */
function secretData(given: Credential): Record<string, string> {
  return "token" in given
    ? { github_token: given.token }
    : {
        github_app_id: given.appId,
        github_app_installation_id: given.installationId,
        github_app_private_key: given.privateKey,
      };
}

/** What a scale set registers with; undefined where its Secret is there already, or in a key vault. */
export function credentialsOf(credentials: GithubCredentials, set: ScaleSet) {
  if (set.keyVault !== undefined) return undefined;
  const owner = { ...set, scope: set.scope.split("/")[0] ?? "" };
  return credentials.get(keyOf(configUrl(set))) ?? credentials.get(keyOf(configUrl(owner)));
}

/** Owners and servers are told without case; what names no server is of github.com. */
function keyOf(scope: string): string {
  return scope.toLowerCase().replace(/^https:\/\/github\.com\//, "");
}

/** Credentials that no scale set takes: a misspelt owner would leave a Secret unmade. */
export function checkCredentials({ scaleSets }: Fleet, credentials: GithubCredentials): Finding[] {
  const taken = new Set(
    scaleSets.filter((s) => s.keyVault === undefined).map((s) => credentialsOf(credentials, s)),
  );
  return [...credentials]
    .filter(([, value]) => !taken.has(value))
    .map(([scope]) =>
      told(
        `\`${KEY}\` has credentials for ${scope}, with which no scale set registers.`,
        "Correct the owner's name, with its server before it if that is not github.com, or remove the entry.",
      ),
    );
}

function refuse(message: string, remedy: readonly string[]): GivenCredentials {
  return { credentials: new Map(), findings: [told(message, remedy.join(" "))] };
}

function told(message: string, remedy: string): Finding {
  return finding({ rule: "config/invalid-value", path: KEY, subject: `config ${KEY}`, message, remedy });
}

/** Not among the SDK's types, but the one place where it says so. */
function isSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}

/** Never tells what it could not read: it is a secret. */
function fromJson(given: string): unknown {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return undefined;
  }
}
