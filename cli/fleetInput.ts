import { InvalidArgumentError } from "commander";
import { type Finding, FleetError, finding } from "../model/finding.ts";
import { type Fleet, requireFleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { nearest } from "../model/properties.ts";
import { loadFleet } from "../stacks/load.ts";

/** The fleet that a command is about, and the options that it is given by. */

/** The fleet of a file, checked; without a path the default stack. @throws FleetError with every finding */
export async function readFleet(path: string | undefined): Promise<Fleet> {
  return (await readWritten(path)).fleet;
}

/** The same with the fleet as it was written, before defaults. @throws FleetError with every finding */
export async function readWritten(
  path: string | undefined,
): Promise<{ readonly fleet: Fleet; readonly written: unknown }> {
  const written = await loadFleet(path);
  if (path !== undefined && isRecord(written) && isRecord(written.deployment)) {
    const remedy = "Judge it by --stack-export.";
    throw unreadable("model/unreadable-file", path, "a fleet", "it is an exported stack", remedy);
  }
  return { fleet: requireFleet(written), written };
}

/** Of a file option that is given twice the first file would go unread. */
export function once(value: string, previous: string | undefined): string {
  if (previous !== undefined) throw new InvalidArgumentError(`It is given already, as '${previous}'.`);
  return value;
}

export function unreadable(
  rule: string,
  path: string,
  what: string,
  why: string,
  remedy: string,
): FleetError {
  const message = `\`${path}\` cannot be read as ${what}: ${why}.`;
  return new FleetError("The input cannot be read:", [
    finding({ rule, path: "", subject: `file ${path}`, message, remedy }),
  ]);
}

/** A host that is asked for by a name which the fleet has not. */
export function unknownHost(name: string, known: readonly string[]): Finding {
  const meant = nearest(name, known);
  return finding({
    rule: "model/unknown-name",
    path: "hosts",
    subject: `host ${name}`,
    message: `${JSON.stringify(name)} names no host of the fleet; ${meant ? `did you mean ${meant}?` : `expected one of ${known.join(", ")}.`}`,
    remedy: "Name a host as the fleet does.",
  });
}

/** What a command on hosts says of a fleet that has none: nothing to `toDo`, as there is none to `end`. */
export function noHost(rule: string, toDo: string, end: string): FleetError {
  return new FleetError(`There is nothing to ${toDo}:`, [
    finding({
      rule,
      path: "hosts",
      subject: "fleet",
      message: `The fleet declares no host, so there is none to ${end}.`,
      remedy: "Declare the hosts, or name another fleet with --fleet.",
    }),
  ]);
}

/** The hosts that are asked for by name, in declaration order, or all. @throws FleetError if one is unknown */
export function chooseHosts({ hosts }: Fleet, names: readonly string[] | undefined): readonly Host[] {
  if (names === undefined) return hosts;
  const known = hosts.map(({ name }) => name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length === 0) return hosts.filter(({ name }) => names.includes(name));
  throw new FleetError(
    "There is no such host:",
    strange.map((name) => unknownHost(name, known)),
  );
}

/** Errors of a user's input as a command prints them, one a line. */
export function renderErrors(findings: readonly Finding[]): string {
  return `${findings.map((f) => `error: ${f.message} ${f.remedy}`).join("\n")}\n`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
