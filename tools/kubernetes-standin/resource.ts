/** What the engine asks of a resource, free of gRPC. */
import type { Change } from "./difference.ts";
import type { Failure } from "./settings.ts";
import type { Properties } from "./wire.ts";

/** The resource that a request is about. */
export interface Subject {
  urn: string;
  /** `kubernetes:core/v1:Namespace`. */
  type: string;
  /** The resource's name in the program. */
  name: string;
}

export interface CheckRequest extends Subject {
  olds: Properties;
  news: Properties;
  /** Makes a name that is random, and the same for a plan and its execution. */
  seed: Uint8Array;
  /** The engine's own proposal by the project's `pulumi:autonaming`, if any. */
  proposedName: string | undefined;
}

export interface CheckResult {
  inputs: Properties;
  failures: Failure[];
}

export interface DiffRequest extends Subject {
  oldInputs: Properties;
  news: Properties;
}

export interface DiffResult {
  changes: Change[];
  /** The paths, of those changed, that need a new object. */
  replaces: string[];
  /** The new object would bear the old one's name. */
  deleteBeforeReplace: boolean;
}

export interface ChangeRequest extends Subject {
  id: string;
  oldInputs: Properties;
  /** The outputs in the state. */
  olds: Properties;
  news: Properties;
  isPreview: boolean;
  /** Longest wait in milliseconds; `undefined` for the default. */
  timeout: number | undefined;
  signal: AbortSignal;
}

export interface State {
  id: string;
  outputs: Properties;
}

export interface Found extends State {
  /** The inputs that would make what is there. */
  inputs: Properties;
}

export type CreateRequest = Omit<ChangeRequest, "id" | "oldInputs" | "olds">;
export type ReadRequest = Pick<ChangeRequest, "urn" | "type" | "name" | "id" | "olds"> & {
  inputs: Properties;
};
export type DeleteRequest = Omit<ChangeRequest, "news" | "isPreview">;

export interface Resource {
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): DiffResult;
  create(request: CreateRequest): Promise<State>;
  /** @returns `undefined` when it is gone. */
  read(request: ReadRequest): Promise<Found | undefined>;
  update(request: ChangeRequest): Promise<Properties>;
  delete(request: DeleteRequest): Promise<void>;
}
