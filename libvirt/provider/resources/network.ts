/** libvirt:index/network:Network */
import { network as networkInputs } from "../../schema/network.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { type Host, named } from "../../virsh/host.ts";
import { decode } from "../../xml/decode.ts";
import { parseDocument, serialise, type XmlElement } from "../../xml/element.ts";
import { build, change } from "../../xml/encode.ts";
import { setText } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { claim, forget } from "../adoption.ts";
import { PartialFailure } from "../failure.ts";
import type { Resource } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import type { Properties } from "../values.ts";

const TOKEN = "libvirt:index/network:Network";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

export const network: Resource = {
  check: (request) => standardCheck(schema, request),

  diff: (before, after) => standardDiff(schema, before, after),

  async create(inputs, context) {
    const host = await context.host();
    const name = String(inputs.name);
    const uuid = await claim(context, "network", name, await host.networks());
    const root = build("network", networkInputs, inputs);
    setText(root, "uuid", uuid);
    await host.withDefinition("net-define", root, {}, `defining network ${name}`);
    try {
      await bringUp(host, uuid, inputs);
    } catch (failure) {
      throw new PartialFailure((failure as Error).message, uuid, { uuid });
    }
    return { id: uuid, outputs: { uuid } };
  },

  async read(id, known, context) {
    const declared = known?.inputs;
    const host = await context.host();
    const found = named(await host.networks(), id);
    if (!found) return undefined;
    const actual = decode(await definition(host, found.uuid), networkInputs);
    actual.autostart = (await info(host, found.uuid)).autostart;
    const inputs = declared ? observe(networkInputs, declared, actual) : actual;
    if (declared?.autostart !== undefined) Object.assign(inputs, { autostart: actual.autostart });
    return { id: found.uuid, inputs: inputs as Properties, outputs: { uuid: found.uuid } };
  },

  async update(id, before, after, context) {
    const host = await context.host();
    const root = await definition(host, id);
    const unchanged = serialise(root);
    change(root, networkInputs, observe(networkInputs, before.inputs, decode(root, networkInputs)), after);
    if (serialise(root) !== unchanged) {
      await host.withDefinition("net-define", root, {}, `redefining network ${String(after.name)}`);
    }
    await bringUp(host, id, after);
    return { uuid: id };
  },

  async delete(id, state, context) {
    const host = await context.host();
    const name = String(state.inputs.name);
    const found = named(await host.networks(), id);
    if (found) {
      const options = { network: found.uuid };
      if ((await info(host, found.uuid)).active)
        await host.run("net-destroy", options, `stopping network ${name}`);
      await host.run("net-undefine", options, `undefining network ${name}`);
    }
    await forget(context, "network", name);
  },

  changedOutputs: () => [],
};

async function definition(host: Host, uuid: string): Promise<XmlElement> {
  return parseDocument(await host.run("net-dumpxml", { network: uuid, inactive: true }, "reading a network"));
}

async function info(host: Host, uuid: string): Promise<{ active: boolean; autostart: boolean }> {
  const text = await host.run("net-info", { network: uuid }, "reading a network");
  return { active: /^Active:\s+yes/m.test(text), autostart: /^Autostart:\s+yes/m.test(text) };
}

/** Sets whether the network starts with the host, and starts it where it is off. */
async function bringUp(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const name = String(inputs.name);
  const now = await info(host, uuid);
  const wanted = inputs.autostart === true;
  if (now.autostart !== wanted) {
    const disable = wanted ? undefined : true;
    await host.run("net-autostart", { network: uuid, disable }, `setting autostart of network ${name}`);
  }
  if (!now.active) await host.run("net-start", { network: uuid }, `starting network ${name}`);
}
