/**
 * A `helm` for tests on machines without one: it answers as helm 3.19 does, and of ARC's charts it does what their
 * templates do that tests look at: it makes and changes the AutoscalingRunnerSet of a scale set's release, and deletes
 * it with the release, waiting until it is gone, as `helm uninstall --wait` does. It renders no templates.
 */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const STUB = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const https = require("node:https");
const args = process.argv.slice(2);
const option = (name) => args[args.lastIndexOf(name) + 1];
const verb = args[0] === "get" ? "get" : args[0];
const name = verb === "get" ? args[2] : args[1];
const namespace = option("--namespace");
const releases = join(__dirname, "releases");
mkdirSync(releases, { recursive: true });
const file = join(releases, namespace + "." + name + ".json");
const config = JSON.parse(readFileSync(option("--kubeconfig"), "utf8"));
const server = config.clusters[0].cluster.server;
const token = config.users[0].user.token;
const log = (line) => appendFileSync(join(__dirname, "calls"), line + "\\n");
const fail = (text) => { process.stderr.write("Error: " + text + "\\n"); process.exit(1); };

function call(method, where, body, type = "application/json") {
  return new Promise((resolve, reject) => {
    const headers = { authorization: "Bearer " + token, "content-type": type };
    const request = https.request(new URL(where, server), { method, headers, rejectUnauthorized: false }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ code: answer.statusCode, body: JSON.parse(Buffer.concat(chunks).toString() || "{}") }));
    });
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const sets = "/apis/actions.github.com/v1alpha1/namespaces/" + namespace + "/autoscalingrunnersets";
function runnerSet(values) {
  const { githubConfigUrl, githubConfigSecret, runnerGroup, runnerScaleSetName, scaleSetLabels, minRunners, maxRunners, template, listenerTemplate } = values;
  return {
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: { name: runnerScaleSetName, namespace, labels: { "app.kubernetes.io/version": option("--version") } },
    spec: { githubConfigUrl, githubConfigSecret, runnerGroup, runnerScaleSetName, runnerScaleSetLabels: scaleSetLabels, minRunners, maxRunners, template, listenerTemplate },
  };
}

async function main() {
  if (verb === "status" || verb === "get") {
    if (!existsSync(file)) fail("release: not found");
    const release = JSON.parse(readFileSync(file, "utf8"));
    console.log(JSON.stringify(verb === "get"
      ? { name, namespace, revision: 1, status: "deployed", chart: release.chart, version: release.version, appVersion: release.version }
      : { config: release.values, version: 1 }));
    return;
  }
  if (verb === "install" || verb === "upgrade") {
    const values = JSON.parse(readFileSync(option("--values"), "utf8"));
    if (values.githubConfigUrl !== undefined) {
      const object = runnerSet(values);
      const answer = verb === "install"
        ? await call("POST", sets, object)
        : await call("PATCH", sets + "/" + name, [{ op: "replace", path: "/spec", value: object.spec }], "application/json-patch+json");
      if (answer.code >= 300) fail(answer.body.message);
    }
    writeFileSync(file, JSON.stringify({ chart: args[2], version: option("--version"), values }));
    log(verb + " " + name);
    return;
  }
  if (verb === "uninstall") {
    if (!existsSync(file)) fail("uninstall: Release not loaded: " + name + ": release: not found");
    const { values } = JSON.parse(readFileSync(file, "utf8"));
    log("uninstall " + name);
    if (values.githubConfigUrl !== undefined) {
      await call("DELETE", sets + "/" + name);
      if (args.includes("--wait")) {
        while ((await call("GET", sets + "/" + name)).code !== 404) await new Promise((done) => setTimeout(done, 50));
      }
    }
    rmSync(file);
    log("uninstalled " + name);
    return;
  }
  fail("unknown command " + args.join(" "));
}
main().catch((error) => fail(String(error)));
`;

export interface HelmStub {
  /** To be put on PATH. */
  readonly folder: string;
  /** What was carried out so far: `install NAME`, `uninstall NAME`, `uninstalled NAME`. */
  calls(): Promise<string[]>;
  /** Adds a line to the calls, for what else happens in order. */
  note(line: string): Promise<void>;
}

/** Writes the stub into a folder of its own. */
export async function helmStub(folder: string): Promise<HelmStub> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "helm"), STUB);
  await writeFile(path.join(folder, "package.json"), '{ "type": "commonjs" }');
  await chmod(path.join(folder, "helm"), 0o755);
  const log = path.join(folder, "calls");
  return {
    folder,
    calls: async () =>
      (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== ""),
    note: (line) => writeFile(log, `${line}\n`, { flag: "a" }),
  };
}
