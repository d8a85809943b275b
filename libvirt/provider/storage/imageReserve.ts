/** What has to be free in a pool before another image is brought into it. */
import type { Host } from "../../virsh/host.ts";
import { parseDocument } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { isSeedImage } from "../nocloud.ts";
import { asText, type Context, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import { type Place, volumeXml } from "./lookUp.ts";
import { refreshPool } from "./poolTurns.ts";
import { humanBytes } from "./progress.ts";
import { isWebAddress, pathOf } from "./source.ts";

/**
 * Throws when content is to be fetched and its pool has less free than is kept (`imageReserve`). It is asked before
 * anything is downloaded, so what the image itself needs is not known and does not count. A local file counts like one
 * from the web, as both fill the pool; a seed does not, or a VM could not be made anew in a full pool.
 */
export async function requireImageReserve(
  host: Host,
  inputs: Properties,
  place: Place,
  { imageReserve }: Pick<Context, "imageReserve">,
): Promise<void> {
  const url = asText(objectOf(objectOf(inputs, "create"), "content").url);
  if (!imageReserve || url === undefined) return;
  if (!isWebAddress(url) && (await isSeedImage(pathOf(url)))) return;
  // libvirt tells what was free when it last looked, and guests write without it.
  await refreshPool(host, place.pool);
  const { pool, vol } = place;
  const root = parseDocument(await host.run("pool-dumpxml", { pool }, `reading pool ${pool}`));
  // What an interrupted try has left goes away first.
  const leftover = await volumeXml(host, place);
  const free =
    Number(textAt(root, "available") ?? 0) + Number((leftover && textAt(leftover, "allocation")) ?? 0);
  if (free >= imageReserve) return;
  throw new ProviderError(
    `volume ${vol}: no image is brought into pool ${pool}, which has ${amount(free)} free, while imageReserve of the provider wants ${amount(imageReserve)}, ${amount(imageReserve - free)} more. Nothing was downloaded or made. Free some in the pool, take another one, or lower imageReserve (in a fleet: limits.imageReserve of the host)`,
  );
}

const amount = (bytes: number): string => `${bytes} bytes (${humanBytes(bytes)})`;
