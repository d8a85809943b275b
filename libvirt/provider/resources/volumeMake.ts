/** Making a volume: empty, over a base image, as a copy of another volume, or with uploaded content. */
import { volume as volumeInputs } from "../../schema/volume.ts";
import { type Host, withFile } from "../../virsh/host.ts";
import type { XmlElement } from "../../xml/element.ts";
import { build } from "../../xml/encode.ts";
import { setText, textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { asText, type Context, objectOf } from "../resource.ts";
import { baseImage } from "../storage/baseImage.ts";
import { imageHeader } from "../storage/imageHeader.ts";
import { requireImageReserve } from "../storage/imageReserve.ts";
import { type Place, volumeXml } from "../storage/lookUp.ts";
import { refreshPool } from "../storage/poolTurns.ts";
import { openSource, type Source } from "../storage/source.ts";
import { transferMs, upload } from "../storage/upload.ts";
import { isVital, namesOf, usesOf } from "../storage/volumeUse.ts";
import type { Properties } from "../values.ts";
import { capacityOf, formatOf } from "./volumeCheck.ts";
import { grow } from "./volumeGrow.ts";

export interface Making {
  /** Makes the volume. */
  run(): Promise<void>;
  /** Whether there is something of it on the host. */
  hasBegun(): boolean;
  /** Takes away what was only needed to make it. */
  done(): Promise<void>;
}

/** Looks at everything that a volume is made of, and throws for what is wrong; nothing is made yet. */
export async function prepare(
  host: Host,
  inputs: Properties,
  place: Place,
  context: Context,
): Promise<Making> {
  await forgetGoneFile(host, place);
  await requireImageReserve(host, inputs, place, context);
  const root = build("volume", volumeInputs, inputs);
  // Version 0.10, which libvirt would take, cannot give back what a guest discards over a base image.
  if (formatOf(inputs) === "qcow2" && textAt(root, "target/compat") === undefined)
    setText(root, "target/compat", "1.1");
  const source = await openSource(inputs, context);
  try {
    const steps = source
      ? await uploaded(host, inputs, place, root, source, context)
      : copyOf(inputs)
        ? await copied(host, inputs, place, root, context)
        : await plain(host, inputs, place, root);
    let hasBegun = false;
    return {
      run: () =>
        steps(async () => {
          hasBegun = true;
          const made = await volumeXml(host, place);
          if (!made) throw new ProviderError(`volume ${place.vol} vanished while it was made`);
          return made;
        }),
      hasBegun: () => hasBegun,
      done: async () => source?.done(),
    };
  } catch (failure) {
    await source?.done();
    throw failure;
  }
}

/** Makes a volume and calls `begun` once there is something of it, which that returns. */
type Steps = (begun: () => Promise<XmlElement>) => Promise<void>;

/** libvirt keeps a volume in its list whose file is gone, and then refuses another of that name. */
async function forgetGoneFile(host: Host, place: Place): Promise<void> {
  const options = { pool: place.pool, vol: place.vol };
  if ((await host.tryRun("vol-path", options, `reading volume ${place.vol}`)) === undefined) return;
  if (await volumeXml(host, place)) return;
  await refreshPool(host, place.pool);
}

async function plain(host: Host, inputs: Properties, place: Place, root: XmlElement): Promise<Steps> {
  const base = await baseImage(host, inputs, capacityOf(inputs));
  // Never left to be probed: a guest that writes another format's header could reach files of the host.
  if (base?.format !== undefined && textAt(root, "backingStore/format/@type") === undefined) {
    setText(root, "backingStore/format/@type", base.format);
  }
  return async (begun) => {
    await createVolume(host, place, root);
    await begun();
  };
}

async function createVolume(host: Host, place: Place, root: XmlElement): Promise<void> {
  await host.withDefinition("vol-create", root, { pool: place.pool }, `creating volume ${place.vol}`);
}

function copyOf(inputs: Properties): { readonly pool: string; readonly vol: string } | undefined {
  const from = objectOf(objectOf(inputs, "create"), "from");
  const vol = asText(from.volume);
  return vol === undefined ? undefined : { vol, pool: asText(from.pool) ?? String(inputs.pool) };
}

async function copied(
  host: Host,
  inputs: Properties,
  place: Place,
  root: XmlElement,
  context: Context,
): Promise<Steps> {
  const from = copyOf(inputs) as Place;
  const original = await volumeXml(host, from);
  if (!original) {
    throw new ProviderError(
      `create.from: there is no volume ${from.vol} in pool ${from.pool}. Nothing was made; correct the name, or make it first (dependsOn)`,
    );
  }
  const size = BigInt(textAt(original, "capacity") ?? 0);
  const wanted = capacityOf(inputs);
  if (wanted !== undefined && wanted < size) {
    throw new ProviderError(
      `volume ${place.vol}: capacity is ${wanted} bytes, but volume ${from.vol} has ${size}. Give at least that much, or none`,
    );
  }
  for (const use of await usesOf(host, textAt(original, "target/path") ?? "")) {
    if (use.isBase || !(await isVital(host, use))) continue;
    throw new ProviderError(
      `create.from: a running VM writes to volume ${from.vol}, ${namesOf([use])}, so a copy would be torn. Shut the VM down first`,
    );
  }
  setText(root, "capacity", String(wanted ?? size));
  setText(root, "capacity/@unit", "B");
  if (formatOf(inputs) === undefined && original.attributes.type === "file") {
    setText(root, "target/format/@type", textAt(original, "target/format/@type") ?? "raw");
  }
  return async (begun) => {
    // A copy takes as long as an upload, so it holds nobody up either.
    await withFile(root, (file) =>
      host.apart((connection) =>
        connection.run(
          "vol-create-from",
          { pool: place.pool, file, vol: from.vol, inputpool: from.pool },
          `copying volume ${from.vol} to ${place.vol}`,
          transferMs(context),
        ),
      ),
    );
    const made = await begun();
    // The copy has the size of its original.
    if (wanted !== undefined) await grow(host, place, made, wanted);
  };
}

async function uploaded(
  host: Host,
  inputs: Properties,
  place: Place,
  root: XmlElement,
  source: Source,
  context: Context,
): Promise<Steps> {
  const header = await imageHeader(source, formatOf(inputs));
  const wanted = capacityOf(inputs);
  if (wanted !== undefined && wanted < BigInt(header.virtualSize)) {
    throw new ProviderError(
      `volume ${place.vol}: capacity is ${wanted} bytes, but the image ${source.title} has ${header.virtualSize}. Give at least that much, or none`,
    );
  }
  const isRaw = (formatOf(inputs) ?? "raw") === "raw";
  // Another format brings its own virtual size, which comes with the upload.
  setText(root, "capacity", String(isRaw && wanted !== undefined ? wanted : source.size));
  setText(root, "capacity/@unit", "B");
  // A file grows with what is written into it, and holes stay holes.
  if (isRaw) setText(root, "allocation", "0");
  const content = objectOf(objectOf(inputs, "create"), "content");
  const verify = source.sha256 !== undefined && content.verify !== false;
  return async (begun) => {
    await createVolume(host, place, root);
    const made = await begun();
    const sparse = isRaw && made.attributes.type === "file";
    await upload(host, place, { source, sparse, verify }, context);
    const after = await volumeXml(host, place);
    if (after && wanted !== undefined) await grow(host, place, after, wanted);
  };
}
