/** `InstallDependencies`, for `pulumi install`: npm in the program's folder. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { type LanguageProto, languageProto } from "./stubs.ts";

type InstallCall = grpc.ServerWritableStream<
  LanguageProto.InstallDependenciesRequest,
  LanguageProto.InstallDependenciesResponse
>;

/** Installs what the lockfile pins, or what package.json asks for where there is none; streams npm's output. */
export function installDependencies(call: InstallCall): void {
  const directory = call.request.getInfo()?.getProgramDirectory() || call.request.getDirectory();
  const command = existsSync(path.join(directory, "package-lock.json")) ? "ci" : "install";
  const child = spawn("npm", [command], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => {
    const response = new languageProto.InstallDependenciesResponse();
    response.setStdout(chunk);
    call.write(response);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    const response = new languageProto.InstallDependenciesResponse();
    response.setStderr(chunk);
    call.write(response);
  });
  const fail = (reason: string) =>
    call.emit("error", { code: grpc.status.UNKNOWN, details: `npm ${command} in ${directory}: ${reason}` });
  child.on("error", (error) => fail(error.message));
  child.on("close", (code) => {
    if (code === 0) call.end();
    else fail(`exit code ${code}`);
  });
}
