/** libvirt:index/domain:Domain */
import { randomUUID } from "node:crypto";
import { changesOf } from "../../schema/changes.ts";
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
import { dropUnfitAddresses, keepAddresses } from "../live/devices.ts";
import { withoutFreePins } from "../live/freePins.ts";
import { addressInterfaces } from "../live/interfaceIdentity.ts";
import { applyLive, planLive } from "../live/plan.ts";
import { RunningDomain } from "../live/runningDomain.ts";
import type { Pending } from "../live/topic.ts";
import { type Context, type Found, objectOf, type Resource } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { type Properties, plainProperties } from "../values.ts";
import { awaitAddresses } from "./domainAddress.ts";
import { domainFailures } from "./domainCheck.ts";
import { heldForMove, markWaiting, moveOf, ownerOf, setOwner } from "./domainMark.ts";
import { definedMemory, followMemory } from "./domainMemory.ts";
import { retirementOf } from "./domainNode.ts";
import {
  changeNotices,
  comparable,
  needsRestart,
  outputs,
  pendingBefore,
  stillPending,
  stillWaiting,
  waits,
} from "./domainPending.ts";
import { type DomainInfo, domainInfo, restart, start, stop } from "./domainPower.ts";
import { requireRecentLibvirt } from "./domainSince.ts";

const TOKEN = "libvirt:index/domain:Domain";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

/** Domains that this process has found unfinished and gone on with just now: they are not to be deleted as their own original. */
const takenUp = new Set<string>();
const WITHOUT_DELETE_BEFORE_REPLACE =
  "the engine made the replacement first, and a host has one VM of a name. Give the resource deleteBeforeReplace: true, and replace it again";

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
    await requireRecentLibvirt(host, inputs);
    if (existing && (await domainInfo(host, uuid))?.active) return goOn(uuid, inputs, context);
    setText(root, "uuid", uuid);
    setOwner(root, context.urn);
    await define(host, root, inputs);
    try {
      await settle(host, uuid, inputs, undefined);
    } catch (failure) {
      throw await partial(host, uuid, failure);
    }
    return { id: uuid, outputs: outputs(uuid, await domainInfo(host, uuid), []) };
  },

  async read(id, known, context) {
    takenUp.delete(id);
    const declared = known?.inputs;
    const host = await context.host();
    const entry = named(await host.domains(), id);
    const info = entry && (await domainInfo(host, entry.uuid));
    if (!entry || !info) return undefined;
    const persistentDefinition = await persistentXml(host, entry.uuid);
    const move = moveOf(persistentDefinition);
    if (known && move) {
      // What holds it is no drift, and a refresh in the middle of a move is no reason to fail.
      context.log("warning", `${heldForMove(entry.name, move).message}; its state is kept as it was`);
      return { id: entry.uuid, ...known };
    }
    const persistent = decode(persistentDefinition, domainInputs) as Properties;
    let pending: Pending[] = [];
    let inputs: Record<string, unknown> = { ...persistent, running: info.active, autostart: info.autostart };
    if (declared) {
      inputs = { ...observe(domainInputs, declared, persistent) };
      if (info.active) {
        const running = await RunningDomain.read(host, entry.uuid);
        const actual = decode(running.xml, domainInputs) as Properties;
        const shown = await withoutFreePins(actual, inputs as Properties, running);
        const before = pendingBefore(known.outputs, running.xml);
        pending = stillWaiting(stillPending(before, running.xml, persistentDefinition), declared, shown);
        const live = comparable(inputs as Properties, persistent, shown, pending);
        inputs = { ...observe(domainInputs, inputs, live, (property) => !waits(property, pending)) };
      }
      if (declared.running !== undefined) inputs.running = info.active;
      if (declared.autostart !== undefined || info.autostart) inputs.autostart = info.autostart;
    }
    return {
      id: entry.uuid,
      inputs: inputs as Properties,
      outputs: outputs(entry.uuid, info, pending),
    };
  },

  async update(id, before, after, context) {
    takenUp.delete(id);
    const host = await context.host();
    const name = String(after.name);
    // Before the running VM is touched, so that it never has half of an update.
    await requireRecentLibvirt(host, after);
    const info = await resumed(host, id, after);
    if (!info) throw new ProviderError(`domain ${name} (${id}) is gone from its host; run pulumi refresh`);
    const changes = changesOf(domainInputs, before.inputs, after);
    let pending: Pending[] = [];
    const root = await persistentXml(host, id, true);
    refuseMoving(root, name);
    const unchanged = serialise(root);
    const memory = definedMemory(root);
    // The host's own view of what was declared, so that drift is mended as well.
    change(root, domainInputs, observe(domainInputs, before.inputs, decode(root, domainInputs)), after);
    followMemory(root, memory, after);
    setOwner(root, context.urn);
    const persistent = { before: parseDocument(unchanged), after: root };
    dropUnfitAddresses(root, persistent.before);
    if (info.active) {
      addressInterfaces(root, id);
      const running = await RunningDomain.read(host, id);
      pending = pendingBefore(before.outputs, running.xml);
      const plan = await planLive(changes, before.inputs, after, running, persistent, pending);
      pending.push(...needsRestart(changes, before.inputs, after));
      pending.push(...(await applyLive(host, id, name, plan)));
      const { xml } = plan.commands.length > 0 ? await RunningDomain.read(host, id) : running;
      keepAddresses(root, xml);
      pending = stillPending(pending, xml, root);
    }
    if (serialise(root) !== unchanged) await define(host, root, after);
    try {
      await settle(host, id, after, before.inputs);
    } catch (failure) {
      // Of one that was off the definition has everything, and nothing waits; else the next update does it all again.
      throw info.active ? failure : await partial(host, id, failure);
    }
    const settled = await domainInfo(host, id);
    const isSame = settled?.active === true && settled.domainId === info.domainId;
    const waiting = isSame && pending.length > 0 ? await waitingNow(host, id, pending, after) : [];
    if (waiting.length > 0) await markWaiting(host, id);
    if (waiting.length > 0 && objectOf(after, "restart").when === "needed") {
      try {
        await restart(host, id, after);
      } catch (failure) {
        throw new PartialFailure((failure as Error).message, id, outputs(id, settled, waiting));
      }
      try {
        await awaitAddresses(host, id, after);
      } catch (failure) {
        // It is restarted, and another update must not restart it once more.
        throw await partial(host, id, failure);
      }
      return outputs(id, await domainInfo(host, id), []);
    }
    return outputs(id, settled, waiting);
  },

  async delete(id, state, context) {
    // A replacement that is made before its original goes finds the original, and takes it for its own.
    if (takenUp.has(id)) {
      context.log(
        "warning",
        `${String(state.inputs.name)} was not made anew: ${WITHOUT_DELETE_BEFORE_REPLACE}`,
      );
      return;
    }
    const host = await context.host();
    const info = await domainInfo(host, id);
    const { inputs } = state;
    if (info) refuseMoving(await persistentXml(host, id), String(inputs.name));
    const node = retirementOf(id, inputs, context);
    if (info?.active) {
      await node?.empty();
      await stop(host, id, inputs);
    }
    await node?.remove();
    if (!info) return;
    const root = await persistentXml(host, id);
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
    const moves = changes.some((item) => ["running", "restart.when"].includes(item.property));
    const waiting = needsRestart(changes, before, after).length > 0;
    const restarts = waiting && objectOf(after, "restart").when === "needed";
    return [...(moves || restarts ? ["domainId"] : []), ...(moves || waiting ? ["pendingRestart"] : [])];
  },

  notices: (before, after) => changeNotices(changesOf(domainInputs, before, after), before, after),
};

/** The failure of a domain that is defined as declared, and does not run as it should. */
async function partial(host: Host, uuid: string, failure: unknown): Promise<PartialFailure> {
  // A connection that is gone tells nothing more.
  const info = await domainInfo(host, uuid).catch(() => undefined);
  return new PartialFailure((failure as Error).message, uuid, outputs(uuid, info, []));
}

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
  refuseMoving(root, String(inputs.name));
  takenUp.add(uuid);
  const memory = definedMemory(root);
  change(root, domainInputs, observe(domainInputs, inputs, decode(root, domainInputs)), inputs);
  followMemory(root, memory, inputs);
  return root;
}

/**
 * Goes on with a domain that an interrupted update has started already, as an update would: what the program has
 * changed since reaches the guest, or waits for its next boot.
 */
async function goOn(uuid: string, inputs: Properties, context: Context): Promise<Found> {
  const seen = await domain.read(uuid, { inputs, outputs: {} }, context);
  if (!seen) throw new ProviderError(`domain ${String(inputs.name)} has just gone; run the update again`);
  const found = await domain.update(uuid, seen, inputs, context);
  takenUp.add(uuid);
  return { id: uuid, outputs: found };
}

/**
 * What is known of a domain, which runs if it was saved and should run: it goes on with the definition that it was
 * saved with, so a change has to reach it while it runs.
 */
async function resumed(host: Host, uuid: string, inputs: Properties): Promise<DomainInfo | undefined> {
  const info = await domainInfo(host, uuid);
  if (info?.active !== false || !info.hasSavedState || inputs.running !== true) return info;
  if (objectOf(inputs, "create").forceBoot === true) return info;
  await start(host, uuid, inputs);
  return domainInfo(host, uuid);
}

/** A VM that moves is only started, changed and taken away by the move: two hosts must never run it. */
function refuseMoving(root: XmlElement, name: string): void {
  const move = moveOf(root);
  if (move) throw heldForMove(name, move);
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

/** What waits of a running domain's changes, now that they are made. */
async function waitingNow(
  host: Host,
  uuid: string,
  pending: readonly Pending[],
  declared: Properties,
): Promise<Pending[]> {
  const { xml } = await RunningDomain.read(host, uuid);
  return stillWaiting(pending, declared, decode(xml, domainInputs) as Properties);
}

async function persistentXml(host: Host, uuid: string, withSecrets = false): Promise<XmlElement> {
  const secrets = withSecrets ? true : undefined;
  const options = { domain: uuid, inactive: true, "security-info": secrets } as const;
  return parseDocument(await host.run("dumpxml", options, "reading a domain"));
}
