/**
 * The system's own `helm`. Values go through a file that only this user can read, in a folder that is removed
 * again, and never through the argument list, which every user of the machine can read.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "./apierror.ts";
import { expandHome, isKubeconfigContent } from "./kubeconfig.ts";
import { FLAGS, INSTALL_FLAGS, UPGRADE_FLAGS } from "./releaseinputs.ts";
import type { Settings } from "./settings.ts";
import { asObject } from "./values.ts";
import type { Properties, Value } from "./wire.ts";

export interface ReleaseStatus extends Properties {
  name: string;
  namespace: string;
  /** Helm's own word: `deployed`, `failed`, … */
  status: string;
  revision: number;
  chart: string;
  /** Of the chart. */
  version: string;
  appVersion: string;
  /** As given by the user, without the chart's defaults. */
  values: Properties;
}

export interface HelmOptions {
  /** Longest wait in milliseconds; `undefined` for helm's own default of 5 minutes. */
  timeout: number | undefined;
  signal: AbortSignal;
}

/** 3.11 is the first with `helm get metadata`. */
const MISSING =
  "`helm` is not on PATH, and the stand-in carries releases out with it. " +
  "Install Helm 3.11 or newer, or install the vendor's Kubernetes plugin";

export class Helm {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async install(inputs: Properties, options: HelmOptions): Promise<ReleaseStatus> {
    const flags = flagsOf(inputs, { ...FLAGS, ...INSTALL_FLAGS });
    return this.#carryOut("install", inputs, flags, options);
  }

  /** Values that the program does not give fall back to the chart's defaults, unless `reuseValues` is set. */
  async upgrade(inputs: Properties, options: HelmOptions): Promise<ReleaseStatus> {
    const flags = flagsOf(inputs, { ...FLAGS, ...UPGRADE_FLAGS });
    if (inputs.reuseValues !== true && inputs.resetValues !== true) flags.push("--reset-values");
    if (typeof inputs.maxHistory === "number") flags.push("--history-max", String(inputs.maxHistory));
    return this.#carryOut("upgrade", inputs, flags, options);
  }

  async uninstall(inputs: Properties, options: HelmOptions): Promise<void> {
    const flags = inputs.disableWebhooks === true ? ["--no-hooks"] : [];
    if (inputs.skipAwait !== true) flags.push("--wait", ...timeoutFlags(inputs, options));
    await this.#inFolder(async (folder) => {
      const connection = await this.#connection(folder);
      const release = [String(inputs.name), "--namespace", String(inputs.namespace)];
      const result = await run(["uninstall", ...release, ...flags, ...connection], options.signal);
      if (result.code !== 0 && !isAbsent(result.stderr)) throw failure(result.stderr);
    });
  }

  /** @returns `undefined` when there is no such release. */
  async status(name: string, namespace: string): Promise<ReleaseStatus | undefined> {
    return this.#inFolder(async (folder) => {
      const connection = await this.#connection(folder);
      const release = [name, "--namespace", namespace, "--output", "json"];
      const found = await run(["status", ...release, ...connection]);
      if (found.code !== 0) {
        if (isAbsent(found.stderr)) return undefined;
        throw failure(found.stderr);
      }
      const metadata = await run(["get", "metadata", ...release, ...connection]);
      if (metadata.code !== 0) throw failure(metadata.stderr);
      return readStatus(parse(found.stdout), parse(metadata.stdout));
    });
  }

  async #carryOut(
    verb: "install" | "upgrade",
    inputs: Properties,
    flags: string[],
    options: HelmOptions,
  ): Promise<ReleaseStatus> {
    await this.#inFolder(async (folder) => {
      const connection = await this.#connection(folder);
      const values = await writePrivate(join(folder, "values.json"), JSON.stringify(inputs.values ?? {}));
      const given = Array.isArray(inputs.valueYamlFiles) ? inputs.valueYamlFiles : [];
      const files = [...given.map((file) => fileOf(file)), values].flatMap((file) => ["--values", file]);
      const wait = inputs.skipAwait === true ? [] : ["--wait", ...timeoutFlags(inputs, options)];
      const repo = asObject(inputs.repositoryOpts).repo;
      const from = typeof repo === "string" ? ["--repo", repo] : [];
      for (const key of ["version", "keyring", "description"]) {
        if (typeof inputs[key] === "string") from.push(`--${key}`, inputs[key]);
      }
      const release = [String(inputs.name), String(inputs.chart), "--namespace", String(inputs.namespace)];
      const result = await run(
        [verb, ...release, ...from, ...flags, ...wait, ...files, ...connection],
        options.signal,
      );
      if (result.code !== 0) throw failure(result.stderr);
    });
    const status = await this.status(String(inputs.name), String(inputs.namespace));
    if (status === undefined) throw new UserError("helm reported success, and then knew no such release");
    return status;
  }

  async #connection(folder: string): Promise<string[]> {
    const { kubeconfig, context, isUnknown } = this.#settings;
    if (isUnknown)
      throw new UserError("the provider's kubeconfig is not known yet; another resource is still to make it");
    const flags = context === undefined ? [] : ["--kube-context", context];
    if (kubeconfig === undefined) return flags;
    const file = isKubeconfigContent(kubeconfig)
      ? await writePrivate(join(folder, "kubeconfig"), kubeconfig)
      : expandHome(kubeconfig);
    return [...flags, "--kubeconfig", file];
  }

  async #inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "numafleet-helm-"));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    process.once("exit", remove);
    try {
      await chmod(folder, 0o700);
      return await work(folder);
    } finally {
      process.off("exit", remove);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function flagsOf(inputs: Properties, flags: Readonly<Record<string, string>>): string[] {
  return Object.keys(flags)
    .sort()
    .flatMap((key) => (inputs[key] === true ? [flags[key] ?? ""] : []));
}

/** The input is in seconds; the resource's own customTimeouts come second. */
function timeoutFlags(inputs: Properties, options: HelmOptions): string[] {
  const seconds = typeof inputs.timeout === "number" ? inputs.timeout : (options.timeout ?? 0) / 1000;
  return seconds > 0 ? ["--timeout", `${Math.ceil(seconds)}s`] : [];
}

function fileOf(file: Value): string {
  if (typeof file === "string") return file;
  throw new UserError(
    "valueYamlFiles: the stand-in takes paths; give the file's path, or put its content into values",
  );
}

async function writePrivate(path: string, content: string): Promise<string> {
  await writeFile(path, content, { mode: 0o600, flag: "wx" });
  return path;
}

function isAbsent(stderr: string): boolean {
  return /release: not found/i.test(stderr);
}

function failure(stderr: string): UserError {
  const lines = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(WARNING|level=|I\d{4} )/.test(line));
  return new UserError(`helm said: ${lines.join("\n  ").replace(/^Error: /, "") || "nothing, and failed"}`);
}

function parse(stdout: string): Properties {
  return JSON.parse(stdout) as Properties;
}

/** `helm status` knows the values, `helm get metadata` the chart. */
function readStatus(release: Properties, metadata: Properties): ReleaseStatus {
  return {
    name: String(metadata.name ?? ""),
    namespace: String(metadata.namespace ?? ""),
    status: String(metadata.status ?? ""),
    revision: Number(metadata.revision ?? 0),
    chart: String(metadata.chart ?? ""),
    version: String(metadata.version ?? ""),
    appVersion: String(metadata.appVersion ?? ""),
    values: asObject(release.config),
  };
}

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], signal?: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn("helm", args, { stdio: ["ignore", "pipe", "pipe"] });
    const stop = () => child.kill("SIGTERM");
    signal?.addEventListener("abort", stop, { once: true });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener("abort", stop);
      reject(new UserError(error.code === "ENOENT" ? MISSING : `helm cannot be started: ${error.message}`));
    });
    child.on("close", (code) => {
      signal?.removeEventListener("abort", stop);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? 1, stdout: text(out), stderr: text(err) });
    });
  });
}
