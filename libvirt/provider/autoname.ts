/** Names for resources whose program gives them none. */
import { createHash, randomBytes } from "node:crypto";
import type * as providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import type { Autoname } from "./resource.ts";

const SUFFIX_DIGITS = 7;
const DISABLE = 2;

/**
 * The resource's name and seven hexadecimal digits, which follow from the engine's random seed, so that a preview
 * and its update agree; or what the project's pulumi:autonaming configuration says.
 */
export function autoname(request: providerModule.CheckRequest): Autoname {
  const options = request.getAutonaming();
  if (options?.getMode() === DISABLE) return { name: undefined };
  if (options?.getProposedName()) return { name: options.getProposedName() };
  const given = Buffer.from(request.getRandomseed_asU8());
  const seed = given.length > 0 ? given : randomBytes(32);
  const base = request.getName() || (request.getUrn().split("::").at(-1) ?? "libvirt");
  const digits = createHash("sha256").update(seed).update(base).digest("hex").slice(0, SUFFIX_DIGITS);
  return { name: `${base}-${digits}` };
}
