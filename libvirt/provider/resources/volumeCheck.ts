/** Checks of a Volume's inputs that the schema cannot make. */
import { byteSize } from "../../schema/byteSize.ts";
import type { CheckFailure } from "../failure.ts";
import { asText, objectOf, textOf } from "../resource.ts";
import { isWebAddress } from "../storage/source.ts";
import { hasUnknown, type Properties, UNKNOWN } from "../values.ts";

/** Sizes of disk images are whole sectors. */
const SECTOR_BYTES = 512n;

const KIB = 1024n;

/** What libvirt has QEMU make of a size: whole KiB. */
export function wholeKib(bytes: bigint): bigint {
  return ((bytes + KIB - 1n) / KIB) * KIB;
}

/** The declared capacity in bytes; undefined when there is none, or it is not known yet. */
export function capacityOf(inputs: Properties): bigint | undefined {
  return byteSize(inputs.capacity, textOf(inputs, "capacityUnit") ?? "B");
}

/** The declared format; undefined when there is none, or it is not known yet. */
export function formatOf(inputs: Properties): string | undefined {
  return asText(objectOf(objectOf(inputs, "target"), "format").type);
}

/** Everything that is wrong with the inputs by themselves. */
export function inputFailures(inputs: Properties): CheckFailure[] {
  return [...sizeFailures(inputs), ...contentFailures(inputs), ...backingFailures(inputs)];
}

function sizeFailures(inputs: Properties): CheckFailure[] {
  if (inputs.capacity === undefined) {
    if (inputs.create !== undefined || inputs.backingStore !== undefined) return [];
    return [{ property: "capacity", reason: "is required for a volume without create and backingStore" }];
  }
  const capacity = capacityOf(inputs);
  if (capacity === undefined) return [];
  if (capacity === 0n) {
    return [{ property: "capacity", reason: "is 0, and a VM could not use such a volume. Give its size" }];
  }
  const format = formatOf(inputs);
  if (format === undefined || format === "raw" || capacity % SECTOR_BYTES === 0n) return [];
  const next = (capacity / SECTOR_BYTES + 1n) * SECTOR_BYTES;
  return [
    {
      property: "capacity",
      reason: `is ${capacity} bytes, and an image of format ${format} has whole sectors of ${SECTOR_BYTES} bytes. Give ${next}`,
    },
  ];
}

function contentFailures(inputs: Properties): CheckFailure[] {
  const create = objectOf(inputs, "create");
  if (inputs.create === undefined || hasUnknown(inputs.create)) return [];
  const failures: CheckFailure[] = [];
  const ways = ["content", "from"].filter((name) => create[name] !== undefined);
  if (ways.length === 0) {
    failures.push({ property: "create", reason: "needs content (to upload) or from (to copy)" });
  }
  if (inputs.backingStore !== undefined) ways.push("backingStore");
  if (ways.length > 1) {
    const names = ways.map((name) => (name === "backingStore" ? name : `create.${name}`)).join(" and ");
    failures.push({ property: "create", reason: `has ${names}, and a volume has one content. Give one` });
  }
  const content = objectOf(create, "content");
  if (isWebAddress(asText(content.url) ?? "") && content.sha256 === undefined) {
    failures.push({
      property: "create.content.sha256",
      reason:
        "is required for content from a web address: the checksum that the publisher of the image states",
    });
  }
  return failures;
}

/** Only qcow2 and its like can hold the differences to a base image. */
function backingFailures(inputs: Properties): CheckFailure[] {
  if (inputs.backingStore === undefined) return [];
  const failures: CheckFailure[] = [];
  const path = asText(objectOf(inputs, "backingStore").path);
  if (path !== undefined && !path.startsWith("/")) {
    failures.push({
      property: "backingStore.path",
      reason: `${JSON.stringify(path)} must be an absolute path on the host`,
    });
  }
  if (hasUnknown(inputs.target)) return failures;
  const format = formatOf(inputs);
  if (format !== undefined && format !== "raw") return failures;
  failures.push({
    property: "target.format.type",
    reason: `is ${format === undefined ? "raw by default" : '"raw"'}, which cannot have a backingStore. Give "qcow2", or leave backingStore out`,
  });
  return failures;
}

/** Changes that would lose data; `replaces` are the changes that would make another volume. */
export function refusals(before: Properties, after: Properties, replaces: readonly string[]): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const old = capacityOf(before);
  const next = capacityOf(after);
  // One that is replaced anyway is made in its new size; one that is precious is not replaced.
  const stays = replaces.length === 0 || before.precious === true;
  if (old !== undefined && next !== undefined && wholeKib(next) < wholeKib(old) && stays) {
    failures.push({
      property: "capacity",
      reason: `would shrink the volume from ${old} to ${next} bytes, which destroys data. Declare at least ${old} bytes (also if it was grown by hand on the host), or make a new volume and copy what is needed`,
    });
  }
  if (before.precious !== true) return failures;
  for (const path of replaces) {
    const isUnknown = after[path] === UNKNOWN;
    failures.push({
      property: path,
      reason: `${isUnknown ? "could change, as what it comes from is replaced" : "cannot change"}: the volume is precious, and this change would replace it and lose its data. To replace it on purpose: set precious to false, run pulumi up, and then change it`,
    });
  }
  return failures;
}
