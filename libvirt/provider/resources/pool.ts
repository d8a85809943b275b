/** libvirt:index/pool:Pool */
import { wholeUnits } from "../../schema/byteSize.ts";
import { changeClass } from "../../schema/changeClass.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { pool as poolInputs } from "../../schema/storage.ts";
import { type Host, named } from "../../virsh/host.ts";
import { decode } from "../../xml/decode.ts";
import { parseDocument, type XmlElement } from "../../xml/element.ts";
import { build, change } from "../../xml/encode.ts";
import { setText, textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { claim, forget } from "../adoption.ts";
import { PartialFailure } from "../failure.ts";
import { objectOf, type Resource, textOf } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { isProperties, type Properties } from "../values.ts";

const TOKEN = "libvirt:index/pool:Pool";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

/** Kinds that are a folder of the host. */
const FOLDERS = new Set(["dir", "fs", "netfs"]);

/** Outputs that are sizes; each has an input with its unit. */
const SIZES = ["capacity", "allocation", "available"] as const;

/** Kinds whose target folder only has to be made, which harms nobody; building others can format a device. */
const BUILT_BY_DEFAULT = new Set(["dir"]);

export const pool: Resource = {
  check: (request) => {
    const answer = standardCheck(schema, request);
    const type = textOf(answer.inputs, "type");
    const target = answer.inputs.target;
    const missing = target === undefined || (isProperties(target) && target.path === undefined);
    if (!FOLDERS.has(type ?? "") || !missing) return answer;
    const reason = `is required: a pool of type ${type} is a folder of the host, such as "/var/lib/libvirt/images"`;
    return { ...answer, failures: [...answer.failures, { property: "target.path", reason }] };
  },

  diff: (before, after) => standardDiff(schema, before, after),

  async create(inputs, context) {
    const host = await context.host();
    const name = String(inputs.name);
    const pools = await host.pools();
    const uuid = await claim(context, "pool", name, pools);
    const root = build("pool", poolInputs, inputs);
    setText(root, "uuid", uuid);
    await host.withDefinition("pool-define", root, {}, `defining pool ${name}`);
    try {
      if (!(await isActive(host, uuid))) await bringUp(host, uuid, inputs, true);
    } catch (failure) {
      throw new PartialFailure((failure as Error).message, uuid, await poolOutputs(host, uuid, inputs));
    }
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
    return { id: found.uuid, inputs: inputs as Properties, outputs: sizes(root, found.uuid, declared ?? {}) };
  },

  async update(id, before, after, context) {
    const host = await context.host();
    const { changes } = standardDiff(schema, before.inputs, after);
    if (changes.some((item) => changeClass("Pool", item.property) === "next-boot")) {
      const root = parseDocument(
        await host.run("pool-dumpxml", { pool: id, inactive: true }, "reading a pool"),
      );
      change(root, poolInputs, before.inputs, after);
      await host.withDefinition("pool-define", root, {}, `redefining pool ${String(after.name)}`);
    }
    if (!(await isActive(host, id))) await bringUp(host, id, after, false);
    else await setAutostart(host, id, after);
    return poolOutputs(host, id, after);
  },

  async delete(id, state, context) {
    const host = await context.host();
    const name = String(state.inputs.name);
    const found = named(await host.pools(), id);
    if (found) {
      const options = { pool: found.uuid };
      if (await isActive(host, found.uuid)) await host.run("pool-destroy", options, `stopping pool ${name}`);
      if (objectOf(state.inputs, "destroy").delete === true) {
        await host.run("pool-delete", options, `deleting what pool ${name} is made of`);
      }
      await host.run("pool-undefine", options, `undefining pool ${name}`);
    }
    await forget(context, "pool", name);
  },

  changedOutputs: (before, after) => SIZES.filter((name) => before[`${name}Unit`] !== after[`${name}Unit`]),
};

async function bringUp(host: Host, uuid: string, inputs: Properties, isNew: boolean): Promise<void> {
  const create = objectOf(inputs, "create");
  const name = String(inputs.name);
  const build = create.build ?? BUILT_BY_DEFAULT.has(String(inputs.type));
  if (build === true && (isNew || BUILT_BY_DEFAULT.has(String(inputs.type)))) {
    await host.run("pool-build", { pool: uuid }, `building pool ${name}`);
  }
  if (create.start !== false) await host.run("pool-start", { pool: uuid }, `starting pool ${name}`);
  await setAutostart(host, uuid, inputs);
}

async function setAutostart(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const disable = objectOf(inputs, "create").autostart === false ? true : undefined;
  await host.run(
    "pool-autostart",
    { pool: uuid, disable },
    `setting autostart of pool ${String(inputs.name)}`,
  );
}

async function isActive(host: Host, uuid: string): Promise<boolean> {
  const info = await host.run("pool-info", { pool: uuid }, "reading a pool");
  return /^State:\s+running/m.test(info);
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
