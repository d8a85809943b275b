/**
 * One kind of change that a running domain takes without a restart. The persistent definition is changed separately
 * and all at once, so that both always end up with what is declared.
 */

import type { Classified } from "../../schema/changeClass.ts";
import type { Change } from "../../schema/changes.ts";
import type { Options } from "../../virsh/host.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Properties } from "../values.ts";
import type { RunningDomain } from "./runningDomain.ts";

export interface LiveTopic {
  /** Paths of the properties whose changes it makes; what lies below them belongs to it too. */
  readonly properties: readonly string[];
  /** The class of a change where its inputs tell more than the table of classes; undefined where they do not. */
  classify?(change: Change, before: Properties, after: Properties): Classified | undefined;
  /**
   * The commands for the changes. It only reads from the host.
   * @throws ProviderError for a change that would harm the guest; nothing has been changed then
   */
  plan(update: LiveUpdate): LivePlan | Promise<LivePlan>;
}

/** What is declared before and after, and the domain as it runs. */
export interface LiveUpdate {
  /** The changes of this topic, of class `live`. */
  readonly changes: readonly Change[];
  readonly before: Properties;
  readonly after: Properties;
  readonly running: RunningDomain;
  /** The definition that it is started with next. */
  readonly persistent: Persistent;
  /** What waited for the next boot before this update. */
  readonly waiting: readonly Pending[];
}

/** The persistent definition as the host has it, and as it will be when the live changes are made. */
export interface Persistent {
  readonly before: XmlElement;
  readonly after: XmlElement;
}

export interface LiveCommand {
  /** virsh's command; it is given the domain. */
  readonly command: string;
  readonly options: Options;
  /** What it does, for an error: `pinning vCPU 3`. */
  readonly what: string;
  /** XML that the command takes as its file. */
  readonly definition?: XmlElement;
  /** Where the domain may refuse: the change then waits for the next boot, as this says. Absent: a refusal fails. */
  readonly otherwise?: Pending;
  /** The words of a refusal that is one of the domain's state; others fail. Absent: every refusal waits. */
  readonly refusal?: RegExp;
  /** What is true of the running domain once the guest has followed, which takes it a while: else `otherwise`. */
  readonly until?: (running: XmlElement) => boolean;
}

/** A property that was changed and waits for the next boot. */
export interface Pending {
  /** Path of the property, such as `devices.disks[1].driver.cache`. */
  readonly property: string;
  readonly reason: string;
}

export interface LivePlan {
  readonly commands: readonly LiveCommand[];
  /** Changes that this running domain cannot take. */
  readonly deferred: readonly Pending[];
}

/** The changes at a property or below it. */
export function changesAt(changes: readonly Change[], property: string): readonly Change[] {
  return changes.filter((change) => isAt(change.property, property));
}

/** Whether a property is another or lies below it. */
export function isAt(property: string, other: string): boolean {
  return property === other || property.startsWith(`${other}.`);
}
