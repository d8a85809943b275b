/** libvirt:index/volume:Volume */
import { createHash } from "node:crypto";
import { wholeUnits } from "../../schema/byteSize.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { volume as volumeInputs } from "../../schema/volume.ts";
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { decode } from "../../xml/decode.ts";
import type { XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { forget, taken } from "../adoption.ts";
import { ProviderError } from "../failure.ts";
import { Journal, type Note } from "../journal.ts";
import { type Context, type Found, objectOf, type Resource, type State, textOf } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import {
  explained,
  idOf,
  noRoom,
  type Place,
  PoolOff,
  poolRoom,
  poolState,
  volumeXml,
} from "../storage/lookUp.ts";
import { beside, refreshPool } from "../storage/poolTurns.ts";
import { LostEnd } from "../storage/upload.ts";
import { isVital, namesOf, usesOf } from "../storage/volumeUse.ts";
import { type Properties, plainProperties } from "../values.ts";
import { movingOwner } from "./domainMark.ts";
import { capacityOf, inputFailures, refusals, wholeKib } from "./volumeCheck.ts";
import { grow } from "./volumeGrow.ts";
import { prepare } from "./volumeMake.ts";

const TOKEN = "libvirt:index/volume:Volume";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

export const volume: Resource = {
  check: (request) => {
    const answer = standardCheck(schema, request);
    const inputs = plainProperties(answer.inputs);
    const failures = [...answer.failures, ...inputFailures(inputs)];
    if (Object.keys(request.before).length > 0) {
      const before = plainProperties(request.before);
      failures.push(...refusals(before, inputs, diff(before, inputs).replaces));
    }
    return { ...answer, failures };
  },

  diff: (before, after) => {
    const [old, next] = [plainProperties(before), plainProperties(after)];
    const answer = diff(old, next);
    const refused = refusals(old, next, answer.replaces);
    if (refused.length > 0) {
      throw new ProviderError(refused.map(({ property, reason }) => `${property} ${reason}`).join("; "));
    }
    return answer;
  },

  async create(inputs, context) {
    const host = await context.host();
    const place = placeOf(inputs);
    const journal = new Journal(context.stateDir, context.uri);
    const noteName = `${place.pool}/${place.vol}`;
    const note = await journal.read("volume", noteName);
    const existing = (await volumeXml(host, place)) ?? (note && (await unlisted(host, place)));
    if (existing && note?.urn !== context.urn) throw taken(context, "volume", place.vol, idOf(existing));
    if (existing && note?.phase === "made") return adopt(host, existing, inputs, note);
    // Nothing is touched before all that can be known to be wrong has been looked at.
    const making = await prepare(host, inputs, place, context);
    try {
      if (existing) await removeUnfinished(host, place, existing);
      await journal.write("volume", noteName, { urn: context.urn, phase: "begun" });
      await beside(host, place.pool, making.run);
      await checkPath(host, inputs, place);
    } catch (failure) {
      // It is in no state, so no destroy would find it. Where the connection is lost, the note tells the next try.
      const isUncertain = await takeBack(host, place, making.hasBegun(), failure);
      if (!isUncertain) await journal.remove("volume", noteName);
      throw await createFailure(host, place, failure, making.hasBegun(), context);
    } finally {
      await making.done();
    }
    await journal.write("volume", noteName, {
      urn: context.urn,
      phase: "made",
      content: contentMark(inputs),
    });
    const made = await volumeXml(host, place);
    if (!made)
      throw new ProviderError(`volume ${place.vol} vanished from pool ${place.pool} while it was made`);
    return found(made, inputs);
  },

  async read(id, known, context) {
    const host = await context.host();
    const root = await volumeXml(host, known ? placeOf(known.inputs) : importPlace(id))
      .then((found) => found ?? (known && unlisted(host, placeOf(known.inputs))))
      .catch((failure) => {
        if (known && failure instanceof PoolOff) return undefined;
        throw failure;
      });
    if (!root) return known ? unseen(host, id, known, context) : undefined;
    const actual: Record<string, unknown> = { ...decode(root, volumeInputs), capacityUnit: "B" };
    if (!known) {
      const pool = (await host.run("vol-pool", { vol: idOf(root) }, "reading a volume")).trim();
      return { ...found(root, {}), inputs: { ...imported(actual), pool } as Properties };
    }
    const inputs = { ...observe(volumeInputs, known.inputs, actual) } as Record<string, Properties[string]>;
    if (isRounding(root, known.inputs)) {
      inputs.capacity = known.inputs.capacity;
      inputs.capacityUnit = known.inputs.capacityUnit;
    }
    return { ...found(root, known.inputs), inputs };
  },

  async update(_id, before, after, context) {
    const host = await context.host();
    const place = placeOf(after);
    const root = (await volumeXml(host, place)) ?? (await unlisted(host, place));
    if (!root)
      throw new ProviderError(`volume ${place.vol} is gone from pool ${place.pool}; run pulumi refresh`);
    const wanted = capacityOf(after);
    if (wanted !== undefined && wanted !== capacityOf(before.inputs)) await grow(host, place, root, wanted);
    return found((await volumeXml(host, place)) ?? root, after).outputs;
  },

  async delete(_id, state, context) {
    const place = placeOf(state.inputs);
    if (state.inputs.precious === true) {
      throw new ProviderError(
        `volume ${place.vol} is precious, so it is not deleted. To delete it on purpose: set precious to false, run pulumi up, and then delete it; ` +
          "to keep the data and forget the resource: pulumi state delete",
      );
    }
    const host = await context.host();
    const root = (await volumeXml(host, place)) ?? (await unlisted(host, place));
    if (root) {
      await refuseInUse(host, place, textAt(root, "target/path") ?? "");
      await host.run("vol-delete", { ...place }, `deleting volume ${place.vol}`);
    }
    await forget(context, "volume", `${place.pool}/${place.vol}`);
  },

  changedOutputs: (before, after) => {
    const grows = capacityOf(before) !== capacityOf(after);
    return ["allocation", "physical"].filter(
      (name) => grows || before[`${name}Unit`] !== after[`${name}Unit`],
    );
  },
};

const diff = (before: Properties, after: Properties) => standardDiff(schema, before, after);

const placeOf = (inputs: Properties): Place => ({ pool: String(inputs.pool), vol: String(inputs.name) });

/** What an import names: a path or key on the host, or POOL/NAME. */
function importPlace(id: string): { vol: string; pool?: string } {
  const parts = /^([^/]+)\/([^/]+)$/.exec(id);
  return parts ? { pool: parts[1] as string, vol: parts[2] as string } : { vol: id };
}

/** The content that a volume was made with, to tell it from another. */
function contentMark(inputs: Properties): string {
  const { url, sha256 } = objectOf(objectOf(inputs, "create"), "content");
  const content = JSON.stringify([url, sha256, objectOf(objectOf(inputs, "create"), "from")]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

/** A volume that this resource made before, and that no state knows: an update was cut off, or it was retained. */
async function adopt(host: Host, root: XmlElement, inputs: Properties, note: Note): Promise<Found> {
  const place = placeOf(inputs);
  const actual = { ...decode(root, volumeInputs), capacityUnit: "B" };
  const seen = observe(volumeInputs, inputs, actual) as Properties;
  const other = [...diff(plainProperties(seen), inputs).replaces];
  if (note.content !== undefined && note.content !== contentMark(inputs)) other.push("create");
  const wanted = capacityOf(inputs);
  const has = BigInt(textAt(root, "capacity") ?? 0);
  if (wanted !== undefined && wanted < has && !isRounding(root, inputs)) other.push("capacity");
  if (other.length > 0) {
    throw new ProviderError(
      `volume ${place.vol} of pool ${place.pool} is left from an earlier update of this resource and is another one now (${other.join(", ")}), so it is left alone. ` +
        "Delete it on the host if its data is not needed (virsh vol-delete), or give this resource another name",
    );
  }
  if (wanted !== undefined) await grow(host, place, root, wanted);
  return found((await volumeXml(host, place)) ?? root, inputs);
}

async function removeUnfinished(host: Host, place: Place, root: XmlElement): Promise<void> {
  await refuseInUse(host, place, textAt(root, "target/path") ?? "");
  await host.tryRun("vol-delete", { ...place }, `removing the unfinished volume ${place.vol}`);
}

/** Removes what a failed try has made; returns whether something could still be there. */
async function takeBack(host: Host, place: Place, hasBegun: boolean, failure: unknown): Promise<boolean> {
  const isCutOff =
    failure instanceof HostError && (failure.code === "connection-lost" || failure.code === "timeout");
  if (!hasBegun) return isCutOff;
  try {
    await host.tryRun("vol-delete", { ...place }, `removing the unfinished volume ${place.vol}`);
    return false;
  } catch {
    return true;
  }
}

/** What to say of a volume that could not be made. */
async function createFailure(
  host: Host,
  place: Place,
  failure: unknown,
  hasBegun: boolean,
  context: Context,
): Promise<unknown> {
  if (failure instanceof HostError && /already exists|exists already/.test(failure.message) && !hasBegun) {
    // libvirt's list is older than the pool: the file of somebody else is not in it yet.
    await refreshPool(host, place.pool).catch(() => undefined);
    const theirs = await volumeXml(host, place).catch(() => undefined);
    if (theirs) return taken(context, "volume", place.vol, idOf(theirs));
  }
  if (failure instanceof LostEnd) {
    // The volume is gone again, so what is free now was free for it.
    await refreshPool(host, place.pool).catch(() => undefined);
    const room = await poolRoom(host, place.pool);
    return room && room.available < failure.size ? noRoom(room, place.pool, failure) : failure;
  }
  return explained(host, place.pool, failure);
}

/**
 * A volume that is there and that libvirt does not list, as its list is older: a file that was put back, or a pool that
 * was started before its file system was mounted.
 */
async function unlisted(host: Host, place: Place): Promise<XmlElement | undefined> {
  if ((await poolState(host, place.pool)) !== "active") return undefined;
  await refreshPool(host, place.pool).catch((failure: unknown) => {
    // libvirt stops a pool that it cannot read, and then nobody can tell what is in it.
    if (!(failure instanceof HostError) || failure.code === "connection-lost") throw failure;
  });
  return volumeXml(host, place);
}

/** A volume that libvirt does not have. Whether it is gone is only certain while its pool is in view. */
async function unseen(host: Host, id: string, known: State, context: Context) {
  const place = placeOf(known.inputs);
  const state = await poolState(host, place.pool);
  if (state !== "active") {
    const why = state === "missing" ? "does not exist on the host" : "is not running";
    context.log(
      "warning",
      `whether volume ${place.vol} is still there cannot be told, as pool ${place.pool} ${why}; it is kept as it was last seen`,
    );
    return { id, ...known };
  }
  if (known.inputs.precious !== true) {
    // Whatever comes to be under its name from now on is somebody else's.
    await forget(context, "volume", `${place.pool}/${place.vol}`);
    return undefined;
  }
  throw new ProviderError(
    `the precious volume ${place.vol} is gone from pool ${place.pool}: ${textOf(known.outputs, "path") ?? id} is no longer on the host. ` +
      "It is not made anew, as that would hide the loss. Put the data back, or accept it: pulumi state delete, and the next update makes an empty one",
  );
}

/** Room that volume managers add to reach a whole number of their extents. */
const EXTENT_BYTES = 32n * 1024n ** 2n;

/** Whether a volume is only larger than declared since it was made in whole KiB, or a device in whole extents. */
function isRounding(root: XmlElement, inputs: Properties): boolean {
  const wanted = capacityOf(inputs);
  const has = BigInt(textAt(root, "capacity") ?? 0);
  if (wanted === undefined || has <= wanted) return false;
  return root.attributes.type === "block" ? has - wanted < EXTENT_BYTES : has === wholeKib(wanted);
}

async function refuseInUse(host: Host, place: Place, path: string): Promise<void> {
  const moving = await movingOwner(host, place, path);
  if (moving !== undefined) {
    throw new ProviderError(
      `volume ${place.vol} of pool ${place.pool} is not deleted: VM ${moving} is moving to another host, or has gone there, and fleet move alone removes what it leaves (--remove-source)`,
    );
  }
  const vital = [];
  for (const use of await usesOf(host, path)) if (await isVital(host, use)) vital.push(use);
  if (vital.length === 0) return;
  throw new ProviderError(
    `volume ${place.vol} of pool ${place.pool} is not deleted: a running VM uses it, ${namesOf(vital)}. Shut the VM down or detach the disk first`,
  );
}

/** libvirt has no say in a volume's path: one that was asked for has to be the one that came out. */
async function checkPath(host: Host, inputs: Properties, place: Place): Promise<void> {
  const wanted = textOf(objectOf(inputs, "target"), "path");
  if (wanted === undefined) return;
  const root = await volumeXml(host, place);
  const path = root && textAt(root, "target/path");
  if (path === undefined || path === wanted) return;
  throw new ProviderError(
    `volume ${place.vol}: target.path is ${JSON.stringify(wanted)}, but pool ${place.pool} puts it at ${JSON.stringify(path)}. Give that, or leave target.path out`,
  );
}

function found(root: XmlElement, inputs: Properties): Found {
  const amount = (name: string): number =>
    wholeUnits(Number(textAt(root, name) ?? 0), textOf(inputs, `${name}Unit`) ?? "B");
  return {
    id: idOf(root),
    outputs: {
      key: idOf(root),
      path: textAt(root, "target/path") ?? "",
      allocation: amount("allocation"),
      physical: amount("physical"),
    },
  };
}

/** For an import: rights and places that the host reports are not to be pinned down by the program. */
function imported(actual: Record<string, unknown>): Record<string, unknown> {
  const target = actual.target as Properties | undefined;
  return { ...actual, target: target?.format ? { format: target.format } : undefined };
}
