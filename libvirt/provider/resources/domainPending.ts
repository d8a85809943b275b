/** What waits for a domain's next boot, and what a preview says of that. */
import * as z from "zod";
import { changeClass } from "../../schema/changeClass.ts";
import { type Change, changesOf, valueAt } from "../../schema/changes.ts";
import { domain as domainInputs } from "../../schema/domain.ts";
import { inner, propertiesOf } from "../../schema/field.ts";
import type { XmlElement } from "../../xml/element.ts";
import { observe } from "../../xml/observe.ts";
import { declared, deviceIn, deviceName, deviceProperty, devicesIn, positionIn } from "../live/devices.ts";
import { inOrder } from "../live/interfaceIdentity.ts";
import { classify } from "../live/plan.ts";
import { isAt, type Pending } from "../live/topic.ts";
import { asText, type Notice, objectOf } from "../resource.ts";
import { isList, isProperties, type Properties, type Value } from "../values.ts";
import { isWaiting } from "./domainMark.ts";
import type { DomainInfo } from "./domainPower.ts";

const DISKS = "devices.disks";
const LISTS = [DISKS, "devices.interfaces"] as const;

const WHY_NOT = "it takes effect when QEMU is started";

/** The changes that a running domain takes up at its next boot. */
export function needsRestart(changes: readonly Change[], before: Properties, after: Properties): Pending[] {
  return changes.flatMap((change) => {
    const { class: of, reason = WHY_NOT } = classify(change, before, after);
    return of === "next-boot" ? [{ property: pathOf(change, before, after), reason }] : [];
  });
}

/** The path of a change; a device that comes or goes is told by its name, as positions move. */
function pathOf({ path, property, kind }: Change, before: Properties, after: Properties): string {
  const list = LISTS.find((candidate) => property === candidate || property.startsWith(`${candidate}.mac`));
  if (list === undefined || (property === list && kind === "update")) return path;
  const inputs = property === list && kind === "delete" ? before : after;
  const name = deviceName(declared(inputs, list)[positionIn(path, list)] ?? {}, list);
  return name === undefined ? path : deviceProperty(list, name);
}

/** What waited for a restart before, as long as the domain that runs has not been started from its definition since. */
export function pendingBefore(state: Properties, running: XmlElement): Pending[] {
  const waiting = state.pendingRestart;
  if (!isList(waiting) || !isWaiting(running)) return [];
  return waiting
    .filter(isProperties)
    .map((item) => ({ property: String(item.property), reason: asText(item.reason) ?? WHY_NOT }));
}

/**
 * Whether the running domain need not agree with what is declared. What waits for a restart cannot yet; and the
 * balloon moves as the guest lets it, so its live value is no drift.
 */
export function waits(property: string, pending: readonly Pending[]): boolean {
  if (changeClass("Domain", property) !== "live" || property.startsWith("currentMemory")) return true;
  return pending.some((item) => isAt(property, item.property.replace(/\[\d+\]/g, "")));
}

/**
 * What still waits: no longer a device that the running domain has got, or has given up, meanwhile, as its definition
 * says it should.
 */
export function stillPending(
  pending: readonly Pending[],
  running: XmlElement,
  defined: XmlElement,
): Pending[] {
  return pending.filter(({ property }) =>
    LISTS.every((list) => {
      const name = deviceIn(property, list);
      return name === undefined || devicesIn(running, list).has(name) !== devicesIn(defined, list).has(name);
    }),
  );
}

/**
 * The running domain as it is compared with what is declared: interfaces in the order of the definition, and a device
 * that waits for the next boot, or that a start may leave out, as if it were there.
 */
export function comparable(
  inputs: Properties,
  persistent: Properties,
  live: Properties,
  pending: readonly Pending[],
): Properties {
  const devices: Record<string, Value | undefined> = { ...objectOf(live, "devices") };
  for (const list of LISTS) {
    const present = declared(live, list);
    const have = new Set(present.map((item) => deviceName(item, list)));
    const waiting = new Set(pending.map(({ property }) => deviceIn(property, list)));
    const absent = declared(persistent, list).filter((item) => {
      const name = deviceName(item, list);
      const isLeftOut = valueAt(item, "source.startupPolicy") === "optional";
      return name !== undefined && (isLeftOut || waiting.has(name)) && !have.has(name);
    });
    if (absent.length > 0) devices[list.slice("devices.".length)] = [...present, ...absent];
  }
  return inOrder(inputs, persistent, { ...live, devices });
}

/**
 * What still waits: a property that the running domain has as declared does not any more, since the guest has obeyed
 * late, or the change was taken back. What is declared no longer, or is never shown, waits until the restart.
 */
export function stillWaiting(pending: readonly Pending[], inputs: Properties, live: Properties): Pending[] {
  if (pending.length === 0) return [];
  const differing = changesOf(domainInputs, observe(domainInputs, inputs, live), inputs);
  return pending.filter(({ property }) => {
    const at = property.replace(/\[\d+\]/g, "");
    const isDeclared = valueAt(inputs, property.replace(/\[(\d+)\]/g, ".$1")) !== undefined;
    // An item of a list may have come or gone, which its value does not tell.
    if (!isDeclared || property.endsWith("]") || !isShown(at)) return true;
    return differing.some((change) => isAt(change.property, at) || isAt(at, change.property));
  });
}

/** Whether libvirt shows a property of a running domain as it was given. */
function isShown(property: string): boolean {
  let object: z.ZodObject = domainInputs;
  for (const step of property.split(".")) {
    const found = propertiesOf(object).find(([name]) => name === step);
    if (!found) return false;
    const [, schema, meta] = found;
    if (meta.secret || meta.unkept || (meta.xml === "" && !meta.when)) return false;
    const item = schema instanceof z.ZodArray ? inner(schema.element as z.ZodType) : schema;
    if (item instanceof z.ZodObject) object = item;
  }
  return true;
}

/** The outputs of a domain. */
export function outputs(uuid: string, info: DomainInfo | undefined, pending: readonly Pending[]): Properties {
  const byProperty = new Map(pending.map((item) => [item.property, item]));
  const pendingRestart = [...byProperty.values()]
    .sort((a, b) => (a.property < b.property ? -1 : 1))
    .map(({ property, reason }) => ({ property, reason }));
  return { uuid, domainId: info?.domainId ?? -1, pendingRestart };
}

/** The class of each changed property, as a preview says it. */
export function changeNotices(changes: readonly Change[], before: Properties, after: Properties): Notice[] {
  const live = changes
    .filter((change) => classify(change, before, after).class === "live")
    .map((change) => change.path);
  const later = needsRestart(changes, before, after).map(({ property, reason }) => `${property} (${reason})`);
  const notices: Notice[] = [];
  if (live.length > 0) {
    notices.push({ severity: "info", message: `changes live, without a restart: ${live.join(", ")}` });
  }
  if (later.length > 0) {
    notices.push(
      objectOf(after, "restart").when === "needed"
        ? {
            severity: "warning",
            message: `restarts the VM if it runs, as \`restart\` allows: ${later.join("; ")}`,
          }
        : {
            severity: "info",
            message: `changes at the next boot, and nothing restarts the VM: ${later.join("; ")}`,
          },
    );
  }
  return notices;
}
