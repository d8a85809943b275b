/** Any object of an API server: server-side apply, and deletion that waits until it is gone. */
import { ApiError, UserError } from "./apierror.ts";
import {
  type ApplyOptions,
  type Cluster,
  type KubernetesObject,
  type Reference,
  UnknownKindError,
} from "./cluster.ts";
import { waitUntilGone } from "./deletion.ts";
import { type Change, difference } from "./difference.ts";
import { adoptLive, projectLive } from "./drift.ts";
import { isNamespaced, parseToken, replacingPaths, type Token } from "./kinds.ts";
import { fieldManager } from "./names.ts";
import { AUTONAMED, checkObject, markSecretKind } from "./objectcheck.ts";
import type {
  ChangeRequest,
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Found,
  ReadRequest,
  Resource,
  State,
  Subject,
} from "./resource.ts";
import type { Settings } from "./settings.ts";
import { asObject, asText, hasUnknown, isEqual, markSecrets, reveal } from "./values.ts";
import type { Properties } from "./wire.ts";

/** The owner that this resource's fields are recorded under, kept in the state as the vendor's plugin does. */
export const FIELD_MANAGER = "__fieldManager";

/** Set to 1: a preview asks the API server too (`dryRun=All`), for objects whose fields are all known. */
export const DRY_RUN_VARIABLE = "KUBERNETES_STANDIN_DRY_RUN";

export class ObjectResource implements Resource {
  readonly #cluster: Cluster;
  readonly #settings: Settings;

  constructor(cluster: Cluster, settings: Settings) {
    this.#cluster = cluster;
    this.#settings = settings;
  }

  check(request: CheckRequest): Promise<CheckResult> {
    return checkObject(request, () => this.#cluster.defaultNamespace().catch(() => "default"));
  }

  diff(request: DiffRequest): DiffResult {
    const changes = difference(request.oldInputs, request.news);
    const { kind } = tokenOf(request.type, request.news);
    const mutable = new Set<string>();
    if (this.#settings.enableConfigMapMutable) mutable.add("ConfigMap");
    if (this.#settings.enableSecretMutable) mutable.add("Secret");
    const isImmutable = reveal(request.oldInputs).immutable === true;
    const replaces = replacing(changes, replacingPaths(kind, isImmutable, mutable));
    return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName(request) };
  }

  async create(request: CreateRequest): Promise<State> {
    if (request.isPreview) {
      if (asksServer(request.news)) await this.#rehearse(request);
      return { id: "", outputs: request.news };
    }
    const options = this.options(request, request.news, {});
    const reference = await this.reference(request.type, request.news);
    await this.#refuseExisting(reference);
    const live = await this.#apply(request, reference, options);
    return { id: objectId(reference), outputs: outputsOf(live, request.news, options.fieldManager) };
  }

  async read(request: ReadRequest): Promise<Found | undefined> {
    const reference = this.#readReference(request);
    const live = await this.#cluster.get(reference);
    if (live === undefined) return undefined;
    const manager = asText(request.olds[FIELD_MANAGER]) ?? fieldManager(request.urn);
    const isKnown = Object.keys(request.inputs).length > 0;
    const outputs = outputsOf(live, request.inputs, manager);
    const seen = markSecretKind(withoutManagedFields(live), reference);
    const inputs = isKnown ? (projectLive(request.inputs, reveal(seen)) as Properties) : adoptLive(seen);
    return { id: objectId(reference), outputs, inputs };
  }

  async update(request: ChangeRequest): Promise<Properties> {
    const options = this.options(request, request.news, request.olds);
    if (request.isPreview && !asksServer(request.news)) return plannedOutputs(request);
    const reference = await this.reference(request.type, request.news);
    const live = await this.#apply(request, reference, options);
    return request.isPreview ? plannedOutputs(request) : outputsOf(live, request.news, options.fieldManager);
  }

  async delete(request: DeleteRequest): Promise<void> {
    const reference = await this.existing(request.type, request.olds);
    if (reference === undefined) return;
    const annotations = asObject(asObject(request.olds.metadata).annotations);
    const policy = asText(annotations["pulumi.com/deletionPropagationPolicy"]) ?? "foreground";
    const propagation = `${policy.charAt(0).toUpperCase()}${policy.slice(1).toLowerCase()}`;
    const uid = asText(asObject(request.olds.metadata).uid);
    if (!(await this.#cluster.delete(reference, propagation))) return;
    await waitUntilGone(this.#cluster, reference, uid, request);
  }

  /**
   * Where the object of these properties is; asks the cluster only about kinds of somebody's own API group.
   *
   * @param isAwaited when what defines the kind may have been made a moment ago.
   */
  async reference(type: string, properties: Properties, isAwaited = true): Promise<Reference> {
    const { apiVersion, kind } = tokenOf(type, properties);
    const metadata = asObject(properties.metadata);
    const given = asText(metadata.namespace) ?? "";
    const isScoped =
      isNamespaced({ apiVersion, kind }) ?? (await this.#cluster.isNamespaced(apiVersion, kind, isAwaited));
    if (!isScoped && given !== "")
      throw new UserError(`metadata.namespace: a ${kind} lives in no namespace; remove it`);
    const namespace = isScoped && given === "" ? await this.#cluster.defaultNamespace() : given;
    return { apiVersion, kind, namespace, name: asText(metadata.name) ?? "" };
  }

  /** The same, or `undefined` when the cluster does not know the kind any more: then there is no such object. */
  async existing(type: string, properties: Properties): Promise<Reference | undefined> {
    return this.reference(type, properties, false).catch((error) => {
      if (error instanceof UnknownKindError) return undefined;
      throw error;
    });
  }

  /** How to apply: the annotations of the object, then the provider's settings. */
  options(request: Subject & { isPreview: boolean }, news: Properties, olds: Properties): ApplyOptions {
    const annotations = asObject(asObject(news.metadata).annotations);
    const force = asText(annotations["pulumi.com/patchForce"]);
    const manager = asText(annotations["pulumi.com/patchFieldManager"]) ?? asText(olds[FIELD_MANAGER]);
    return {
      fieldManager: manager ?? fieldManager(request.urn),
      force: force === undefined ? this.#settings.enablePatchForce : force === "true",
      dryRun: request.isPreview,
    };
  }

  /** Asks the server to create the object and not to keep it. What it would stand in may still be to be made. */
  async #rehearse(request: CreateRequest): Promise<void> {
    const reference = await this.existing(request.type, request.news);
    if (reference === undefined) return;
    await this.#refuseExisting(reference);
    await this.#apply(request, reference, this.options(request, request.news, {})).catch((error) => {
      const isNamespaceAbsent = error instanceof ApiError && error.code === 404;
      if (!isNamespaceAbsent && !(error instanceof UnknownKindError)) throw error;
    });
  }

  async #refuseExisting(reference: Reference): Promise<void> {
    if (this.#settings.upsertExistingObjects || (await this.#cluster.get(reference)) === undefined) return;
    throw new UserError(
      `${objectId(reference)} is there already and this stack did not make it; import it, or name it otherwise`,
    );
  }

  async #apply(
    request: CreateRequest,
    reference: Reference,
    options: ApplyOptions,
  ): Promise<KubernetesObject> {
    return this.#cluster.apply(manifest(request.news, reference), reference, options);
  }

  #readReference(request: ReadRequest): Reference {
    const known = { ...request.inputs, ...request.olds };
    const { apiVersion, kind } = tokenOf(request.type, known);
    const [first = "", second] = request.id.split("/");
    return { apiVersion, kind, namespace: second === undefined ? "" : first, name: second ?? first };
  }
}

/** What is sent: the program's fields, with the namespace that was found for them. */
export function manifest(news: Properties, reference: Reference): KubernetesObject {
  const plain = reveal(news);
  const metadata: Properties = { ...asObject(plain.metadata), name: reference.name };
  if (reference.namespace !== "") metadata.namespace = reference.namespace;
  const { status: _status, ...rest } = plain;
  return { ...rest, apiVersion: reference.apiVersion, kind: reference.kind, metadata };
}

/** `namespace/name`, or the name alone: the vendor's ids. */
export function objectId(reference: Reference): string {
  return reference.namespace === "" ? reference.name : `${reference.namespace}/${reference.name}`;
}

export function tokenOf(type: string, properties: Properties): Token {
  return parseToken(type, asText(properties.apiVersion), asText(properties.kind));
}

/** Whether a preview may ask the API server: it was told to, and every field is known. */
export function asksServer(news: Properties): boolean {
  return process.env[DRY_RUN_VARIABLE] === "1" && !hasUnknown(news);
}

/** The owners' ledger of an object is long, changes all the time and says nothing to a program. */
export function withoutManagedFields(live: KubernetesObject): Properties {
  const { managedFields: _managed, ...metadata } = live.metadata;
  return { ...live, metadata };
}

export function replacing(changes: readonly Change[], paths: readonly string[]): string[] {
  const fixed = paths.map((path) => path.split("."));
  return changes
    .map((change) =>
      fixed.find((path) => path.every((step, index) => change.path[index] === step))?.join("."),
    )
    .filter((path) => path !== undefined);
}

function outputsOf(live: KubernetesObject, inputs: Properties, manager: string): Properties {
  const outputs = markSecrets(withoutManagedFields(live), inputs) as Properties;
  return {
    ...markSecretKind(outputs, live),
    __initialApiVersion: live.apiVersion,
    [FIELD_MANAGER]: manager,
  };
}

/** Before an update nobody knows what the cluster will make of it: the new inputs beside what it had set. */
function plannedOutputs(request: ChangeRequest): Properties {
  const old = request.olds;
  const metadata = { ...asObject(old.metadata), ...asObject(request.news.metadata) };
  const kept = Object.entries(old).filter(([key]) => key === "status" || key.startsWith("__"));
  return { ...Object.fromEntries(kept), ...request.news, metadata };
}

/** A name that we made is made anew for a replacement; one that the program gives must be free first. */
function keepsName(request: DiffRequest): boolean {
  const [before, after] = [asObject(request.oldInputs.metadata), asObject(request.news.metadata)];
  if (asObject(after.annotations)[AUTONAMED] !== undefined) return false;
  return isEqual(before.name, after.name) && isEqual(before.namespace, after.namespace);
}
