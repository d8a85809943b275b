/**
 * Stacks for system tests: a program, a state folder and an engine home of their own, run by the real engine.
 *
 * @example
 * const stack = await createStack({ files: { "index.ts": "export const a = 1;" } });
 * const result = await stack.preview();
 * expect(result.exitCode, result.stderr).toBe(0);
 */
import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { findEngine } from "../../tools/engine/findEngine.ts";
import { run } from "../../tools/setup/command.mjs";

/** What a stack is made of. Give `directory` for a program that exists, `files` for one written here. */
export interface StackOptions {
  /** Folder of a program with its own Pulumi.yaml; it is run where it is. */
  directory?: string;
  /** Files of a program by their path; a Pulumi.yaml and a package.json of an ES module are added if missing. */
  files?: Record<string, string>;
  /** Variables added to the engine's environment. `undefined` removes one. */
  env?: Record<string, string | undefined>;
  /** Stack configuration, such as `{ "numafleet:fleet": "fleet.yaml" }`. */
  config?: Record<string, string>;
  /** Folder of a policy pack that preview and up run with; absolute or relative to the program. */
  policyPack?: string;
  /** Whether the program asks for the Kubernetes provider: then its plugin, or the stand-in, is provided. */
  kubernetes?: boolean;
}

/** What one run of the engine gave. */
export interface EngineResult {
  /** The exit code; -1 when the engine could not be started or was ended by a signal. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A stack called `dev` that exists in its own local state. */
export interface TestStack {
  /** The program's folder. */
  directory: string;
  /** `pulumi config set`, for what `config` cannot hold: secrets, values below a key. */
  setConfig(...args: string[]): Promise<EngineResult>;
  preview(...args: string[]): Promise<EngineResult>;
  /** `pulumi up --yes --skip-preview`; give other flags as arguments. */
  up(...args: string[]): Promise<EngineResult>;
  refresh(...args: string[]): Promise<EngineResult>;
  destroy(...args: string[]): Promise<EngineResult>;
  /** The state as `pulumi stack export` prints it. */
  exportStack(): Promise<{ deployment: { resources?: ExportedResource[] } }>;
  /** Any other command of the engine. */
  pulumi(...args: string[]): Promise<EngineResult>;
}

/** The part of an exported resource that tests look at. */
export interface ExportedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

const PULUMI_YAML = "name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
/** The Pulumi.yaml of a program that uses this repository's libvirt provider. */
export const LIBVIRT_PROJECT = `${PULUMI_YAML}plugins:
  providers:
    - name: libvirt
      path: ${path.join(ROOT, "libvirt", "plugin")}
`;

const PACKAGE_JSON = '{ "name": "test", "type": "module", "main": "index.ts" }\n';

/** Creates the stack; its temporary folders go when the test that called this has finished. */
export async function createStack(options: StackOptions): Promise<TestStack> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), "numafleet-stack-"));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  const directory = options.directory ?? path.join(temporary, "program");
  if (!options.directory) await writeProgram(directory, options.files ?? {});
  const state = path.join(temporary, "state");
  await mkdir(state);

  const engine = await findEngine();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...engine.env,
    PULUMI_BACKEND_URL: `file://${state}`,
    // The vendor's Kubernetes plugin, where it can be had, is downloaded once and not for each stack.
    PULUMI_HOME: options.kubernetes ? path.join(ROOT, ".numafleet", "pulumi") : path.join(temporary, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Tests fetch nothing: without this the engine tries to download each plugin that node_modules mentions.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...options.env,
  };
  if (options.kubernetes) {
    const { kubernetesPluginEnvironment } = await import("../../tools/engine/kubernetesPlugin.ts");
    Object.assign(env, await kubernetesPluginEnvironment(engine, env));
  }

  const pulumi = async (...args: string[]): Promise<EngineResult> => {
    const result = await run(engine.command, [...args, "--non-interactive"], { cwd: directory, env });
    return { exitCode: result.code ?? -1, stdout: result.stdout, stderr: result.stderr };
  };
  const configFile = path.join(temporary, "stack", "Pulumi.dev.yaml");
  const withConfig = (...args: string[]) => pulumi(...args, "--config-file", configFile);
  const pack = options.policyPack ? ["--policy-pack", path.resolve(directory, options.policyPack)] : [];

  // The engine writes the stack's salt beside Pulumi.yaml: a copy of that keeps the program's folder as it is.
  await mkdir(path.dirname(configFile));
  await cp(path.join(directory, "Pulumi.yaml"), path.join(path.dirname(configFile), "Pulumi.yaml"));
  await expectSuccess(pulumi("stack", "init", "dev", "--no-select", "--cwd", path.dirname(configFile)));
  const settings = Object.entries(options.config ?? {}).map(
    ([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`,
  );
  if (settings.length > 0) await appendFile(configFile, `config:\n${settings.join("")}`);

  return {
    directory,
    pulumi,
    setConfig: (...args) => withConfig("config", "set", "--stack", "dev", ...args),
    preview: (...args) => withConfig("preview", "--stack", "dev", ...pack, ...args),
    up: (...args) => withConfig("up", "--stack", "dev", "--yes", "--skip-preview", ...pack, ...args),
    refresh: (...args) => withConfig("refresh", "--stack", "dev", "--yes", "--skip-preview", ...args),
    destroy: (...args) => withConfig("destroy", "--stack", "dev", "--yes", "--skip-preview", ...args),
    exportStack: async () => {
      const { stdout } = await expectSuccess(pulumi("stack", "export", "--stack", "dev"));
      return JSON.parse(stdout) as Awaited<ReturnType<TestStack["exportStack"]>>;
    },
  };
}

/** Expects that a run of the engine succeeded, and gives it back; else the test shows what it printed. */
export function succeeded(result: EngineResult): EngineResult {
  expect(result.exitCode, `${result.stdout}\n${result.stderr}`).toBe(0);
  return result;
}

/** Writes a program that finds this repository's npm packages. */
async function writeProgram(directory: string, files: Record<string, string>): Promise<void> {
  const all = { "Pulumi.yaml": PULUMI_YAML, "package.json": PACKAGE_JSON, ...files };
  for (const [name, text] of Object.entries(all)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const modules = path.join(directory, "node_modules");
  if (!existsSync(modules)) await symlink(path.join(ROOT, "node_modules"), modules);
}

async function expectSuccess(command: Promise<EngineResult>): Promise<EngineResult> {
  const result = await command;
  if (result.exitCode !== 0) throw new Error(`engine: exit code ${result.exitCode}\n${result.stderr}`);
  return result;
}
