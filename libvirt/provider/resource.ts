/** What every resource of the package answers, and what it may use for that. */
import type { Change } from "../schema/changes.ts";
import type { HostShell } from "../transport/shell.ts";
import type { Host } from "../virsh/host.ts";
import type { Log, Severity } from "./engineLog.ts";
import type { CheckFailure } from "./failure.ts";
import type { Properties, Value } from "./values.ts";

/** What a resource may use: the host is connected to when it is first asked for. */
export interface Context {
  host(): Promise<Host>;
  /** Commands on the host itself. */
  shell(): Promise<HostShell>;
  /** The connection URI, for messages. */
  readonly uri: string;
  /** Private folder of this provider on the machine that runs Pulumi. */
  readonly stateDir: string;
  /** Bytes that have to be free in a pool before content is brought into it; undefined: none. */
  readonly imageReserve?: number | undefined;
  /** Seconds that this request may take, as customTimeouts say; undefined: no such option. */
  readonly timeout?: number | undefined;
  /** Tells that the update was cancelled, with the failure for what is under way as its reason. */
  readonly signal?: AbortSignal;
  /** The resource that asks, as its mark of ownership. */
  readonly urn: string;
  /** Tells the user something about this resource; shown beside it. */
  readonly log: Log;
}

/** What a preview says of an update beside its difference. */
export interface Notice {
  readonly severity: Severity;
  readonly message: string;
}

export interface CheckRequest {
  readonly before: Properties;
  readonly after: Properties;
  readonly autoname: Autoname;
}

/** How to name a resource whose program gives it none. */
export interface Autoname {
  /** The name to take; undefined when the engine's configuration forbids naming. */
  readonly name: string | undefined;
}

export interface CheckAnswer {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface DiffAnswer {
  readonly changes: readonly Change[];
  /** Paths of the changes that need a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** A resource on its host: its id, and what the host adds to the inputs. */
export interface Found {
  readonly id: string;
  readonly outputs: Properties;
}

export interface Resource {
  /** Inputs with defaults, and everything that is wrong with them. `before` is empty for a new resource. */
  check(request: CheckRequest): CheckAnswer;
  /** Works without a connection; throws when a change is refused. `state` is what the resource was last known to be. */
  diff(before: Properties, after: Properties, state: Properties): DiffAnswer;
  create(inputs: Properties, context: Context): Promise<Found>;
  /**
   * The resource as it is, found by its id or, for an import, by its name. `known` is absent for an import; else
   * only what its inputs declare is compared with the host. Undefined: it is gone.
   */
  read(id: string, known: State | undefined, context: Context): Promise<ReadAnswer | undefined>;
  /** Brings the host from `before` to `after`; returns the outputs. */
  update(id: string, before: State, after: Properties, context: Context): Promise<Properties>;
  delete(id: string, state: State, context: Context): Promise<void>;
  /** Outputs that an update changes to values which are not known before it runs. */
  changedOutputs(before: Properties, after: Properties): readonly string[];
  /** What the preview of an update says beside the difference. Works without a connection. */
  notices?(before: Properties, after: Properties): readonly Notice[];
}

export interface ReadAnswer extends Found {
  readonly inputs: Properties;
}

export interface State {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A text input; undefined when it is absent or not known. */
export function textOf(properties: Properties, name: string): string | undefined {
  return asText(properties[name]);
}

export function asText(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A nested object of the inputs; empty when absent. */
export function objectOf(properties: Properties, name: string): Properties {
  const value = properties[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}
