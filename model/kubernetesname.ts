import { z } from "zod";

/** Names of Kubernetes objects, as its API server takes them. */

const LABEL = "a name of 1 to 63 lower-case letters, digits and dashes that begins and ends with one";
const SUBDOMAIN =
  "a name of 1 to 253 lower-case letters, digits, dashes and dots that begins and ends with a letter or digit";

/** A namespace, a container: RFC 1123's label. */
export const dnsLabel = (description: string) =>
  z
    .string({ error: () => `expected ${LABEL}` })
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, { error: () => `expected ${LABEL}` })
    .meta({ description });

/** A Secret, a ConfigMap, a priority class: RFC 1123's subdomain. */
export const dnsSubdomain = (description: string) =>
  z
    .string({ error: () => `expected ${SUBDOMAIN}` })
    .regex(/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, {
      error: () => `expected ${SUBDOMAIN}`,
    })
    .meta({ description });

const KEY = "a key of 1 to 253 letters, digits, dashes, dots and underscores";
/** A key of a Secret's or ConfigMap's data. `..` would leave the folder that it is mounted in. */
export const dataKey = (description: string) =>
  z
    .string({ error: () => `expected ${KEY}` })
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,253}$/, { error: () => `expected ${KEY}` })
    .meta({ description });
