/** The plugin process: serves the provider on a port of the loopback address and prints the port. */
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import { service } from "./service.ts";

const grpc = createRequire(import.meta.url)("@grpc/grpc-js") as typeof grpcModule;

// The engine's own limit; schemas and states can be larger than gRPC's default of 4 MiB.
const MESSAGE_BYTES = 1024 * 1024 * 400;

const ORPHAN_CHECK_MS = 1000;
const ANSWER_MS = 1000;

const server = new grpc.Server({
  "grpc.max_receive_message_length": MESSAGE_BYTES,
  "grpc.max_send_message_length": MESSAGE_BYTES,
});
const { definition, implementation, warmUp, cancel } = service(process.argv[2]);
server.addService(definition, implementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(`pulumi-resource-libvirt cannot serve: ${error.message}`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
  // The first check needs the schemas: load them while the engine is still busy with the program.
  setImmediate(warmUp);
});

// An engine that is killed does not end its plugins; one without an engine would hold its connection for ever.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) end(1);
}, ORPHAN_CHECK_MS).unref();

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end(0));
process.on("exit", cancel);

/** Requests under way are answered with what became of them, before the process ends. */
function end(exitCode: number): void {
  cancel();
  server.tryShutdown(() => process.exit(exitCode));
  setTimeout(() => process.exit(exitCode), ANSWER_MS).unref();
}
