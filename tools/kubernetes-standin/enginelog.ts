/** The engine's own log: what is said here stands in the diagnostics of the preview or the update. */
import type { Client } from "@grpc/grpc-js";
import type { EngineClient as EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { EngineClient, grpc, LogRequest, LogSeverity } from "./protocol.ts";

export class EngineLog {
  #client: (Client & Pick<EngineService, "log">) | undefined;
  #address = "";

  /** @param address of the engine; an empty one leaves the present one as it is. */
  connect(address: string): void {
    if (address === "" || address === this.#address) return;
    this.close();
    // A proxy that the environment names is for the world outside, and the engine is on this machine.
    this.#client = new EngineClient(address, grpc.credentials.createInsecure(), {
      "grpc.enable_http_proxy": 0,
    });
    this.#address = address;
  }

  /** Returns when the engine has it. Without an engine it goes to standard error. */
  warn(text: string): Promise<void> {
    const client = this.#client;
    if (client === undefined) {
      process.stderr.write(`${text}\n`);
      return Promise.resolve();
    }
    const request = new LogRequest().setSeverity(LogSeverity.WARNING).setMessage(text);
    return new Promise((resolve) => {
      client.log(request, (error: Error | null) => {
        if (error !== null) process.stderr.write(`${text}\n`);
        resolve();
      });
    });
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#address = "";
  }
}
