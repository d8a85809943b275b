/** Messages to the engine, which shows them beside the resource they are about. */
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import type * as engineModule from "@pulumi/pulumi/proto/engine_pb.js";

const require = createRequire(import.meta.url);

export type Severity = "info" | "warning";

/** Tells the user something about the resource that a request is about. */
export type Log = (severity: Severity, message: string, options?: LogOptions) => void;

export interface LogOptions {
  /** Shown while the request is under way and not kept, as progress is. Default: false. */
  readonly ephemeral?: boolean;
}

/** Milliseconds after which a message that the engine does not take is given up. */
const PATIENCE_MS = 2000;

type Client = grpcModule.Client & {
  log(
    request: engineModule.LogRequest,
    options: grpcModule.CallOptions,
    callback: (error: unknown) => void,
  ): void;
};

/**
 * The log of the engine that started this plugin. Without an engine, as in a test that speaks to the plugin by
 * itself, messages go nowhere; so do those that the engine does not take, since a message is no reason to fail.
 */
export class EngineLog {
  #address: string | undefined;
  #client: Client | undefined;
  readonly #underWay = new Set<Promise<void>>();

  /** @param address host and port of the engine, which it gives a plugin as its first argument */
  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** Takes the address of an engine that attaches to a running plugin. */
  attach(address: string): void {
    this.close();
    this.#address = address;
  }

  /** The log of one resource. */
  of(urn: string): Log {
    return (severity, message, { ephemeral = false } = {}) => {
      const client = this.#connect();
      if (!client) return;
      const { LogRequest, LogSeverity } = messages();
      const request = new LogRequest();
      request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
      request.setMessage(message);
      request.setUrn(urn);
      request.setEphemeral(ephemeral);
      const deadline = Date.now() + PATIENCE_MS;
      const sent = new Promise<void>((resolve) => client.log(request, { deadline }, () => resolve()));
      this.#underWay.add(sent);
      sent.then(() => this.#underWay.delete(sent));
    };
  }

  /** Resolves when the engine has all messages: an answer that overtakes them could end the update first. */
  async settled(): Promise<void> {
    if (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #connect(): Client | undefined {
    if (this.#address === undefined) return undefined;
    if (!this.#client) {
      const grpc = require("@grpc/grpc-js") as typeof grpcModule;
      const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb.js") as {
        EngineClient: new (address: string, credentials: grpcModule.ChannelCredentials) => Client;
      };
      this.#client = new EngineClient(this.#address, grpc.credentials.createInsecure());
    }
    return this.#client;
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

function messages(): typeof engineModule {
  return require("@pulumi/pulumi/proto/engine_pb.js") as typeof engineModule;
}
