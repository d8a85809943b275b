/**
 * `NodePatch` and its like: some fields of an object that others own.
 *
 * Creating one sets the fields, deleting it gives them back; the object itself is never made and never
 * deleted. Fields that somebody else also holds stay when we let go.
 */
import { ApiError, UserError } from "./apierror.ts";
import type { ApplyOptions, Cluster, KubernetesObject, Reference } from "./cluster.ts";
import { difference } from "./difference.ts";
import { projectLive } from "./drift.ts";
import {
  asksServer,
  FIELD_MANAGER,
  manifest,
  type ObjectResource,
  objectId,
  replacing,
  withoutManagedFields,
} from "./object.ts";
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
} from "./resource.ts";
import { changeTaints, taintName, taintsOf } from "./taints.ts";
import { asObject, asText, isEqual, markSecrets, reveal } from "./values.ts";
import type { Properties, Value } from "./wire.ts";

/** The taints that were not on the node before us, in the state. */
const OWNED_TAINTS = "__ownedTaints";
/** How often a change to a list is tried again because somebody else changed the node in between. */
const ATTEMPTS = 5;

export class PatchResource implements Resource {
  readonly #objects: ObjectResource;
  readonly #cluster: Cluster;

  constructor(objects: ObjectResource, cluster: Cluster) {
    this.#objects = objects;
    this.#cluster = cluster;
  }

  check(request: CheckRequest): Promise<CheckResult> {
    return this.#objects.check(request);
  }

  diff(request: DiffRequest): DiffResult {
    const changes = difference(request.oldInputs, request.news);
    const replaces = replacing(changes, ["kind", "metadata.name", "metadata.namespace"]);
    return { changes, replaces, deleteBeforeReplace: false };
  }

  async create(request: CreateRequest): Promise<State> {
    if (request.isPreview && !asksServer(request.news)) return { id: "", outputs: request.news };
    const reference = await this.#objects.reference(request.type, request.news);
    const outputs = await this.#change(request, reference, {}, {});
    if (request.isPreview) return { id: "", outputs: request.news };
    return { id: objectId(reference), outputs };
  }

  async update(request: ChangeRequest): Promise<Properties> {
    if (request.isPreview && !asksServer(request.news)) return { ...request.olds, ...request.news };
    const reference = await this.#objects.reference(request.type, request.news);
    const outputs = await this.#change(request, reference, request.oldInputs, request.olds);
    return request.isPreview ? { ...request.olds, ...request.news } : outputs;
  }

  async read(request: ReadRequest): Promise<Found | undefined> {
    if (Object.keys(request.inputs).length === 0) {
      throw new UserError(
        "a Patch cannot be imported: nothing tells its fields from those of others; declare it anew",
      );
    }
    const reference = await this.#objects.existing(request.type, request.inputs);
    const live = reference && (await this.#cluster.get(reference));
    if (live === undefined) return undefined;
    const inputs = projectPatch(request.inputs, live);
    return { id: request.id, inputs, outputs: outputsOf(live, inputs, request.olds) };
  }

  async delete(request: DeleteRequest): Promise<void> {
    const reference = await this.#objects.existing(request.type, request.olds);
    if (reference === undefined) return;
    const options = this.#objects.options({ ...request, isPreview: false }, request.olds, request.olds);
    const live = await this.#cluster.get(reference);
    if (live === undefined) return;
    const owned = ownedTaints(request.olds);
    const mine = taintsOf(reveal(request.oldInputs)).filter((taint) => owned.includes(taintName(taint)));
    if (mine.length > 0) await this.#changeTaints(live, reference, mine, [], owned, options);
    if (!setsFields(withoutTaints(reveal(request.oldInputs)))) return;
    const empty = manifest({}, reference);
    empty.metadata.uid = live.metadata.uid ?? null;
    await this.#cluster.apply(empty, reference, { ...options, force: true });
  }

  async #change(
    request: CreateRequest,
    reference: Reference,
    oldInputs: Properties,
    olds: Properties,
  ): Promise<Properties> {
    const options = this.#objects.options(request, request.news, olds);
    let live = await this.#cluster.get(reference);
    if (live === undefined) {
      throw new UserError(
        `there is no ${reference.kind} "${objectId(reference)}" to patch; it must exist first`,
      );
    }
    const before = reveal(oldInputs);
    const after = reveal(request.news);
    const taints: { before: Properties[]; after: Properties[] } = {
      before: nodeTaints(before),
      after: nodeTaints(after),
    };
    let owned = ownedTaints(olds);
    if (taints.before.length > 0 || taints.after.length > 0) {
      const changed = await this.#changeTaints(live, reference, taints.before, taints.after, owned, options);
      live = changed.live;
      owned = changed.owned;
    }
    const [fieldsBefore, fields] = [withoutTaints(before), withoutTaints(after)];
    if (setsFields(fields) || setsFields(fieldsBefore)) {
      if (!isEqual(fieldsBefore, fields) || request.isPreview) {
        const object = manifest(fields, reference);
        // The uid makes the server refuse when the object went away meanwhile: a patch must never create it.
        object.metadata.uid = live.metadata.uid ?? null;
        live = await this.#cluster.apply(object, reference, options);
      }
    }
    const state = { [FIELD_MANAGER]: options.fieldManager, [OWNED_TAINTS]: owned };
    return outputsOf(live, request.news, state);
  }

  async #changeTaints(
    first: KubernetesObject,
    reference: Reference,
    before: readonly Properties[],
    after: readonly Properties[],
    owned: readonly string[],
    options: ApplyOptions,
  ): Promise<{ live: KubernetesObject; owned: string[] }> {
    let live = first;
    for (let attempt = 1; ; attempt += 1) {
      const change = changeTaints(taintsOf(live), before, after, owned, options.force);
      if (!change.isChanged) return { live, owned: change.owned };
      const resourceVersion = asText(live.metadata.resourceVersion) ?? null;
      const patch = { metadata: { resourceVersion }, spec: { taints: change.taints } };
      try {
        return { live: await this.#cluster.merge(reference, patch, options), owned: change.owned };
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 409 || attempt === ATTEMPTS) throw error;
        const again = await this.#cluster.get(reference);
        if (again === undefined) throw error;
        live = again;
      }
    }
  }
}

/** The taints, when the object is a node: other kinds' `spec.taints` is their own matter. */
function nodeTaints(object: Properties): Properties[] {
  return object.kind === "Node" && object.apiVersion === "v1" ? taintsOf(object) : [];
}

function withoutTaints(object: Properties): Properties {
  if (nodeTaints(object).length === 0) return object;
  const { taints: _taints, ...spec } = asObject(object.spec);
  const { spec: _spec, ...rest } = object;
  return Object.keys(spec).length === 0 ? rest : { ...rest, spec };
}

/** Whether anything is left beside what names the object. */
function setsFields(object: Properties): boolean {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const { name: _name, namespace: _namespace, ...own } = asObject(metadata);
  return Object.keys(rest).length > 0 || Object.keys(own).length > 0;
}

function ownedTaints(olds: Properties): string[] {
  const list: Value | undefined = olds[OWNED_TAINTS];
  return Array.isArray(list) ? list.map((name) => asText(name) ?? "") : [];
}

/** The program's own fields as they are there now. Taints are matched by key and effect, not by position. */
function projectPatch(inputs: Properties, live: KubernetesObject): Properties {
  const projected = projectLive(inputs, withoutManagedFields(live));
  const declared = nodeTaints(reveal(inputs));
  if (declared.length === 0) return projected;
  const found = new Map(taintsOf(live).map((taint) => [taintName(taint), taint]));
  const taints = declared.flatMap((taint) => {
    const there = found.get(taintName(taint));
    return there === undefined ? [] : [projectLive(taint, there)];
  });
  return { ...projected, spec: { ...asObject(projected.spec), taints } };
}

/** Only the declared fields: the rest of a node (its heartbeat above all) changes all the time. */
function outputsOf(live: KubernetesObject, inputs: Properties, state: Properties): Properties {
  const projected = projectPatch(inputs, live);
  const metadata = { ...asObject(projected.metadata), uid: asText(live.metadata.uid) ?? "" };
  const outputs = markSecrets({ ...projected, metadata }, inputs) as Properties;
  return {
    ...outputs,
    [FIELD_MANAGER]: state[FIELD_MANAGER] ?? "",
    [OWNED_TAINTS]: state[OWNED_TAINTS] ?? [],
  };
}
