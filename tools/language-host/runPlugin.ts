/** `RunPlugin`: policy packs and providers that are written for Node.js. */
import path from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { resolveFrom, startNode } from "./child.ts";
import { optionsEnvironment, parseRuntimeOptions, type RuntimeOptions } from "./runtimeOptions.ts";
import { type LanguageProto, languageProto } from "./stubs.ts";

type RunPluginCall = ServerWritableStream<LanguageProto.RunPluginRequest, LanguageProto.RunPluginResponse>;

/**
 * Runs the plugin in the request's folder and streams its stdout, its stderr and last its exit code back.
 * A policy pack runs in its own folder, any other plugin in the engine's; the call's end ends the plugin.
 *
 * @throws Error when the folder has no @pulumi/pulumi, or its runtime options are wrong.
 */
export async function runPlugin(call: RunPluginCall): Promise<void> {
  const { request } = call;
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() || request.getProgram();
  const options = parseRuntimeOptions(info?.getOptions()?.toJavaScript() ?? {});
  const isPolicyPack = request.getKind() === "analyzer";
  const args = request.getArgsList();
  const environment = Object.fromEntries(
    request.getEnvList().map((entry) => {
      const end = entry.indexOf("=");
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
  const { child, ended } = startNode(
    isPolicyPack
      ? [...options.nodeargs, policyPackRunner(directory, options), ...args, directory]
      : [...options.nodeargs, resolveFrom(directory, "@pulumi/pulumi/cmd/run-plugin"), directory, ...args],
    {
      cwd: isPolicyPack ? directory : request.getPwd() || directory,
      env: {
        ...(request.getEnvList().length > 0 ? environment : process.env),
        ...optionsEnvironment(options),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  call.on("cancelled", () => child.kill("SIGTERM"));
  child.stdout?.on("data", (chunk: Buffer) => {
    const response = new languageProto.RunPluginResponse();
    response.setStdout(chunk);
    call.write(response);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    const response = new languageProto.RunPluginResponse();
    response.setStderr(chunk);
    call.write(response);
  });

  const ending = await ended;
  if ("error" in ending) throw new Error(`cannot start Node.js: ${ending.error}`);
  const last = new languageProto.RunPluginResponse();
  last.setExitcode("code" in ending ? ending.code : 1);
  call.write(last);
  call.end();
}

/** The vendor's runner registers ts-node whatever the pack says; ours does without where the pack says so. */
function policyPackRunner(directory: string, options: RuntimeOptions): string {
  return options.typescript
    ? resolveFrom(directory, "@pulumi/pulumi/cmd/run-policy-pack")
    : path.join(import.meta.dirname, "runPolicyPack.cjs");
}
