/** libvirt:index/pool:Pool */
import { wholeUnits } from "../../schema/byteSize.ts";
import { changeClass } from "../../schema/changeClass.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { pool as poolInputs } from "../../schema/storage.ts";
import { type Host, named } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { decode } from "../../xml/decode.ts";
import { parseDocument, type XmlElement } from "../../xml/element.ts";
import { build, change } from "../../xml/encode.ts";
import { setText, textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { claim, forget } from "../adoption.ts";
import { type CheckFailure, PartialFailure, ProviderError } from "../failure.ts";
import { Journal } from "../journal.ts";
import { type Context, objectOf, type Resource, textOf } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { isProperties, type Properties, type Value } from "../values.ts";
import { refuseInUse, takesAll } from "./poolContents.ts";

const TOKEN = "libvirt:index/pool:Pool";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

/** Kinds that are a folder of the host. */
const FOLDERS = new Set(["dir", "fs", "netfs"]);

/** Kinds that are made on a device, and what they are made of there. */
const ON_DEVICES: ReadonlyMap<string, string> = new Map([
  ["fs", "its file system"],
  ["logical", "its volume group"],
  ["disk", "its partition table"],
]);

/** Outputs that are sizes; each has an input with its unit. */
const SIZES = ["capacity", "allocation", "available"] as const;

export const pool: Resource = {
  check: (request) => {
    const answer = standardCheck(schema, request);
    return { ...answer, failures: [...answer.failures, ...placeFailures(answer.inputs)] };
  },

  diff: (before, after) => standardDiff(schema, before, after),

  async create(inputs, context) {
    const host = await context.host();
    const name = String(inputs.name);
    const uuid = await claim(context, "pool", name, await host.pools());
    const root = build("pool", poolInputs, inputs);
    setText(root, "uuid", uuid);
    await host.withDefinition("pool-define", root, {}, `defining pool ${name}`).catch(conflict);
    await finish(host, uuid, inputs, context);
    return { id: uuid, outputs: await poolOutputs(host, uuid, inputs) };
  },

  async read(id, known, context) {
    const declared = known?.inputs;
    const host = await context.host();
    const found = named(await host.pools(), id);
    if (!found) return undefined;
    const root = await definition(host, found.uuid);
    const actual = decode(root, poolInputs);
    const inputs = declared ? observe(poolInputs, declared, actual) : withoutSizes(actual);
    const switches = switched(
      objectOf((declared ?? {}) as Properties, "create"),
      await info(host, found.uuid),
    );
    return {
      id: found.uuid,
      inputs: { ...inputs, ...(switches && { create: switches }) } as Properties,
      outputs: sizes(root, found.uuid, declared ?? {}),
    };
  },

  async update(id, before, after, context) {
    const host = await context.host();
    const name = String(after.name);
    if (!named(await host.pools(), id))
      throw new ProviderError(`pool ${name} (${id}) is gone from its host; run pulumi refresh`);
    const { changes } = standardDiff(schema, before.inputs, after);
    if (changes.some((item) => changeClass("Pool", item.property) === "next-boot")) {
      const root = parseDocument(
        await host.run("pool-dumpxml", { pool: id, inactive: true }, "reading a pool"),
      );
      change(root, poolInputs, before.inputs, after);
      await host.withDefinition("pool-define", root, {}, `redefining pool ${name}`);
    }
    const note = await new Journal(context.stateDir, context.uri).read("pool", name);
    // Only one that was never finished is built: a new folder would hide a file system that is not mounted.
    if (note?.urn === context.urn && note.phase === "begun") await finish(host, id, after, context);
    else await bringUp(host, id, after);
    return poolOutputs(host, id, after);
  },

  async delete(id, state, context) {
    const host = await context.host();
    const name = String(state.inputs.name);
    const found = named(await host.pools(), id);
    if (found) {
      const options = { pool: found.uuid };
      const { active } = await info(host, found.uuid);
      // One that is off has to be looked into as well before its data go.
      const isSeen =
        active || (takesAll(state.inputs) && (await startToLook(host, found.uuid, name, context)));
      if (isSeen) {
        const refused = await refuseInUse(host, found.uuid, state.inputs).then(() => undefined, asIs);
        if (refused === undefined || !active) {
          await host.run("pool-destroy", options, `stopping pool ${name}`);
        }
        if (refused !== undefined) throw refused;
      }
      if (isSeen && takesAll(state.inputs))
        await host.run("pool-delete", options, `deleting what pool ${name} is made of`);
      await host.run("pool-undefine", options, `undefining pool ${name}`);
    }
    await forget(context, "pool", name);
  },

  changedOutputs: (before, after) => SIZES.filter((name) => before[`${name}Unit`] !== after[`${name}Unit`]),
};

/** What a kind of pool cannot be without. */
function placeFailures(inputs: Properties): CheckFailure[] {
  const type = textOf(inputs, "type") ?? "";
  const failures: CheckFailure[] = [];
  const lacks = (object: string, property: string): boolean => {
    const value = inputs[object];
    return value === undefined || (isProperties(value) && value[property] === undefined);
  };
  if (FOLDERS.has(type) && lacks("target", "path")) {
    const reason = `is required: a pool of type ${type} is a folder of the host, such as "/var/lib/libvirt/images"`;
    failures.push({ property: "target.path", reason });
  }
  if (["fs", "disk"].includes(type) && lacks("source", "devices")) {
    const reason = `is required: a pool of type ${type} is on a device, such as [{ path: "/dev/disk/by-id/…" }]`;
    failures.push({ property: "source.devices", reason });
  }
  const create = objectOf(inputs, "create");
  if (type === "logical" && create.build === true && lacks("source", "devices")) {
    const reason = "is required to build a volume group: the devices that it is made of";
    failures.push({ property: "source.devices", reason });
  }
  return failures;
}

/** Two pools of one place would each take the other's volumes for their own; libvirt refuses that. */
function conflict(failure: unknown): never {
  const other = failure instanceof Error && /conflict with pool: '(.*?)'/.exec(failure.message)?.[1];
  if (typeof other !== "string") throw failure;
  throw new ProviderError(
    `pool ${JSON.stringify(other)} of the host has the same place. Use that one (give its name to the volumes, or pulumi import it), or give this pool another place. (${(failure as Error).message})`,
  );
}

/** Makes a defined pool usable, and notes that it is; a failure keeps it in the state, as the definition is there. */
async function finish(host: Host, uuid: string, inputs: Properties, context: Context): Promise<void> {
  try {
    if (!(await info(host, uuid)).active) await buildPool(host, uuid, inputs);
    await bringUp(host, uuid, inputs);
  } catch (failure) {
    throw new PartialFailure((failure as Error).message, uuid, await poolOutputs(host, uuid, inputs));
  }
  const note = { urn: context.urn, uuid, phase: "made" } as const;
  await new Journal(context.stateDir, context.uri).write("pool", String(inputs.name), note);
}

/** Makes the folder, or what a device needs; a device that holds something is never overwritten. */
async function buildPool(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const type = String(inputs.type);
  const made = ON_DEVICES.get(type);
  // A folder harms nobody; building on a device could.
  if (!(objectOf(inputs, "create").build ?? type === "dir")) return;
  const options = { pool: uuid, "no-overwrite": made === undefined ? undefined : (true as const) };
  try {
    await host.run("pool-build", options, `building pool ${String(inputs.name)}`);
  } catch (failure) {
    const isThere = failure instanceof Error && /already built/i.test(failure.message);
    if (!isThere) throw failure;
    // An interrupted update, or somebody before it, has made the same; the start says whether it fits.
  }
}

/** Starts a pool that should run, and sets whether it starts with its host. */
async function bringUp(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const create = objectOf(inputs, "create");
  const name = String(inputs.name);
  const now = await info(host, uuid);
  if (!now.active && create.start !== false) await start(host, uuid, inputs);
  const autostart = create.autostart !== false;
  if (now.autostart === autostart) return;
  const disable = autostart ? undefined : (true as const);
  await host.run("pool-autostart", { pool: uuid, disable }, `setting autostart of pool ${name}`);
}

async function start(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const name = String(inputs.name);
  const path = textOf(objectOf(inputs, "target"), "path");
  try {
    await host.run("pool-start", { pool: uuid }, `starting pool ${name}`);
  } catch (failure) {
    const isGone =
      inputs.type === "dir" && failure instanceof Error && /No such file|not found/i.test(failure.message);
    if (!isGone) throw failure;
    throw new ProviderError(
      `pool ${name} cannot start: its folder ${path} is not there. If it is on a file system of its own, mount that; if it is lost, make it (mkdir) and run the update again. (${(failure as Error).message})`,
    );
  }
}

interface Info {
  readonly active: boolean;
  readonly autostart: boolean;
}

async function info(host: Host, uuid: string): Promise<Info> {
  const text = await host.run("pool-info", { pool: uuid }, "reading a pool");
  return { active: /^State:\s+running/m.test(text), autostart: /^Autostart:\s+yes/m.test(text) };
}

/** The declared `create` with what is otherwise on the host; undefined where nothing is declared and all is as usual. */
function switched(create: Properties, { active, autostart }: Info): Properties | undefined {
  const out: Record<string, Value> = { ...(create as Record<string, Value>) };
  if ((create.autostart !== false) !== autostart) out.autostart = autostart;
  if (create.start !== false && !active) out.start = false;
  return Object.keys(out).length > 0 ? out : undefined;
}

const asIs = (failure: unknown): unknown => failure;

/** What a pool fails with that cannot start, as its folder, device or volume group is gone. */
const UNREADABLE: ReadonlySet<string> = new Set(["failed", "not-found"]);

/** Starts a pool that is off; one that does not start is forgotten, and what it is made of stays. */
async function startToLook(host: Host, uuid: string, name: string, context: Context): Promise<boolean> {
  try {
    await host.run("pool-start", { pool: uuid }, `starting pool ${name}`);
    return true;
  } catch (failure) {
    if (!(failure instanceof HostError) || !UNREADABLE.has(failure.code)) throw failure;
    context.log(
      "warning",
      `pool ${name} is off and does not start, so nobody can see what is in it: it is forgotten, and what it is made of stays on the host. (${failure.message})`,
    );
    return false;
  }
}

async function definition(host: Host, uuid: string): Promise<XmlElement> {
  return parseDocument(await host.run("pool-dumpxml", { pool: uuid }, "reading a pool"));
}

async function poolOutputs(host: Host, uuid: string, inputs: Properties): Promise<Properties> {
  return sizes(await definition(host, uuid), uuid, inputs);
}

function sizes(root: XmlElement, uuid: string, inputs: Properties): Properties {
  const amounts = SIZES.map((name) => {
    const bytes = Number(textAt(root, name) ?? 0);
    return [name, wholeUnits(bytes, textOf(inputs, `${name}Unit`) ?? "B")];
  });
  return { uuid, ...Object.fromEntries(amounts) };
}

/** For an import: what the host fills in by itself is no input. */
function withoutSizes(actual: Record<string, unknown>): Record<string, unknown> {
  const source = actual.source as Record<string, unknown> | undefined;
  return source && Object.keys(source).length === 0 ? { ...actual, source: undefined } : actual;
}
