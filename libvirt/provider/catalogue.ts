/** The resources by type token, and what else needs the schemas. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { propertiesOf } from "../schema/field.ts";
import { RESOURCES, type ResourceSchema } from "../schema/resources.ts";
import type { Notice, Resource } from "./resource.ts";
import { cloudinitDisk } from "./resources/cloudinitDisk.ts";
import { domain } from "./resources/domain.ts";
import { guestFile } from "./resources/guestFile.ts";
import { hostTuning } from "./resources/hostTuning.ts";
import { network } from "./resources/network.ts";
import { pool } from "./resources/pool.ts";
import { volume } from "./resources/volume.ts";
import { standardNotices } from "./standard.ts";
import type { Properties } from "./values.ts";

export { checkConfiguration, diffConfiguration } from "./configuration.ts";

// Compiling a parser pays off after many inputs; a plugin sees a few of each kind (45 of 490 ms of CPU).
z.config({ jitless: true });

const BY_KIND: Readonly<Record<ResourceSchema["kind"], Resource>> = {
  CloudinitDisk: cloudinitDisk,
  Domain: domain,
  GuestFile: guestFile,
  HostTuning: hostTuning,
  Network: network,
  Pool: pool,
  Volume: volume,
};

/** The resource of a type token; undefined for one that the package does not have. */
export function resource(token: string): Resource | undefined {
  const schema = RESOURCES.find((candidate) => candidate.token === token);
  return schema && BY_KIND[schema.kind];
}

/** What the preview of an update says: the resource's own words, or the class of each changed property. */
export function notices(of: Resource, before: Properties, after: Properties): readonly Notice[] {
  if (of.notices) return of.notices(before, after);
  const schema = RESOURCES.find((candidate) => BY_KIND[candidate.kind] === of);
  return schema ? standardNotices(schema, before, after) : [];
}

/** The outputs that the host adds to a resource's inputs. */
export function outputNames(of: Resource): string[] {
  const schema = RESOURCES.find((candidate) => BY_KIND[candidate.kind] === of);
  return schema ? propertiesOf(schema.outputs).map(([name]) => name) : [];
}

const ROOT = join(import.meta.dirname, "..");

/** The package's schema.json. */
export function schemaText(): string {
  return readFileSync(join(ROOT, "schema.json"), "utf8");
}

/** The package's version. */
export function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version;
}
