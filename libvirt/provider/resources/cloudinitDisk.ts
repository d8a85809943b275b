/** libvirt:index/cloudinitDisk:CloudinitDisk */
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { changeClass } from "../../schema/changeClass.ts";
import type { Change } from "../../schema/changes.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { type CheckFailure, ProviderError } from "../failure.ts";
import { Journal } from "../journal.ts";
import { type Documents, removeImage, writeImage } from "../nocloud.ts";
import { type Context, type DiffAnswer, type Resource, textOf } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { isList, isProperties, type Properties, plainProperties, UNKNOWN, type Value } from "../values.ts";

const TOKEN = "libvirt:index/cloudinitDisk:CloudinitDisk";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

const DOCUMENTS = ["userData", "metaData", "networkConfig"] as const;

export const cloudinitDisk: Resource = {
  check: (request) => {
    const answer = standardCheck(schema, request);
    const failures = seedChangeFailures(plainProperties(request.before), plainProperties(answer.inputs));
    return { ...answer, failures: [...answer.failures, ...failures, ...markerFailures(answer.inputs)] };
  },

  diff: (before, after) => diff(plainProperties(before), plainProperties(after)),

  async create(inputs, context) {
    // A new image has a path that none had before, so that what is uploaded from it is seen to change too.
    const suffix = randomBytes(4).toString("hex");
    const path = join(context.stateDir, "cloudinit", `${String(inputs.name)}-${suffix}.iso`);
    const journal = new Journal(context.stateDir, context.uri);
    const earlier = await journal.read("seed", context.urn);
    await journal.write("seed", context.urn, { urn: context.urn, phase: "begun", path });
    const size = await writeImage(path, documentsOf(inputs));
    // Either this image replaces that one, or no state has known it: an update was cut off, and it holds secrets.
    if (earlier?.path !== undefined) await removeImage(earlier.path);
    return { id: path, outputs: { path, size } };
  },

  async read(id, known, context) {
    if (!known) {
      throw new ProviderError(
        "a CloudinitDisk cannot be imported: its documents are secrets that are not read back; create it anew",
      );
    }
    const size = (await sizeOf(id)) ?? (await rewritten(id, known.inputs, context));
    return {
      id,
      inputs: known.inputs,
      outputs: { ...known.outputs, path: id, ...(size !== undefined && { size }) },
    };
  },

  // A change that does not replace the image is noted in the state and nowhere else.
  update: async (_id, before) => before.outputs,

  async delete(id, _state, context) {
    await removeImage(id);
    const journal = new Journal(context.stateDir, context.uri);
    if ((await journal.read("seed", context.urn))?.path === id) await journal.remove("seed", context.urn);
  },

  changedOutputs: () => [],

  notices: (before, after) => {
    if (after.onSeedChange !== "ignore") return [];
    const changed = changedDocuments(before, after);
    if (changed.length === 0) return [];
    return [
      {
        severity: "info",
        message: `${changed.join(", ")} ${changed.length > 1 ? "change" : "changes"}, and onSeedChange is "ignore": the image, its volume and the VM stay as they are. The VM never sees the change; a seed that is made anew (pulumi up --replace) has it`,
      },
    ];
  },
};

/** The documents that differ; one that is not known yet may. */
function changedDocuments(before: Properties, after: Properties): string[] {
  return changesOfSeed(before, after)
    .filter(isOfDocument)
    .map(({ path }) => path);
}

function diff(before: Properties, after: Properties): DiffAnswer {
  const changes = changesOfSeed(before, after);
  const replaces = changes.filter((change) => changeClass("CloudinitDisk", change.property) === "replace");
  const isIgnored = (change: Change) => after.onSeedChange === "ignore" && isOfDocument(change);
  return {
    changes,
    replaces: replaces.filter((change) => !isIgnored(change)).map(({ path }) => path),
    deleteBeforeReplace: false,
  };
}

function isOfDocument({ property }: Change): boolean {
  const names: readonly string[] = DOCUMENTS;
  return names.includes(property) || property === "texts" || property.startsWith("texts.");
}

/** All changes but those of texts that something else keeps up to date in a guest that runs. */
function changesOfSeed(before: Properties, after: Properties): readonly Change[] {
  const texts = isList(after.texts) ? after.texts : [];
  return standardDiff(schema, before, after).changes.filter(({ path, property }) => {
    if (property === "texts.kept") return false;
    const text = texts[Number(/^texts\[(\d+)\]/.exec(path)?.[1])];
    return property !== "texts.content" || !isProperties(text) || text.kept !== true;
  });
}

/** A text that userData has no marker for would be lost without a word. */
function markerFailures(inputs: Properties): CheckFailure[] {
  const { userData, texts } = plainProperties(inputs);
  if (typeof userData !== "string" || !isList(texts)) return [];
  return texts.flatMap((text, index) => {
    const marker = isProperties(text) ? text.marker : undefined;
    if (typeof marker !== "string" || userData.includes(marker)) return [];
    return [
      { property: `texts[${index}].marker`, reason: `${JSON.stringify(marker)} is nowhere in userData` },
    ];
  });
}

/** A changed document has to say what that means for the VM, as cloud-init reads its seed at the first boot only. */
function seedChangeFailures(before: Properties, after: Properties): CheckFailure[] {
  if (Object.keys(before).length === 0 || after.onSeedChange !== undefined) return [];
  return changedDocuments(before, after)
    .filter((path) => after[path] !== UNKNOWN)
    .map((property) => ({
      property,
      reason:
        'changed, and onSeedChange does not say what that does to the VM. Give "ignore" to keep image, volume and VM as they are, or "replace" for a new image, so that the volume made of it, and the VM if the program says so, are made anew',
    }));
}

const documentsOf = (inputs: Properties): Documents => ({
  userData: withTexts(String(inputs.userData), inputs.texts),
  metaData: String(inputs.metaData),
  networkConfig: textOf(inputs, "networkConfig"),
});

export function withTexts(userData: string, texts: Value | undefined): string {
  if (!isList(texts)) return userData;
  return texts.filter(isProperties).reduce((document: string, { marker, content }) => {
    const encoded = Buffer.from(String(content)).toString("base64");
    return document.replaceAll(String(marker), () => encoded);
  }, userData);
}

/**
 * An image that is gone from this machine, as on a runner that starts empty, is written anew under its old path: to
 * report it as gone would replace the volume of a VM that runs.
 */
async function rewritten(path: string, inputs: Properties, context: Context): Promise<number | undefined> {
  try {
    return await writeImage(path, documentsOf(inputs));
  } catch (failure) {
    context.log(
      "warning",
      `the image ${path} is gone from this machine and cannot be written anew: ${(failure as Error).message}. Only a volume that is made anew needs it`,
    );
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
