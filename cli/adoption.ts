/** A Pulumi program that takes over what exists on a host, as it is. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resource } from "../libvirt/provider/catalogue.ts";
import { Connection } from "../libvirt/provider/connection.ts";
import { ProviderError } from "../libvirt/provider/failure.ts";
import type { Context } from "../libvirt/provider/resource.ts";
import type { Host, Listed } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { compareText } from "../model/finding.ts";
import type { Hindrance } from "./fleetChange.ts";

/** Something that exists, with the inputs under which a program describes it exactly. */
export interface Adopted {
  readonly kind: "Pool" | "Domain";
  readonly name: string;
  readonly uuid: string;
  readonly inputs: object;
}

export interface Adoption {
  readonly text: string;
  /** Domains without a definition that stays: they end with their run, and cannot be taken over. */
  readonly transient: readonly string[];
}

/** Reads pools and domains by the provider's own reader, so that its preview finds nothing to change. */
export async function readAdoption(
  uri: string,
  name: string,
  today: string,
  timeoutMs: number,
): Promise<Adoption | Hindrance> {
  const stateDir = await mkdtemp(join(tmpdir(), "numafleet-adoption-"));
  const connection = new Connection();
  connection.configure({ uri, stateDir, commandTimeout: timeoutMs / 1000 });
  const context = connection.context("urn:pulumi:adoption", undefined, () => undefined);
  try {
    const host = await context.host();
    const persistent = await persistentDomains(host);
    const domains = await host.domains();
    const adopted = [
      ...(await readAll("Pool", await host.pools(), context)),
      ...(await readAll(
        "Domain",
        domains.filter(({ uuid }) => persistent.has(uuid)),
        context,
      )),
    ];
    return {
      text: adoptionProgram(adopted, { uri, name, today }),
      transient: domains.filter(({ uuid }) => !persistent.has(uuid)).map((domain) => domain.name),
    };
  } catch (failure) {
    if (!(failure instanceof HostError) && !(failure instanceof ProviderError)) throw failure;
    return { why: `Host ${name} cannot be taken over: ${failure.message}. Nothing is written.` };
  } finally {
    connection.cancel();
    await rm(stateDir, { recursive: true, force: true });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: "the file is there already; name another one",
  ENOENT: "there is no such folder; make it, or name another one",
  EACCES: "the folder may not be written to; name another one",
};

/** Writes a new file; one that is there is somebody's program. */
export async function writeProgram(path: string, text: string): Promise<Hindrance | undefined> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const why = REASONS[code] ?? code;
    return { why: `${path} is not written: ${why}` };
  }
}

async function persistentDomains(host: Host): Promise<ReadonlySet<string>> {
  const options = { all: true, persistent: true, uuid: true } as const;
  const text = await host.run("list", options, "listing domains");
  return new Set(text.split("\n").map((line) => line.trim()));
}

async function readAll(
  kind: Adopted["kind"],
  listed: readonly Listed[],
  context: Context,
): Promise<Adopted[]> {
  const reader = resource(`libvirt:index/${kind.toLowerCase()}:${kind}`);
  const found: Adopted[] = [];
  for (const { name, uuid } of [...listed].sort((a, b) => compareText(a.name, b.name))) {
    // One that has gone since is nobody's any more.
    const answer = await reader?.read(uuid, undefined, context);
    if (answer) found.push({ kind, name, uuid, inputs: answer.inputs });
  }
  return found;
}

interface Origin {
  readonly uri: string;
  readonly name: string;
  readonly today: string;
}

/** The program's text. Pure. */
export function adoptionProgram(adopted: readonly Adopted[], { uri, name, today }: Origin): string {
  const resources = adopted.map(
    ({ kind, name: logical, uuid, inputs }) =>
      `new libvirt.${kind}(${JSON.stringify(logical)}, ${literal(inputs, "")}, adopted(${JSON.stringify(uuid)}));\n`,
  );
  return `/**
 * Pools and VMs of a host as \`fleet discover\` found them on ${today}. A preview shows imports and changes nothing;
 * the first update takes them into the stack. From then on this program says what they are.
 */
import * as libvirt from "@pulumi/libvirt";

const provider = new libvirt.Provider(${JSON.stringify(name)}, { uri: ${JSON.stringify(uri)} });

/** Whatever leaves the program stays on its host, and nothing is deleted before \`protect\` is taken out. */
const adopted = (id: string) => ({ provider, import: id, protect: true, retainOnDelete: true });

${resources.join("\n")}`;
}

/** A value as TypeScript has it, an entry a line. */
function literal(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  const lines = (open: string, entries: readonly string[], close: string) =>
    entries.length === 0
      ? `${open}${close}`
      : `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join("")}${indent}${close}`;
  if (Array.isArray(value))
    return lines(
      "[",
      value.map((entry) => literal(entry, inner)),
      "]",
    );
  if (typeof value !== "object" || value === null) return scalar(value);
  return lines(
    "{",
    Object.entries(value).flatMap(([key, entry]) =>
      entry === undefined
        ? []
        : [`${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}: ${literal(entry, inner)}`],
    ),
    "}",
  );
}

/** Two line ends that JSON has and older readers of programs do not. */
function scalar(value: unknown): string {
  return JSON.stringify(value)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}
