import { z } from "zod";
import { type Finding, FleetError, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { connectionUri } from "./host.ts";
import { nearest } from "./properties.ts";

/**
 * Connection URIs in place of those that a fleet gives, by host name: the same fleet on the same host by another way,
 * or on its twin.
 */
export const hostUris = z.record(z.string(), connectionUri);
export type HostUris = z.output<typeof hostUris>;

/**
 * The fleet with its hosts reached by these URIs. Everything else stays as it is.
 *
 * @param where what gives the URIs, such as `numafleet:uris`
 * @throws FleetError where they name a host that the fleet has not
 */
export function reachBy(fleet: Fleet, uris: HostUris, where: string): Fleet {
  const strange = strangeHosts(fleet, uris, where);
  if (strange.length > 0) throw new FleetError("There is no such host:", strange);
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) =>
      Object.hasOwn(uris, host.name) ? { ...host, uri: uris[host.name] as string } : host,
    ),
  };
}

function strangeHosts({ hosts }: Pick<Fleet, "hosts">, uris: HostUris, where: string): Finding[] {
  const known = hosts.map(({ name }) => name);
  return Object.keys(uris)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return finding({
        rule: "model/unknown-name",
        path: where,
        subject: `host ${name}`,
        message: `\`${where}\` has a URI for ${JSON.stringify(name)}, which is no host of the fleet; ${meant ? `did you mean ${meant}?` : `expected one of ${known.join(", ") || "none: it declares no host"}.`}`,
        remedy: "Name a host as the fleet does, or remove it.",
      });
    });
}
