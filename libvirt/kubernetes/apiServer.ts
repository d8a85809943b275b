/**
 * An API server, spoken to in plain JSON. `@kubernetes/client-node` finds it and the credentials (contexts,
 * certificates, tokens, exec plugins, proxies); it takes 0.4 s to load, so only what needs a cluster loads it.
 */
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { homedir } from "node:os";
import type { KubeConfig } from "@kubernetes/client-node";
import { ProviderError } from "../provider/failure.ts";

/** Which cluster, and who we are there. */
export interface ClusterAddress {
  /** Path or content; undefined: as kubectl finds it, by $KUBECONFIG and ~/.kube/config. */
  readonly kubeconfig: string | undefined;
  /** Undefined: the current one. */
  readonly context: string | undefined;
}

export interface Answer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: an API server's JSON, of whatever kind was asked for
  readonly body: any;
}

/** A cluster that is not reached, or that refuses what is asked of it. */
export class ClusterError extends ProviderError {
  override readonly name: string = "ClusterError";
}

/** Milliseconds after which a request without an answer has failed. */
const REQUEST_TIMEOUT = 30_000;

export class ApiServer {
  readonly #config: KubeConfig;
  readonly #origin: string;

  private constructor(config: KubeConfig, origin: string) {
    this.#config = config;
    this.#origin = origin;
  }

  /** @throws ClusterError that never shows a kubeconfig's content */
  static async find({ kubeconfig, context }: ClusterAddress): Promise<ApiServer> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    if (kubeconfig === undefined) {
      read("the user's kubeconfig", () => config.loadFromDefault());
    } else if (isContent(kubeconfig)) {
      read("the kubeconfig that was given as text", () => config.loadFromString(kubeconfig));
    } else {
      const path = kubeconfig.replace(/^~(?=\/)/, homedir());
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new ClusterError(`kubeconfig ${path} cannot be read: ${error.code ?? "unknown error"}`);
      });
      read(`kubeconfig ${path}`, () => config.loadFromString(text));
    }
    const name = context ?? config.getCurrentContext();
    if (config.getContextObject(name) === null) {
      const there = config.getContexts().map((each) => each.name);
      throw new ClusterError(
        `the kubeconfig has no context ${JSON.stringify(name)} (there: ${there.join(", ") || "none"})`,
      );
    }
    config.setCurrentContext(name);
    const server = config.getCurrentCluster()?.server;
    if (!server)
      throw new ClusterError(`context ${JSON.stringify(name)} of the kubeconfig names no API server`);
    return new ApiServer(config, server.replace(/\/$/, ""));
  }

  /** @throws ClusterError where nobody answers; an answer of whatever code is returned */
  async request(method: string, path: string, body?: object, type = "application/json"): Promise<Answer> {
    const url = new URL(this.#origin + path);
    const text = body === undefined ? undefined : JSON.stringify(body);
    // The length is stated, since Node.js leaves it out for a DELETE.
    const length =
      text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) };
    const headers = { accept: "application/json", "user-agent": "pulumi-libvirt", ...length };
    const options: RequestOptions = { method, headers, timeout: REQUEST_TIMEOUT };
    try {
      await this.#config.applyToHTTPSOptions(options);
      return await transmit(url, options, text);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message.split("\n")[0];
      throw new ClusterError(
        `no API server answers at ${url.origin} (context ${JSON.stringify(this.#config.getCurrentContext())}): ${why}`,
      );
    }
  }
}

/** Content is told from a path by what a path never has: a line break, or JSON's opening brace. */
function isContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

/** A parser's own words can quote what it stumbled over, which may be a token. */
function read(source: string, load: () => void): void {
  try {
    load();
  } catch {
    throw new ClusterError(`${source} is no kubeconfig`);
  }
}

function transmit(url: URL, options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ code: incoming.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString("utf8")) });
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer in ${REQUEST_TIMEOUT / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** What stands between us and the API server may answer in other words than JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

/** The error for an answer that is neither success nor foreseen. */
export function refused(what: string, { code, body }: Answer): ClusterError {
  const why = typeof body?.message === "string" ? body.message : "no reason given";
  return new ClusterError(`the API server refuses ${what} (${code}): ${why}`);
}
