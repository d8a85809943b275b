/** libvirt:index/cloudinitDisk:CloudinitDisk */
import { randomBytes } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { resourceSchema } from "../../schema/resources.ts";
import { ProviderError } from "../failure.ts";
import { type Documents, writeImage } from "../nocloud.ts";
import { type Context, type Resource, textOf } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import type { Properties } from "../values.ts";

const TOKEN = "libvirt:index/cloudinitDisk:CloudinitDisk";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

export const cloudinitDisk: Resource = {
  check: (request) => standardCheck(schema, request),

  diff: (before, after) => ({ ...standardDiff(schema, before, after), deleteBeforeReplace: false }),

  async create(inputs, context) {
    const outputs = await write(inputs, context);
    return { id: String(outputs.path), outputs };
  },

  async read(id, known) {
    if (!known) {
      throw new ProviderError(
        "a CloudinitDisk cannot be imported: its documents are secrets that are not read back; create it anew",
      );
    }
    const size = await sizeOf(id);
    return size === undefined ? undefined : { id, inputs: known.inputs, outputs: { path: id, size } };
  },

  // Every change of a document replaces the image, so there is nothing to update.
  update: async (_id, before) => before.outputs,

  delete: (id) => rm(id, { force: true }),

  changedOutputs: () => [],
};

/** A new image under a path that none had before, so that what is uploaded from it is seen to change too. */
async function write(inputs: Properties, context: Context): Promise<Properties> {
  const suffix = randomBytes(4).toString("hex");
  const path = join(context.stateDir, "cloudinit", `${String(inputs.name)}-${suffix}.iso`);
  const documents: Documents = {
    userData: String(inputs.userData),
    metaData: String(inputs.metaData),
    networkConfig: textOf(inputs, "networkConfig"),
  };
  return { path, size: await writeImage(path, documents) };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
