/** Names: the rules that every API server applies to them, and the names given where a program gives none. */
import { createHash, randomBytes } from "node:crypto";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Length limits in characters: RFC 1123 label, RFC 1123 subdomain, a label's name and value, a Helm release. */
export const LABEL_LENGTH = 63;
export const SUBDOMAIN_LENGTH = 253;
export const RELEASE_LENGTH = 53;

/** Why `name` is no DNS label (a namespace, a Helm release), or `undefined`. */
export function dnsLabelProblem(name: string, limit: number = LABEL_LENGTH): string | undefined {
  if (name.length > limit) return `"${name}" has ${name.length} characters, at most ${limit} are allowed`;
  return LABEL.test(name) ? undefined : `"${name}" is not made of a-z, 0-9 and inner "-" only`;
}

/**
 * Why `name` is no object's name, or `undefined`. Names of RBAC objects may hold ":" and upper case (they
 * need only be one path segment), so these are checked for that alone.
 */
export function objectNameProblem(kind: string, name: string): string | undefined {
  if (kind === "Namespace") return dnsLabelProblem(name);
  if (/(Role|Binding)$/.test(kind)) {
    return /[/%]/.test(name) || name === "." || name === ".." ? `"${name}" holds "/" or "%"` : undefined;
  }
  if (name.length > SUBDOMAIN_LENGTH) {
    return `"${name}" has ${name.length} characters, at most ${SUBDOMAIN_LENGTH} are allowed`;
  }
  return SUBDOMAIN.test(name) ? undefined : `"${name}" is not made of a-z, 0-9 and inner "-" or "." only`;
}

/** Why `key` is no key of a label or an annotation, or `undefined`. */
export function qualifiedKeyProblem(key: string): string | undefined {
  const [prefix, name, ...more] = key.includes("/") ? key.split("/") : ["", key];
  if (more.length > 0 || name === undefined) return `the key "${key}" has more than one "/"`;
  if (prefix !== "" && !SUBDOMAIN.test(prefix ?? "")) return `the part before "/" in "${key}" is no DNS name`;
  if (name.length > LABEL_LENGTH)
    return `the key "${key}" has ${name.length} characters, at most ${LABEL_LENGTH} are allowed`;
  return QUALIFIED.test(name)
    ? undefined
    : `the key "${key}" is not made of letters, digits and inner "-", "_" or "." only`;
}

/** Why `value` is no label's value, or `undefined`. */
export function labelValueProblem(value: string): string | undefined {
  if (value === "") return undefined;
  if (value.length > LABEL_LENGTH)
    return `"${value}" has ${value.length} characters, at most ${LABEL_LENGTH} are allowed`;
  return QUALIFIED.test(value)
    ? undefined
    : `"${value}" is not made of letters, digits and inner "-", "_" or "." only`;
}

/**
 * The vendor's rule: the resource's Pulumi name, "-" and 8 hexadecimal digits.
 *
 * @param seed from the engine; the same seed gives the same name, so that a plan and its execution agree.
 * @param limit longest name allowed; the Pulumi name is cut to fit.
 */
export function autoname(name: string, seed: Uint8Array, limit: number): string {
  const digits =
    seed.length > 0
      ? createHash("sha256").update(seed).digest("hex").slice(0, 8)
      : randomBytes(4).toString("hex");
  return `${name.slice(0, limit - 9)}-${digits}`;
}

/** Who this resource is to the API server, in 8 digits: stable, so that a repeated attempt is the same owner. */
export function fieldManager(urn: string): string {
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}
