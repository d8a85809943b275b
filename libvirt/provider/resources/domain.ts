/** libvirt:index/domain:Domain */
import { randomUUID } from "node:crypto";
import { changeClass } from "../../schema/changeClass.ts";
import { type Change, changesOf } from "../../schema/changes.ts";
import { domain as domainInputs } from "../../schema/domain.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { type Host, named } from "../../virsh/host.ts";
import { decode } from "../../xml/decode.ts";
import { find, parseDocument, serialise, type XmlElement } from "../../xml/element.ts";
import { build, change } from "../../xml/encode.ts";
import { setText, textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { taken } from "../adoption.ts";
import { PartialFailure, ProviderError } from "../failure.ts";
import { type Context, objectOf, type Resource } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { isList, type Properties, plainProperties } from "../values.ts";
import { awaitAddresses } from "./domainAddress.ts";
import { domainFailures } from "./domainCheck.ts";
import { applyLive, livePlan, type Running } from "./domainLive.ts";
import { ownerOf, setOwner } from "./domainMark.ts";
import { type DomainInfo, domainInfo, start, stop } from "./domainPower.ts";

const TOKEN = "libvirt:index/domain:Domain";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

export const domain: Resource = {
  check: (request) => {
    const answer = standardCheck(schema, request);
    return { ...answer, failures: [...answer.failures, ...domainFailures(plainProperties(answer.inputs))] };
  },

  diff: (before, after) => standardDiff(schema, before, after),

  async create(inputs, context) {
    const host = await context.host();
    const name = String(inputs.name);
    const existing = (await host.domains()).find((entry) => entry.name === name);
    const uuid = existing?.uuid ?? randomUUID();
    const root = existing
      ? await unfinished(host, existing.uuid, inputs, context)
      : build("domain", domainInputs, inputs);
    setText(root, "uuid", uuid);
    setOwner(root, context.urn);
    await define(host, root, inputs);
    try {
      await settle(host, uuid, inputs, undefined);
    } catch (failure) {
      throw new PartialFailure(
        (failure as Error).message,
        uuid,
        outputs(uuid, await domainInfo(host, uuid), []),
      );
    }
    return { id: uuid, outputs: outputs(uuid, await domainInfo(host, uuid), []) };
  },

  async read(id, known, context) {
    const declared = known?.inputs;
    const host = await context.host();
    const entry = named(await host.domains(), id);
    const info = entry && (await domainInfo(host, entry.uuid));
    if (!entry || !info) return undefined;
    const persistent = decode(await persistentXml(host, entry.uuid), domainInputs);
    const pending = pendingBefore(known?.outputs ?? {}, info);
    let inputs: Record<string, unknown> = { ...persistent, running: info.active, autostart: info.autostart };
    if (declared) {
      inputs = { ...observe(domainInputs, declared, persistent) };
      if (info.active) {
        const live = decode(await liveXml(host, entry.uuid), domainInputs);
        inputs = { ...observe(domainInputs, inputs, live, (property) => comparedLive(property, pending)) };
      }
      if (declared.running !== undefined) inputs.running = info.active;
      if (declared.autostart !== undefined || info.autostart) inputs.autostart = info.autostart;
    }
    return {
      id: entry.uuid,
      inputs: inputs as Properties,
      outputs: outputs(entry.uuid, info, pendingBefore(known?.outputs ?? {}, info)),
    };
  },

  async update(id, before, after, context) {
    const host = await context.host();
    const name = String(after.name);
    const info = await domainInfo(host, id);
    if (!info) throw new ProviderError(`domain ${name} (${id}) is gone from its host; run pulumi refresh`);
    const changes = changesOf(domainInputs, before.inputs, after);
    const pending = pendingBefore(before.outputs, info);
    if (info.active) {
      const plan = livePlan(changes, before.inputs, after, await running(host, id));
      await applyLive(host, id, name, plan);
      pending.push(...nextBoot(changes), ...plan.deferred);
    }
    const root = await persistentXml(host, id, true);
    const unchanged = serialise(root);
    // The host's own view of what was declared, so that drift is mended as well.
    change(root, domainInputs, observe(domainInputs, before.inputs, decode(root, domainInputs)), after);
    setOwner(root, context.urn);
    if (serialise(root) !== unchanged) await define(host, root, after);
    await settle(host, id, after, before.inputs);
    const now = await domainInfo(host, id);
    return outputs(id, now, now?.domainId === info.domainId ? pending : []);
  },

  async delete(id, state, context) {
    const host = await context.host();
    const info = await domainInfo(host, id);
    if (!info) return;
    const { inputs } = state;
    const root = await persistentXml(host, id);
    if (info.active) await stop(host, id, inputs);
    const snapshots = await host.run("snapshot-list", { domain: id, name: true }, "listing snapshots");
    // Those of backup tools; a hypervisor without checkpoints refuses the question.
    const checkpoints = await host
      .run("checkpoint-list", { domain: id, name: true }, "listing checkpoints")
      .catch(() => "");
    const keepNvram = objectOf(inputs, "destroy").keepNvram === true;
    const hasNvram = find(root, "os/nvram") !== undefined || textAt(root, "os/@firmware") === "efi";
    const options = {
      domain: id,
      "managed-save": info.hasSavedState ? (true as const) : undefined,
      "snapshots-metadata": snapshots.trim() === "" ? undefined : (true as const),
      "checkpoints-metadata": checkpoints.trim() === "" ? undefined : (true as const),
      nvram: hasNvram && !keepNvram ? (true as const) : undefined,
      "keep-nvram": hasNvram && keepNvram ? (true as const) : undefined,
    };
    await host.run("undefine", options, `undefining domain ${String(inputs.name)}`);
  },

  changedOutputs: (before, after) => {
    const changes = changesOf(domainInputs, before, after);
    const names = nextBoot(changes).length > 0 ? ["pendingRestart"] : [];
    return changes.some((item) => item.property === "running")
      ? [...names, "domainId", "pendingRestart"]
      : names;
  },
};

/**
 * The definition of a domain that an interrupted update of this very resource has left behind, brought to the inputs
 * of now. What the host has filled in by itself, such as MAC addresses, stays.
 */
async function unfinished(
  host: Host,
  uuid: string,
  inputs: Properties,
  context: Context,
): Promise<XmlElement> {
  const root = await persistentXml(host, uuid, true);
  if (ownerOf(root) !== context.urn) throw taken(context, "domain", String(inputs.name), uuid);
  change(root, domainInputs, observe(domainInputs, inputs, decode(root, domainInputs)), inputs);
  return root;
}

async function define(host: Host, root: XmlElement, inputs: Properties): Promise<void> {
  const validate = objectOf(inputs, "create").validate === true ? true : undefined;
  await host.withDefinition("define", root, { validate }, `defining domain ${String(inputs.name)}`);
}

/** Brings autostart and power to what is declared; `before` is undefined for a new domain. */
async function settle(
  host: Host,
  uuid: string,
  inputs: Properties,
  before: Properties | undefined,
): Promise<void> {
  const info = await domainInfo(host, uuid);
  const name = String(inputs.name);
  const autostart = inputs.autostart === true;
  if (info && info.autostart !== autostart) {
    const disable = autostart ? undefined : true;
    await host.run("autostart", { domain: uuid, disable }, `setting autostart of domain ${name}`);
  }
  if (inputs.running === true && !info?.active) {
    await start(host, uuid, inputs);
    await awaitAddresses(host, uuid, inputs);
  }
  if (inputs.running === false && before?.running === true && info?.active) await stop(host, uuid, inputs);
}

async function persistentXml(host: Host, uuid: string, withSecrets = false): Promise<XmlElement> {
  const secrets = withSecrets ? true : undefined;
  const options = { domain: uuid, inactive: true, "security-info": secrets } as const;
  return parseDocument(await host.run("dumpxml", options, "reading a domain"));
}

async function liveXml(host: Host, uuid: string): Promise<XmlElement> {
  return parseDocument(await host.run("dumpxml", { domain: uuid }, "reading a domain"));
}

async function running(host: Host, uuid: string): Promise<Running> {
  const live = await liveXml(host, uuid);
  const cpus = /^CPU\(s\):\s+(\d+)/m.exec(await host.run("nodeinfo", {}, "reading the host"))?.[1];
  return {
    vcpus: Number(textAt(live, "vcpu/@current") ?? textAt(live, "vcpu") ?? 1),
    ioThreads: Number(textAt(live, "iothreads") ?? 0),
    // libvirt always prints KiB here.
    memoryBytes: BigInt(textAt(live, "memory") ?? 0) * 1024n,
    hostCpus: Number(cpus ?? 1),
  };
}

/**
 * Whether the running domain has to agree with what is declared. What waits for a restart cannot yet; and the balloon
 * moves as the guest lets it, so its live value is no drift.
 */
function comparedLive(property: string, pending: readonly string[]): boolean {
  const waits = pending.some((path) => property === path || property.startsWith(`${path}.`));
  return !waits && changeClass("Domain", property) === "live" && !property.startsWith("currentMemory");
}

function nextBoot(changes: readonly Change[]): string[] {
  return changes
    .filter((item) => changeClass("Domain", item.property) === "next-boot")
    .map((item) => item.path);
}

/** What waited for a restart before, as long as the domain has not been restarted since. */
function pendingBefore(state: Properties, info: DomainInfo): string[] {
  const waiting = state.pendingRestart;
  return info.active && state.domainId === info.domainId && isList(waiting) ? waiting.map(String) : [];
}

function outputs(uuid: string, info: DomainInfo | undefined, pending: readonly string[]): Properties {
  return { uuid, domainId: info?.domainId ?? -1, pendingRestart: [...new Set(pending)].sort() };
}
