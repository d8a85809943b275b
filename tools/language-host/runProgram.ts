/** `Run`: one execution of the user's program. */
import path from "node:path";
import { type Ending, resolveFrom, startNode } from "./child.ts";
import { optionsEnvironment, parseRuntimeOptions } from "./runtimeOptions.ts";
import { type LanguageProto, languageProto } from "./stubs.ts";

/** Exit code by which `@pulumi/pulumi/cmd/run` says that the user was already told (same in the vendor's host). */
const ALREADY_REPORTED = 32;

/**
 * Starts the program and waits for its end. Its stdout and stderr go to the host's own, which the engine reads.
 *
 * @returns an empty response on success; `bail` when the program failed and said why; else the error.
 */
export async function runProgram(
  request: LanguageProto.RunRequest,
  engineAddress: string,
): Promise<LanguageProto.RunResponse> {
  const response = new languageProto.RunResponse();
  if (request.getAttachDebugger()) {
    response.setError("this Node.js language host attaches no debugger: run under the vendor's Pulumi CLI");
    return response;
  }
  try {
    const info = request.getInfo();
    const directory = info?.getProgramDirectory() || request.getPwd();
    const options = parseRuntimeOptions(info?.getOptions()?.toJavaScript() ?? {});
    const { ended } = startNode(
      [
        ...options.nodeargs,
        resolveFrom(directory, process.env.PULUMI_LANGUAGE_NODEJS_RUN_PATH || "@pulumi/pulumi/cmd/run"),
        ...runArguments(request, engineAddress, directory),
      ],
      {
        stdio: ["ignore", "inherit", "inherit"],
        env: {
          ...process.env,
          ...optionsEnvironment(options),
          PULUMI_CONFIG: configJson(request),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        },
      },
    );
    report(await ended, response);
  } catch (error) {
    response.setError((error as Error).message);
  }
  return response;
}

function runArguments(request: LanguageProto.RunRequest, engine: string, directory: string): string[] {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: directory,
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || path.basename(request.getProgram()) || ".",
    ...request.getArgsList(),
  ];
}

function configJson(request: LanguageProto.RunRequest): string {
  return JSON.stringify(Object.fromEntries(request.getConfigMap().toArray()));
}

function report(ending: Ending, response: LanguageProto.RunResponse): void {
  if ("error" in ending) response.setError(`cannot start Node.js: ${ending.error}`);
  else if ("signal" in ending) response.setError(`the program was ended by ${ending.signal}`);
  else if (ending.code === ALREADY_REPORTED) response.setBail(true);
  else if (ending.code !== 0) response.setError(`the program exited with code ${ending.code}`);
}
