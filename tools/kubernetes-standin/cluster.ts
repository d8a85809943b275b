/**
 * One API server, spoken to in plain JSON.
 *
 * `@kubernetes/client-node` finds the cluster and the credentials (contexts, certificates, tokens, exec
 * plugins, proxies). Its typed models are left aside: they drop every field that they do not know. It takes
 * 0.4 s to load, so it is loaded by the first request and not before.
 */
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { ApiError, UserError } from "./apierror.ts";
import { loadKubeConfig } from "./kubeconfig.ts";
import type { Settings } from "./settings.ts";
import type { Properties } from "./wire.ts";

/** An object as an API server sends and takes it: no secret and no unknown inside. */
export interface KubernetesObject extends Properties {
  apiVersion: string;
  kind: string;
  metadata: Properties;
}

export interface Reference {
  apiVersion: string;
  kind: string;
  /** Empty for a kind outside namespaces. */
  namespace: string;
  name: string;
}

export interface ApplyOptions {
  fieldManager: string;
  /** Takes fields over from their owners. */
  force: boolean;
  /** Asks the server for the outcome and changes nothing. */
  dryRun: boolean;
}

interface ApiResource {
  plural: string;
  isNamespaced: boolean;
}

interface Answer {
  code: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

/** A request that gets no answer for this long has failed, in milliseconds. client-go's default is none. */
const REQUEST_TIMEOUT = 30_000;
/** How often a request is repeated that an overloaded server turned away (429), as client-go does. */
const THROTTLE_RETRIES = 10;
/** How long a kind that a CustomResourceDefinition just declared may take to be served, in milliseconds. */
const KIND_TIMEOUT = 5_000;

export class Cluster {
  readonly #settings: Settings;
  readonly #onWarning: (text: string) => void;
  readonly #resources = new Map<string, Promise<Map<string, ApiResource>>>();
  #kubeConfig: Promise<KubeConfig> | undefined;

  /** @param onWarning receives what the API server warns of, a deprecated API for example. */
  constructor(settings: Settings, onWarning: (text: string) => void = () => {}) {
    this.#settings = settings;
    this.#onWarning = onWarning;
  }

  /** The namespace for objects that name none. */
  async defaultNamespace(): Promise<string> {
    if (this.#settings.namespace !== undefined) return this.#settings.namespace;
    const kubeConfig = await this.#config();
    return kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? "default";
  }

  /**
   * @param isAwaited when the kind may be declared only a moment ago.
   * @throws UnknownKindError
   */
  async isNamespaced(apiVersion: string, kind: string, isAwaited: boolean): Promise<boolean> {
    return (await this.#resource(apiVersion, kind, isAwaited ? KIND_TIMEOUT : 0)).isNamespaced;
  }

  /** @returns `undefined` when there is no such object, or no such kind any more. */
  async get(reference: Reference): Promise<KubernetesObject | undefined> {
    const path = await this.#path(reference, 0).catch(absentKind);
    if (path === undefined) return undefined;
    const answer = await this.#send("GET", path);
    if (answer.code === 404) return undefined;
    return parse(answer);
  }

  /** Server-side apply. @returns the object as the server has it now. */
  async apply(
    object: KubernetesObject,
    reference: Reference,
    options: ApplyOptions,
  ): Promise<KubernetesObject> {
    const query = new URLSearchParams({ fieldManager: options.fieldManager, fieldValidation: "Strict" });
    if (options.force) query.set("force", "true");
    if (options.dryRun) query.set("dryRun", "All");
    const path = `${await this.#path(reference, KIND_TIMEOUT)}?${query}`;
    return parse(await this.#send("PATCH", path, object, "application/apply-patch+yaml"));
  }

  /** JSON merge patch, for the lists that server-side apply can only own whole. */
  async merge(reference: Reference, patch: Properties, options: ApplyOptions): Promise<KubernetesObject> {
    const query = new URLSearchParams({ fieldManager: options.fieldManager, fieldValidation: "Strict" });
    if (options.dryRun) query.set("dryRun", "All");
    const path = `${await this.#path(reference, 0)}?${query}`;
    return parse(await this.#send("PATCH", path, patch, "application/merge-patch+json"));
  }

  /** Asks for the deletion. @returns false when there was nothing to delete. */
  async delete(reference: Reference, propagationPolicy: string): Promise<boolean> {
    const path = await this.#path(reference, 0).catch(absentKind);
    if (path === undefined) return false;
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    const answer = await this.#send("DELETE", path, body, "application/json");
    if (answer.code === 404) return false;
    if (answer.code >= 300) throw ApiError.fromResponse(answer.code, answer.body);
    return true;
  }

  async #path(reference: Reference, patience: number): Promise<string> {
    const resource = await this.#resource(reference.apiVersion, reference.kind, patience);
    const scope = resource.isNamespaced ? `/namespaces/${encodeURIComponent(reference.namespace)}` : "";
    return `${root(reference.apiVersion)}${scope}/${resource.plural}/${encodeURIComponent(reference.name)}`;
  }

  async #resource(apiVersion: string, kind: string, patience: number): Promise<ApiResource> {
    for (const deadline = Date.now() + patience; ; await sleep(250)) {
      const resources = await (this.#resources.get(apiVersion) ?? this.#discover(apiVersion));
      const resource = resources.get(kind);
      if (resource !== undefined) return resource;
      this.#resources.delete(apiVersion);
      if (Date.now() >= deadline) throw new UnknownKindError(apiVersion, kind);
    }
  }

  #discover(apiVersion: string): Promise<Map<string, ApiResource>> {
    const found = this.#fetchResources(apiVersion);
    this.#resources.set(apiVersion, found);
    found.catch(() => this.#resources.delete(apiVersion));
    return found;
  }

  async #fetchResources(apiVersion: string): Promise<Map<string, ApiResource>> {
    const answer = await this.#send("GET", root(apiVersion));
    if (answer.code === 404) return new Map();
    const list = parse(answer) as unknown as {
      resources: { name: string; kind: string; namespaced: boolean }[];
    };
    const objects = list.resources.filter((resource) => !resource.name.includes("/"));
    return new Map(
      objects.map((found) => [found.kind, { plural: found.name, isNamespaced: found.namespaced }]),
    );
  }

  #config(): Promise<KubeConfig> {
    this.#kubeConfig ??= loadKubeConfig(this.#settings);
    return this.#kubeConfig;
  }

  async #send(method: string, path: string, body?: Properties, type?: string): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#sendOnce(method, path, body, type);
      if (answer.code !== 429 || attempt > THROTTLE_RETRIES) return answer;
      await sleep(1000 * Math.min(10, Number(answer.headers["retry-after"] ?? 1) || 1));
    }
  }

  async #sendOnce(method: string, path: string, body?: Properties, type?: string): Promise<Answer> {
    const kubeConfig = await this.#config();
    const server = kubeConfig.getCurrentCluster()?.server ?? "";
    const url = new URL(server.replace(/\/$/, "") + path);
    const headers: Record<string, string> = { accept: "application/json", "user-agent": "numafleet-standin" };
    if (type !== undefined) headers["content-type"] = type;
    const options: RequestOptions = { method, headers, timeout: REQUEST_TIMEOUT };
    await kubeConfig.applyToHTTPSOptions(options);
    const answer = await transmit(url, options, body === undefined ? undefined : JSON.stringify(body)).catch(
      (error) => {
        const context = kubeConfig.getCurrentContext();
        throw new UserError(
          `no API server answers at ${url.origin} (${error.code ?? error.message}); check context ${JSON.stringify(context)} of the kubeconfig`,
        );
      },
    );
    for (const warning of [answer.headers.warning ?? []].flat()) {
      this.#onWarning(/^299 \S+ "(.*)"$/.exec(warning)?.[1] ?? warning);
    }
    return answer;
  }
}

/** Nothing in the cluster defines the kind (any more). */
export class UnknownKindError extends UserError {
  constructor(apiVersion: string, kind: string) {
    super(
      `the API server knows no kind "${kind}" in "${apiVersion}"; install what defines it first, or correct apiVersion and kind`,
    );
  }
}

function absentKind(error: unknown): undefined {
  if (error instanceof UnknownKindError) return undefined;
  throw error;
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function parse(answer: Answer): KubernetesObject {
  if (answer.code >= 300) throw ApiError.fromResponse(answer.code, answer.body);
  return JSON.parse(answer.body) as KubernetesObject;
}

function transmit(url: URL, options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ code: incoming.statusCode ?? 0, body: text, headers: incoming.headers });
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer in ${REQUEST_TIMEOUT / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
