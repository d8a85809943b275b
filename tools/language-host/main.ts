/**
 * Entry of the Node.js language host: serves `LanguageRuntime` on a loopback port of the kernel's choice
 * and prints that port as the first line of stdout, as every Pulumi plugin does.
 *
 * Started by the engine as `pulumi-language-nodejs [flags] ENGINE_ADDRESS`. It ends when the engine does.
 */
import * as grpc from "@grpc/grpc-js";
import { killChildren } from "./child.ts";
import { createLanguageRuntime } from "./languageRuntime.ts";
import { LanguageRuntimeService } from "./stubs.ts";

/** How often the host looks whether its engine is still its parent, in milliseconds. */
const ORPHAN_CHECK_MS = 500;

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";

// An engine that was killed outright cannot say goodbye: the kernel then gives this process another parent.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) shutDown();
}, ORPHAN_CHECK_MS).unref();

process.on("SIGTERM", shutDown);
process.on("SIGINT", shutDown);

function shutDown(): void {
  killChildren();
  process.exit(0);
}

// Resource graphs exceed gRPC's default of 4 MiB; the engine's own limit is 400 MiB.
const limit = 400 * 1024 * 1024;
const server = new grpc.Server({
  "grpc.max_receive_message_length": limit,
  "grpc.max_send_message_length": limit,
});
server.addService(LanguageRuntimeService, createLanguageRuntime(engineAddress));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    process.stderr.write(`pulumi-language-nodejs: cannot listen on 127.0.0.1: ${error.message}\n`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});
