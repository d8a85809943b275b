/** libvirt:index/volume:Volume */
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { byteSize, wholeUnits } from "../../schema/byteSize.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { volume as volumeInputs } from "../../schema/storage.ts";
import type { Host } from "../../virsh/host.ts";
import { decode } from "../../xml/decode.ts";
import { parseDocument, type XmlElement } from "../../xml/element.ts";
import { build } from "../../xml/encode.ts";
import { setText, textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { forget, taken } from "../adoption.ts";
import { type CheckFailure, ProviderError } from "../failure.ts";
import { Journal } from "../journal.ts";
import { asText, type Context, type Found, objectOf, type Resource, textOf } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { hasUnknown, type Properties, plainProperties } from "../values.ts";

const TOKEN = "libvirt:index/volume:Volume";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

/** Seconds that an upload may take where customTimeouts say nothing: 1 TB at 50 MB/s. */
const UPLOAD_SECONDS = 6 * 3600;

export const volume: Resource = {
  check: (request) => {
    const answer = standardCheck(schema, request);
    const inputs = plainProperties(answer.inputs);
    const failures = [...answer.failures, ...sizeFailures(inputs), ...formatFailures(inputs)];
    if (Object.keys(request.before).length > 0)
      failures.push(...refusals(plainProperties(request.before), inputs));
    return { ...answer, failures };
  },

  diff: (before, after) => {
    const refused = refusals(plainProperties(before), plainProperties(after));
    if (refused.length > 0) {
      throw new ProviderError(refused.map(({ property, reason }) => `${property} ${reason}`).join("; "));
    }
    return standardDiff(schema, before, after);
  },

  async create(inputs, context) {
    const host = await context.host();
    const name = String(inputs.name);
    const place = { pool: String(inputs.pool), vol: name };
    const journal = new Journal(context.stateDir, context.uri);
    const noteName = `${place.pool}/${name}`;
    const existing = await volumeXml(host, place);
    if (existing) {
      const note = await journal.read("volume", noteName);
      if (note?.urn !== context.urn) throw taken(context, "volume", name, idOf(existing));
      if (note.phase === "made") return found(existing, inputs);
      await host.run("vol-delete", place, `removing the unfinished volume ${name}`);
    }
    await journal.write("volume", noteName, { urn: context.urn, phase: "begun" });
    try {
      await make(host, inputs, place, context);
      await checkPath(host, inputs, place);
    } catch (failure) {
      // It is in no state, so no destroy would find it. Where the connection is lost, the note tells the next try.
      const left = await volumeXml(host, place).catch(() => undefined);
      if (left) await host.run("vol-delete", place, `removing the unfinished volume ${name}`).catch(() => "");
      throw failure;
    }
    await journal.write("volume", noteName, { urn: context.urn, phase: "made" });
    const made = await volumeXml(host, place);
    if (!made) throw new ProviderError(`volume ${name} vanished from pool ${place.pool} while it was made`);
    return found(made, inputs);
  },

  async read(id, known, context) {
    const declared = known?.inputs;
    const host = await context.host();
    const place = declared ? { pool: String(declared.pool), vol: String(declared.name) } : { vol: id };
    const root = await volumeXml(host, place);
    if (!root) return undefined;
    const actual: Record<string, unknown> = { ...decode(root, volumeInputs), capacityUnit: "B" };
    const pool = (await host.run("vol-pool", { vol: idOf(root) }, "reading a volume")).trim();
    const inputs = declared ? observe(volumeInputs, declared, actual) : { ...imported(actual), pool };
    return { ...found(root, declared ?? {}), inputs: inputs as Properties };
  },

  async update(_id, before, after, context) {
    const host = await context.host();
    const place = { pool: String(after.pool), vol: String(after.name) };
    const root = await volumeXml(host, place);
    if (!root)
      throw new ProviderError(`volume ${place.vol} is gone from pool ${place.pool}; run pulumi refresh`);
    const wanted = capacityOf(after);
    const has = BigInt(textAt(root, "capacity") ?? 0);
    if (wanted !== undefined && wanted !== capacityOf(before.inputs) && wanted > has) {
      await host.run("vol-resize", { ...place, capacity: `${wanted}B` }, `growing volume ${place.vol}`);
    }
    return found((await volumeXml(host, place)) ?? root, after).outputs;
  },

  async delete(_id, state, context) {
    const name = String(state.inputs.name);
    if (state.inputs.precious === true) {
      throw new ProviderError(
        `volume ${name} is precious, so it is not deleted. To delete it on purpose: set precious to false, run pulumi up, and then delete it; ` +
          "to keep the data and forget the resource: pulumi state delete",
      );
    }
    const host = await context.host();
    const place = { pool: String(state.inputs.pool), vol: name };
    if (await volumeXml(host, place)) await host.run("vol-delete", place, `deleting volume ${name}`);
    await forget(context, "volume", `${place.pool}/${name}`);
  },

  changedOutputs: (before, after) => {
    const grows = capacityOf(before) !== capacityOf(after);
    return ["allocation", "physical"].filter(
      (name) => grows || before[`${name}Unit`] !== after[`${name}Unit`],
    );
  },
};

function capacityOf(inputs: Properties): bigint | undefined {
  return byteSize(inputs.capacity, textOf(inputs, "capacityUnit") ?? "B");
}

/** A size has to come from somewhere. */
function sizeFailures(inputs: Properties): CheckFailure[] {
  if (inputs.capacity !== undefined || inputs.create !== undefined || inputs.backingStore !== undefined)
    return [];
  return [
    { property: "capacity", reason: "is required for a volume without create.content and backingStore" },
  ];
}

/** Only qcow2 and its like can hold the differences to a base image. */
function formatFailures(inputs: Properties): CheckFailure[] {
  if (hasUnknown(inputs.target)) return [];
  const given = objectOf(objectOf(inputs, "target"), "format").type;
  if (inputs.backingStore === undefined || (given !== undefined && given !== "raw")) return [];
  return [
    {
      property: "target.format.type",
      reason: `is ${given === undefined ? "raw by default" : '"raw"'}, which cannot have a backingStore. Give "qcow2", or leave backingStore out`,
    },
  ];
}

/** Changes that would lose data. */
function refusals(before: Properties, after: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const old = capacityOf(before);
  const next = capacityOf(after);
  if (old !== undefined && next !== undefined && next < old) {
    failures.push({
      property: "capacity",
      reason: `would shrink the volume from ${old} to ${next} bytes, which destroys data. Keep at least ${old} bytes, or make a new volume and copy what is needed`,
    });
  }
  if (before.precious !== true) return failures;
  for (const path of standardDiff(schema, before, after).replaces) {
    failures.push({
      property: path,
      reason:
        "cannot change: the volume is precious, and this change would replace it and lose its data. To replace it on purpose: set precious to false, run pulumi up, and then change it",
    });
  }
  return failures;
}

async function volumeXml(host: Host, place: { vol: string; pool?: string }): Promise<XmlElement | undefined> {
  const text = await host.tryRun("vol-dumpxml", place, `reading volume ${place.vol}`);
  return text === undefined ? undefined : parseDocument(text);
}

function idOf(root: XmlElement): string {
  return textAt(root, "key") ?? textAt(root, "target/path") ?? "";
}

/** libvirt has no say in a volume's path: one that was asked for has to be the one that came out. */
async function checkPath(
  host: Host,
  inputs: Properties,
  place: { pool: string; vol: string },
): Promise<void> {
  const wanted = asText(objectOf(inputs, "target").path);
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

async function make(
  host: Host,
  inputs: Properties,
  place: { pool: string; vol: string },
  context: Context,
): Promise<void> {
  const file = await contentFile(inputs);
  const wanted = capacityOf(inputs);
  const isRaw = (asText(objectOf(objectOf(inputs, "target"), "format").type) ?? "raw") === "raw";
  const root = build("volume", volumeInputs, inputs);
  if (file) {
    if (isRaw && wanted !== undefined && wanted < file.size) {
      throw new ProviderError(
        `volume ${place.vol}: capacity is ${wanted} bytes, but ${file.path} has ${file.size}. Give at least that much, or none`,
      );
    }
    // A qcow2 image brings its own virtual size, which is only known to the host after the upload.
    setText(root, "capacity", String(isRaw && wanted !== undefined ? wanted : file.size));
    setText(root, "capacity/@unit", "B");
  }
  await host.withDefinition("vol-create", root, { pool: place.pool }, `creating volume ${place.vol}`);
  if (!file) return;
  const timeoutMs = (context.timeout ?? UPLOAD_SECONDS) * 1000;
  await host.apart((connection) =>
    connection.run(
      "vol-upload",
      { ...place, file: file.path },
      `uploading to volume ${place.vol}`,
      timeoutMs,
    ),
  );
  if (isRaw || wanted === undefined) return;
  await host.run("pool-refresh", { pool: place.pool }, `refreshing pool ${place.pool}`);
  const uploaded = BigInt((await volumeXml(host, place).then((xml) => xml && textAt(xml, "capacity"))) ?? 0);
  if (wanted < uploaded) {
    throw new ProviderError(
      `volume ${place.vol}: capacity is ${wanted} bytes, but the image ${file.path} has ${uploaded}. Give at least that much, or none`,
    );
  }
  if (wanted > uploaded) {
    await host.run("vol-resize", { ...place, capacity: `${wanted}B` }, `growing volume ${place.vol}`);
  }
}

async function contentFile(inputs: Properties): Promise<{ path: string; size: bigint } | undefined> {
  const url = asText(objectOf(objectOf(inputs, "create"), "content").url);
  if (url === undefined) return undefined;
  if (/^[a-z]+:\/\//i.test(url) && !url.startsWith("file://")) {
    throw new ProviderError(
      `create.content.url ${JSON.stringify(url)} is not a file of this machine. Download the image, verify its checksum, and give its path`,
    );
  }
  const path = url.startsWith("file://") ? fileURLToPath(url) : url;
  const info = await stat(path, { bigint: true }).catch((error: Error) => {
    throw new ProviderError(`create.content.url: cannot read ${path}: ${error.message}`);
  });
  if (!info.isFile()) throw new ProviderError(`create.content.url: ${path} is no regular file`);
  return { path, size: info.size };
}
