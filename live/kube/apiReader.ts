/**
 * An API server that is only read: GET of lists, page by page. `@kubernetes/client-node` finds the credentials
 * (certificates, tokens, proxies); its typed models are left aside, which cost more than all else.
 */
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions, Agent as SecureAgent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { KubeConfig } from "@kubernetes/client-node";
import { isObject, type Json, line, object, objects } from "../../facts/kubeText.ts";
import { type PluginCredential, runPlugin } from "./credentialPlugin.ts";
import { ClusterUnreachable, connectionFailure, ListRefused, refusalOf } from "./failures.ts";

/** Objects of one page. kubectl asks for as many. */
const PAGE = 500;
/** An overloaded server (429) is asked again, as client-go does. */
const MOST_RETRIES = 5;
const MOST_WAIT_MS = 5_000;
/** A list that takes longer than the server keeps its beginning (410) is begun anew. */
const MOST_BEGINNINGS = 3;

/** What is listed: `/api/v1/pods`, and how the objects are called in messages. */
export interface ListQuery {
  readonly path: string;
  /** `pods`, `autoscalingrunnersets.actions.github.com`: as a role names them. */
  readonly resource: string;
  readonly query?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly code: number;
  readonly body: Json;
  readonly retryAfter: number;
}

export class ApiReader {
  readonly #config: KubeConfig;
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #agent: Agent | undefined;
  readonly #page: number;
  #options: Promise<RequestOptions> | undefined;
  /** How many were sent. */
  requests = 0;

  constructor(config: KubeConfig, timeoutMs: number, page = PAGE) {
    this.#config = config;
    this.#page = page;
    this.#timeoutMs = timeoutMs;
    const cluster = config.getCurrentCluster();
    this.#url = new URL(cluster?.server ?? "");
    // One connection serves many requests. Where the kubeconfig names a proxy, the library's own agent goes through it.
    // Of the environment's proxies none leads back to this machine, as kubectl has it.
    const settings = { keepAlive: true, ...(this.#isNear ? {} : { proxyEnv: process.env }) };
    if (!cluster?.proxyUrl)
      this.#agent = this.#url.protocol === "http:" ? new Agent(settings) : new SecureAgent(settings);
  }

  /**
   * The objects of a list, each made into what is kept of it while the next page is on its way.
   * @throws ListRefused if the API server does not give the list, ClusterUnreachable if nobody answers
   */
  async list<T>({ path, resource, query }: ListQuery, keep: (item: Json) => T): Promise<T[]> {
    for (let beginning = 1; ; beginning++) {
      const kept: T[] = [];
      let token = "";
      let answer = await this.#pageOf(path, { ...query, limit: String(this.#page) });
      for (;;) {
        if (answer.code === 410 && token !== "" && beginning < MOST_BEGINNINGS) break;
        if (answer.code !== 200) throw refusalOf(answer.code, answer.body, resource);
        if (!Array.isArray(answer.body.items))
          throw new ListRefused(`what answers at ${this.#url.origin} is no API server's list of ${resource}`);
        const next = object(answer.body.metadata).continue;
        token = typeof next === "string" ? next : "";
        const following =
          token === ""
            ? undefined
            : this.#pageOf(path, { ...query, limit: String(this.#page), continue: token });
        // What fails meanwhile is told when it is waited for.
        following?.catch(() => undefined);
        for (const item of objects(answer.body.items)) kept.push(keep(item));
        if (!following) return kept;
        answer = await following;
      }
    }
  }

  get #isNear(): boolean {
    return /^(localhost$|127\.|\[::1\]$)/.test(this.#url.hostname);
  }

  close(): void {
    this.#agent?.destroy();
  }

  async #pageOf(path: string, query: Readonly<Record<string, string>>): Promise<Answer> {
    const target = `${this.#url.pathname.replace(/\/$/, "")}${path}?${new URLSearchParams(query)}`;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#get(target);
      if (answer.code !== 429 || attempt === MOST_RETRIES) return answer;
      await sleep(Math.min(MOST_WAIT_MS, answer.retryAfter * 1000));
    }
  }

  async #get(target: string): Promise<Answer> {
    const origin = this.#url.origin;
    const signal = AbortSignal.timeout(this.#timeoutMs);
    this.#options ??= this.#authorised();
    const options = await Promise.race([this.#options, this.#unauthorised(signal)]);
    try {
      return await this.#transmit(target, { ...options, signal });
    } catch (error) {
      throw connectionFailure(origin, signal.aborted ? signal.reason : error, this.#timeoutMs);
    }
  }

  /** Who we are. A credential plugin runs here, once. */
  async #authorised(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    const exec: unknown = this.#config.getCurrentUser()?.exec;
    const own = isObject(exec) ? await runPlugin(exec, this.#timeoutMs) : {};
    try {
      await withoutPlugin(this.#config).applyToHTTPSOptions(options);
    } catch (error) {
      throw credentialFailure(error);
    }
    const all = { ...options, ...authorisation(own, options) };
    return this.#agent ? { ...all, agent: this.#agent } : all;
  }

  /** A login service may be silent; a plugin ends by itself. */
  #unauthorised(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const late = `the credentials of the context are not there after ${this.#timeoutMs / 1000} s`;
      const why = new ClusterUnreachable(late, "Renew them; kubectl with the same context shows more.");
      signal.addEventListener("abort", () => reject(why), { once: true });
    });
  }

  #transmit(target: string, options: RequestOptions): Promise<Answer> {
    this.requests += 1;
    // Compression helps on a long way and costs the server; on this machine there is no way.
    const headers = {
      ...options.headers,
      accept: "application/json",
      "accept-encoding": this.#isNear ? "identity" : "gzip",
      "user-agent": "numafleet-audit",
    };
    return new Promise((resolve, reject) => {
      const send = this.#url.protocol === "http:" ? httpRequest : httpsRequest;
      const outgoing = send(
        new URL(target, this.#url.origin),
        { ...options, method: "GET", headers },
        (incoming) => {
          receive(incoming).then(resolve, reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end();
    });
  }
}

const unzip = promisify(gunzip);

async function receive(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const bytes = incoming.headers["content-encoding"] === "gzip" ? await unzip(raw) : raw;
  const retryAfter = Number(incoming.headers["retry-after"] ?? 1);
  return {
    code: incoming.statusCode ?? 0,
    body: parse(bytes.toString("utf8")),
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : 1,
  };
}

/** What stands between us and the API server may answer in other words than JSON. */
function parse(body: string): Json {
  try {
    return object(JSON.parse(body));
  } catch {
    return { message: line(body, 200) };
  }
}

/** The same without the plugin, which the library would run as well. */
function withoutPlugin(config: KubeConfig): KubeConfig {
  const plain = new (config.constructor as new () => KubeConfig)();
  plain.loadFromOptions({
    clusters: config.getClusters(),
    users: config.getUsers().map(({ exec: _, ...user }) => user),
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext(),
  });
  return plain;
}

function authorisation({ token, cert, key }: PluginCredential, { headers }: RequestOptions): RequestOptions {
  return {
    ...(token === undefined ? {} : { headers: { ...headers, Authorization: `Bearer ${token}` } }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

/** What a parser says may hold a secret, so it is not repeated. */
function credentialFailure(error: unknown): ClusterUnreachable {
  const { code } = error as NodeJS.ErrnoException;
  return new ClusterUnreachable(
    `the credentials of the context cannot be used${code === undefined ? "" : ` (${line(code, 40)})`}`,
    "Renew them; kubectl with the same context shows more.",
  );
}
