import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Properties, Secret, UNKNOWN } from "../../tools/kubernetes-standin/wire.ts";
import { HalfMadeError, ProviderClient } from "./client.ts";

const RELEASE = "kubernetes:helm.sh/v3:Release";

const ARC: Properties = {
  chart: "oci://charts.invalid/gha-runner-scale-set",
  version: "0.14.2",
  name: "arc-runner",
  namespace: "arc-runners",
  compat: "true",
  createNamespace: true,
  atomic: true,
  timeout: 120,
  values: { minRunners: 0, githubConfigSecret: { token: new Secret("ghp-sesame") } },
};

/** Answers like helm 3.19, and keeps what it was given: arguments, and the values with the rights of their file. */
const STUB = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const args = process.argv.slice(2);
const here = __dirname;
const position = args.lastIndexOf("--values");
const values = position < 0 ? undefined : args[position + 1];
const mode = values === undefined ? undefined : (statSync(values).mode & 0o777).toString(8);
const content = values === undefined ? undefined : JSON.parse(readFileSync(values, "utf8"));
appendFileSync(join(here, "calls"), JSON.stringify({ args, mode, content }) + "\\n");
const failure = join(here, "failure-" + args[0]);
if (existsSync(failure)) { process.stderr.write(readFileSync(failure, "utf8")); process.exit(1); }
const release = join(here, "release");
if (args[0] === "install" || args[0] === "upgrade") writeFileSync(release, JSON.stringify(content));
const known = existsSync(release);
if (args[0] === "status" || args[0] === "get") {
  if (!known) { process.stderr.write("Error: release: not found\\n"); process.exit(1); }
  const status = existsSync(join(here, "failure-install")) ? "failed" : "deployed";
  const metadata = { name: args[args[0] === "get" ? 2 : 1], namespace: args[args.indexOf("--namespace") + 1], revision: 1, status, chart: "gha-runner-scale-set", version: "0.14.2", appVersion: "0.14.2" };
  console.log(JSON.stringify(args[0] === "get" ? metadata : { config: JSON.parse(readFileSync(release, "utf8")), version: 1 }));
}
`;

interface Call {
  args: string[];
  mode?: string;
  content?: Properties;
}

let folder: string;
let provider: ProviderClient;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "numafleet-stub-"));
  await writeFile(path.join(folder, "helm"), STUB);
  await writeFile(path.join(folder, "package.json"), '{ "type": "commonjs" }');
  await chmod(path.join(folder, "helm"), 0o755);
  vi.stubEnv("PATH", folder);
  vi.stubEnv("TMPDIR", folder);
  provider = await ProviderClient.start({ kubeconfig: "/etc/kubeconfig", context: "lab" });
});

afterEach(async () => {
  provider.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function calls(): Promise<Call[]> {
  const lines = (await readFile(path.join(folder, "calls"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Call);
}

describe("check of a release", () => {
  it("gives it a name that Helm takes, and the provider's namespace", async () => {
    const { inputs, failures } = await provider.check(RELEASE, "a".repeat(60), {
      chart: "./chart",
      compat: "true",
    });
    expect(failures).toEqual([]);
    expect(inputs.name).toMatch(/^a{44}-[0-9a-f]{8}$/);
    expect(inputs.namespace).toBe("default");
    expect(Object.keys(inputs).sort()).toEqual(["chart", "name", "namespace"]);
  });

  it("reports every failure at once", async () => {
    const { failures } = await provider.check(RELEASE, "arc", {
      name: "x".repeat(54),
      namespace: "Arc_Runners",
      version: "latest",
      values: ["a"],
      lint: true,
      postrender: "./script",
      recreatePods: false,
      maxRunner: 3,
      repositoryOpts: { repo: "https://charts.invalid", username: "me", password: new Secret("hunter22") },
    });
    expect(failures).toEqual([
      "chart: it is missing; name a folder, an archive, a chart or an oci:// address",
      "lint: the stand-in does not cover it: run `helm lint` yourself",
      "maxRunner: a Release has no such input",
      `name: "${"x".repeat(54)}" has 54 characters, at most 53 are allowed`,
      'namespace: "Arc_Runners" is not made of a-z, 0-9 and inner "-" only',
      "postrender: the stand-in does not cover it: put the change into the chart's values",
      "repositoryOpts.password: the stand-in passes no credentials on; log in with `helm registry login` or `helm repo add` first",
      "repositoryOpts.username: the stand-in passes no credentials on; log in with `helm registry login` or `helm repo add` first",
      "values: an object is expected",
      'version: "latest" is no version or range',
    ]);
  });

  it("judges nothing that is unknown, and previews it", async () => {
    const inputs: Properties = { chart: UNKNOWN, namespace: UNKNOWN, name: "arc", values: { a: UNKNOWN } };
    const { outputs } = await provider.create(RELEASE, "arc", inputs, true);
    expect(outputs).toEqual({ ...inputs, status: UNKNOWN });
  });
});

describe("a release", () => {
  it("is installed with its values in a file that only its user can read", async () => {
    const made = await provider.create(RELEASE, "arc", ARC);
    expect(made.id).toBe("arc-runners/arc-runner");
    expect(made.outputs.status).toEqual({
      name: "arc-runner",
      namespace: "arc-runners",
      status: "deployed",
      revision: 1,
      chart: "gha-runner-scale-set",
      version: "0.14.2",
      appVersion: "0.14.2",
    });
    expect(made.outputs.values).toEqual(ARC.values);
    const [install, ...others] = await calls();
    expect(install?.args.join(" ")).toMatch(
      /^install arc-runner oci:\/\/charts\.invalid\/gha-runner-scale-set --namespace arc-runners --version 0\.14\.2 --atomic --create-namespace --wait --timeout 120s --values \S+ --kube-context lab --kubeconfig \/etc\/kubeconfig$/,
    );
    expect(install?.mode).toBe("600");
    expect(install?.content).toEqual({ minRunners: 0, githubConfigSecret: { token: "ghp-sesame" } });
    expect(JSON.stringify([install?.args, others])).not.toContain("sesame");
    expect((await readdir(folder)).filter((name) => name.startsWith("numafleet-helm-"))).toEqual([]);
  });

  it("is upgraded with exactly the program's values", async () => {
    const made = await provider.create(RELEASE, "arc", ARC);
    const { timeout: _timeout, ...rest } = ARC;
    await provider.update(RELEASE, "arc", made, {
      ...rest,
      skipAwait: true,
      maxHistory: 5,
      values: { minRunners: 1 },
    });
    const upgrade = (await calls()).find((call) => call.args[0] === "upgrade");
    expect(upgrade?.args).toEqual(expect.arrayContaining(["--reset-values", "--history-max", "5"]));
    expect(upgrade?.args).not.toContain("--wait");
    expect(upgrade?.content).toEqual({ minRunners: 1 });
  });

  it("is read back with its values as secret as they were, and is gone when helm says so", async () => {
    const made = await provider.create(RELEASE, "arc", ARC);
    expect((await provider.read(RELEASE, "arc", made))?.inputs).toEqual(made.inputs);
    await provider.delete(RELEASE, "arc", made, 60);
    expect((await calls()).at(-1)?.args.slice(0, 6)).toEqual([
      "uninstall",
      "arc-runner",
      "--namespace",
      "arc-runners",
      "--wait",
      "--timeout",
    ]);
    await rm(path.join(folder, "release"));
    expect(await provider.read(RELEASE, "arc", made)).toBeUndefined();
  });

  it("tells helm's own words, without a secret in them", async () => {
    await writeFile(
      path.join(folder, "failure-install"),
      "WARNING: old\nError: INSTALLATION FAILED: template: bad value ghp-sesame\n",
    );
    await expect(provider.create(RELEASE, "arc", ARC)).rejects.toThrow(
      'Helm release "arc-runners/arc-runner" was not created: helm said: INSTALLATION FAILED: template: bad value [secret]',
    );
  });

  it("that failed on its way goes into the state, so that the next run can mend it", async () => {
    await writeFile(path.join(folder, "release"), "{}");
    await writeFile(
      path.join(folder, "failure-install"),
      "Error: INSTALLATION FAILED: context deadline exceeded\n",
    );
    const error = await provider.create(RELEASE, "arc", ARC).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(HalfMadeError);
    expect((error as HalfMadeError).state.id).toBe("arc-runners/arc-runner");
    expect((error as HalfMadeError).state.outputs).toMatchObject({ status: { status: "failed" } });
    expect((error as HalfMadeError).state.inputs.values).toEqual(ARC.values);
  });

  it("that was there before is not taken over", async () => {
    await writeFile(path.join(folder, "release"), "{}");
    await writeFile(
      path.join(folder, "failure-install"),
      "Error: INSTALLATION FAILED: cannot re-use a name\n",
    );
    await expect(provider.create(RELEASE, "arc", ARC)).rejects.not.toBeInstanceOf(HalfMadeError);
  });

  it("says what to install where helm is missing, and not before it is needed", async () => {
    await rm(path.join(folder, "helm"));
    expect((await provider.create(RELEASE, "arc", ARC, true)).outputs.status).toBe(UNKNOWN);
    await expect(provider.create(RELEASE, "arc", ARC)).rejects.toThrow(
      'Helm release "arc-runners/arc-runner" was not created: `helm` is not on PATH, and the stand-in carries releases out with it. ' +
        "Install Helm 3.11 or newer, or install the vendor's Kubernetes plugin",
    );
  });

  it("is replaced for another name or namespace, and changed for anything else", async () => {
    const { inputs } = await provider.check(RELEASE, "arc", ARC);
    expect(await provider.diff(RELEASE, "arc", inputs, { ...inputs, version: "0.15.0" })).toEqual({
      isChanged: true,
      changes: ["version UPDATE"],
      replaces: [],
      deleteBeforeReplace: false,
    });
    expect(await provider.diff(RELEASE, "arc", inputs, { ...inputs, namespace: "other" })).toMatchObject({
      changes: ["namespace UPDATE_REPLACE"],
      replaces: ["namespace"],
      deleteBeforeReplace: true,
    });
  });
});
