/** libvirt:index/network:Network */
import { changeClass } from "../../schema/changeClass.ts";
import { changesOf } from "../../schema/changes.ts";
import { network as networkInputs } from "../../schema/network.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { type Host, named } from "../../virsh/host.ts";
import { decode } from "../../xml/decode.ts";
import { parseDocument, serialise, type XmlElement } from "../../xml/element.ts";
import { build, change } from "../../xml/encode.ts";
import { setText, textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { claim, forget } from "../adoption.ts";
import { PartialFailure, ProviderError } from "../failure.ts";
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
      throw new PartialFailure((failure as Error).message, uuid, await outputs(host, uuid, inputs));
    }
    return { id: uuid, outputs: await outputs(host, uuid, inputs) };
  },

  async read(id, known, context) {
    const declared = known?.inputs;
    const host = await context.host();
    const found = named(await host.networks(), id);
    if (!found) return undefined;
    const actual = decode(await definition(host, found.uuid), networkInputs);
    const inputs = declared ? { ...observe(networkInputs, declared, actual) } : actual;
    const now = await info(host, found.uuid);
    if ((declared?.autostart === true) !== now.autostart) inputs.autostart = now.autostart;
    if ((declared?.running !== false) !== now.active && declared?.running !== false)
      inputs.running = now.active;
    return {
      id: found.uuid,
      inputs: inputs as Properties,
      outputs: await outputs(host, found.uuid, inputs as Properties),
    };
  },

  async update(id, before, after, context) {
    const host = await context.host();
    const name = String(after.name);
    if (!named(await host.networks(), id))
      throw new ProviderError(`network ${name} (${id}) is gone from its host; run pulumi refresh`);
    const root = await definition(host, id);
    const unchanged = serialise(root);
    change(root, networkInputs, observe(networkInputs, before.inputs, decode(root, networkInputs)), after);
    if (serialise(root) !== unchanged) {
      await host.withDefinition("net-define", root, {}, `redefining network ${name}`);
    }
    await bringUp(host, id, after);
    return outputs(host, id, after);
  },

  async delete(id, state, context) {
    const host = await context.host();
    const name = String(state.inputs.name);
    const found = named(await host.networks(), id);
    if (found) {
      const options = { network: found.uuid };
      if ((await info(host, found.uuid)).active) {
        await refuseInUse(host, found.uuid, name);
        await host.run("net-destroy", options, `stopping network ${name}`);
      }
      await host.run("net-undefine", options, `undefining network ${name}`);
    }
    await forget(context, "network", name);
  },

  changedOutputs: () => ["pendingRestart"],

  notices: (before, after) => {
    const waiting = standardDiff(schema, before, after)
      .changes.filter(({ property }) => changeClass("Network", property) === "next-boot")
      .map(({ path }) => path);
    if (waiting.length === 0) return [];
    return [
      {
        severity: "info",
        message: `${waiting.join(", ")}: goes into the definition and takes effect when the network is next started (pendingRestart). The running network is left alone, since a restart would cut its VMs off`,
      },
    ];
  },
};

async function definition(host: Host, uuid: string): Promise<XmlElement> {
  return parseDocument(await host.run("net-dumpxml", { network: uuid, inactive: true }, "reading a network"));
}

async function info(host: Host, uuid: string): Promise<{ active: boolean; autostart: boolean }> {
  const text = await host.run("net-info", { network: uuid }, "reading a network");
  return { active: /^Active:\s+yes/m.test(text), autostart: /^Autostart:\s+yes/m.test(text) };
}

/** Sets whether the network starts with the host, and starts it where it is off and should not be. */
async function bringUp(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const name = String(inputs.name);
  const now = await info(host, uuid);
  const wanted = inputs.autostart === true;
  if (now.autostart !== wanted) {
    const disable = wanted ? undefined : true;
    await host.run("net-autostart", { network: uuid, disable }, `setting autostart of network ${name}`);
  }
  if (now.active || inputs.running === false) return;
  await host.run("net-start", { network: uuid }, `starting network ${name}`);
}

async function outputs(host: Host, uuid: string, declared: Properties): Promise<Properties> {
  return { uuid, pendingRestart: await pendingRestart(host, uuid, declared) };
}

/** Declared properties that the running network does not have yet. */
async function pendingRestart(host: Host, uuid: string, declared: Properties): Promise<string[]> {
  if (!(await info(host, uuid)).active) return [];
  const persistent = decode(await definition(host, uuid), networkInputs);
  const text = await host.run("net-dumpxml", { network: uuid }, "reading a network");
  const live = decode(parseDocument(text), networkInputs);
  const [after, before] = [persistent, live].map((actual) => observe(networkInputs, declared, actual));
  const changes = changesOf(networkInputs, before ?? {}, after ?? {});
  return [...new Set(changes.map(({ property }) => property))].sort();
}

/** Stopping a network takes the link away from every VM on it. */
async function refuseInUse(host: Host, uuid: string, name: string): Promise<void> {
  const ports = await host.run("net-port-list", { network: uuid, uuid: true }, `reading network ${name}`);
  const owners = new Set<string>();
  for (const port of ports.split("\n").map((line) => line.trim())) {
    if (port === "") continue;
    const options = { network: uuid, port };
    const text = await host.tryRun("net-port-dumpxml", options, `reading network ${name}`);
    const owner = text === undefined ? undefined : textAt(parseDocument(text), "owner/name");
    if (owner !== undefined) owners.add(owner);
  }
  if (owners.size === 0) return;
  throw new ProviderError(
    `network ${name} is not deleted: running VMs are on it, ${[...owners].sort().join(", ")}. Shut them down or move them to another network first`,
  );
}
