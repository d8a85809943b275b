/**
 * The `LanguageRuntime` service for Node.js programs: what the engine asks of `pulumi-language-nodejs`.
 *
 * It stands in where the engine has no host of its own, as one built from source; the vendor's does more (code
 * generation, packing, debuggers) and is always preferred. What is left out answers UNIMPLEMENTED, which the
 * engine understands.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { killChildren, resolveFrom } from "./child.ts";
import { installDependencies } from "./installDependencies.ts";
import { installedVersions, requiredPackages } from "./packages.ts";
import { runPlugin } from "./runPlugin.ts";
import { runProgram } from "./runProgram.ts";
import { Empty, type ILanguageRuntimeServer, languageProto, pluginProto } from "./stubs.ts";

/**
 * The service's handlers.
 *
 * @param initialAddress the engine's address from the command line; a handshake replaces it.
 */
export function createLanguageRuntime(initialAddress: string): grpc.UntypedServiceImplementation {
  let engineAddress = initialAddress;
  const handlers: Partial<ILanguageRuntimeServer> = {
    handshake(call, callback) {
      engineAddress = call.request.getEngineAddress();
      callback(null, new languageProto.LanguageHandshakeResponse());
    },
    getPluginInfo(_call, callback) {
      const info = new pluginProto.PluginInfo();
      info.setVersion(sdkVersion());
      callback(null, info);
    },
    getRequiredPackages(call, callback) {
      const response = new languageProto.GetRequiredPackagesResponse();
      for (const required of requiredPackages(call.request.getInfo()?.getProgramDirectory() ?? ".")) {
        const dependency = new pluginProto.PackageDependency();
        dependency.setName(required.name);
        dependency.setKind("resource");
        dependency.setVersion(required.version);
        dependency.setServer(required.server);
        response.addPackages(dependency);
      }
      callback(null, response);
    },
    run(call, callback) {
      runProgram(call.request, engineAddress).then(
        (response) => callback(null, response),
        (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
      );
    },
    runPlugin(call) {
      runPlugin(call).catch((error: Error) =>
        call.emit("error", { code: grpc.status.UNKNOWN, details: error.message }),
      );
    },
    installDependencies,
    about(call, callback) {
      const response = new languageProto.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      const typescript = typescriptVersion(call.request.getInfo()?.getProgramDirectory() ?? ".");
      if (typescript) response.getMetadataMap().set("typescriptVersion", typescript);
      callback(null, response);
    },
    getProgramDependencies(call, callback) {
      const response = new languageProto.GetProgramDependenciesResponse();
      const directory = call.request.getInfo()?.getProgramDirectory() ?? ".";
      for (const [name, version] of installedVersions(directory, call.request.getTransitivedependencies())) {
        const dependency = new languageProto.DependencyInfo();
        dependency.setName(name);
        dependency.setVersion(version);
        response.addDependencies(dependency);
      }
      callback(null, response);
    },
    runtimeOptionsPrompts(_call, callback) {
      callback(null, new languageProto.RuntimeOptionsResponse());
    },
    cancel(_call, callback) {
      killChildren();
      callback(null, new Empty());
    },
  };
  return handlers as grpc.UntypedServiceImplementation;
}

function sdkVersion(): string {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

function typescriptVersion(directory: string): string | undefined {
  try {
    const manifest = resolveFrom(path.resolve(directory), "typescript/package.json");
    return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  } catch {
    return undefined; // a program without TypeScript is an ordinary one
  }
}
