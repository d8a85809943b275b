/** The provider, free of gRPC: which resource answers a request, and how its failure is told. */
import { explain, PartialError, UserError } from "./apierror.ts";
import { Cluster } from "./cluster.ts";
import { Helm } from "./helm.ts";
import { ObjectResource, objectId, tokenOf } from "./object.ts";
import { PatchResource } from "./patch.ts";
import { ReleaseResource } from "./release.ts";
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
import { readSettings } from "./settings.ts";
import { asObject, asText, redact } from "./values.ts";
import type { Properties } from "./wire.ts";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Types that are no objects of an API server; the vendor's plugin composes them itself. */
const NOT_COVERED = /^kubernetes:(helm\.sh\/v[24]|yaml(\/v2)?|kustomize(\/v2)?):/;

export class KubernetesProvider {
  #objects: ObjectResource;
  #patches: PatchResource;
  #releases: ReleaseResource;
  readonly #onWarning: (text: string) => void;

  /** @param onWarning receives the API server's warnings. */
  constructor(onWarning: (text: string) => void = () => {}) {
    this.#onWarning = onWarning;
    [this.#objects, this.#patches, this.#releases] = this.#assemble({});
  }

  configure(inputs: Properties): void {
    [this.#objects, this.#patches, this.#releases] = this.#assemble(inputs);
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return this.#told(request, "checked", request.news, () => this.#of(request, request.news).check(request));
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return this.#told(request, "compared", request.news, async () =>
      this.#of(request, request.news).diff(request),
    );
  }

  async create(request: CreateRequest): Promise<State> {
    return this.#told(request, "created", request.news, () =>
      this.#of(request, request.news).create(request),
    );
  }

  async read(request: ReadRequest): Promise<Found | undefined> {
    const known = { ...request.inputs, ...request.olds };
    return this.#told(request, "read", known, () => this.#of(request, known).read(request));
  }

  async update(request: ChangeRequest): Promise<Properties> {
    return this.#told(request, "changed", request.news, () =>
      this.#of(request, request.news).update(request),
    );
  }

  async delete(request: DeleteRequest): Promise<void> {
    return this.#told(request, "deleted", request.olds, () =>
      this.#of(request, request.olds).delete(request),
    );
  }

  #assemble(inputs: Properties): [ObjectResource, PatchResource, ReleaseResource] {
    const settings = readSettings(inputs);
    const cluster = new Cluster(settings, this.#onWarning);
    const objects = new ObjectResource(cluster, settings);
    const defaultNamespace = () => cluster.defaultNamespace().catch(() => "default");
    return [
      objects,
      new PatchResource(objects, cluster),
      new ReleaseResource(new Helm(settings), defaultNamespace),
    ];
  }

  #of(subject: Subject, properties: Properties): Resource {
    if (subject.type === RELEASE) return this.#releases;
    if (NOT_COVERED.test(subject.type)) {
      throw new UserError(
        `the stand-in does not cover ${subject.type}; install the vendor's Kubernetes plugin`,
      );
    }
    return tokenOf(subject.type, properties).isPatch ? this.#patches : this.#objects;
  }

  /** Whatever goes wrong becomes one message without a secret in it. */
  async #told<T>(
    subject: Subject,
    action: string,
    properties: Properties,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = redact(explain(error, subjectName(subject, properties), action), properties);
      if (error instanceof PartialError)
        throw new PartialError(message, error.id, error.outputs, error.inputs);
      throw new UserError(message);
    }
  }
}

/** `ConfigMap "default/settings"`, or the name in the program before there is another. */
function subjectName(subject: Subject, properties: Properties): string {
  const isRelease = subject.type === RELEASE;
  const metadata = isRelease ? properties : asObject(properties.metadata);
  const { kind, apiVersion } = tokenOf(subject.type, properties);
  const name = asText(metadata.name) ?? subject.name;
  const id = objectId({ apiVersion, kind, namespace: asText(metadata.namespace) ?? "", name });
  return `${isRelease ? "Helm release" : kind} "${id}"`;
}
