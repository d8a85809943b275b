/** The real kube-apiserver and kube-scheduler, built once from their Go module and cached. */
import path from "node:path";
import { cacheDirectory, installOnce } from "../setup/cache.mjs";
import { findOnPath, isExecutable, run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { withProgress } from "../setup/progress.mjs";

/** Of `k8s.io/kubernetes`; `go/go.mod` requires the same. */
export const KUBERNETES_VERSION = "1.36.3";

export type Binary = "kube-apiserver" | "kube-scheduler";

const BINARIES: readonly Binary[] = ["kube-apiserver", "kube-scheduler"];

/**
 * What this machine lacks to run a cluster, each with what to install; nothing when it can.
 * Go is not needed once the binaries are cached.
 */
export function missingTools(env: NodeJS.ProcessEnv = process.env): string[] {
  const missing: string[] = [];
  if (findOnPath("etcd", env.PATH) === undefined) {
    missing.push("etcd is not on PATH: install it (Debian: apt-get install etcd-server)");
  }
  const isBuilt = BINARIES.every((name) => isExecutable(path.join(folder(env), name)));
  if (!isBuilt && findOnPath("go", env.PATH) === undefined) {
    missing.push(
      `Go is not on PATH: install Go 1.26 or newer, kube-apiserver ${KUBERNETES_VERSION} is built with it`,
    );
  }
  return missing;
}

/**
 * The path of a binary. The first call builds both: about 4 minutes on 2 cores, and it needs Go's module proxy.
 *
 * @throws SetupError when Go is missing or cannot build it.
 */
export async function findBinary(name: Binary, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const label = `Building Kubernetes ${KUBERNETES_VERSION} with Go (about 4 minutes on 2 cores the first time)`;
  await installOnce(folder(env), (directory) => build(directory, BINARIES, label, env));
  return path.join(folder(env), name);
}

/**
 * The path of kubectl, of the same version and module, which only a benchmark needs. The first call builds it: a minute
 * on 2 cores beside the others.
 *
 * @throws SetupError when Go is missing or cannot build it.
 */
export async function findKubectl(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const folder = path.join(cacheDirectory(env), `kubectl-${KUBERNETES_VERSION}`);
  await installOnce(folder, (directory) => build(directory, ["kubectl"], "Building kubectl with Go", env));
  return path.join(folder, "kubectl");
}

function folder(env: NodeJS.ProcessEnv): string {
  return path.join(cacheDirectory(env), `kube-${KUBERNETES_VERSION}`);
}

async function build(
  directory: string,
  names: readonly string[],
  label: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await withProgress(label, async (tell) => {
    let packages = 0;
    for (const name of names) {
      const built = await run("go", buildArguments(name, path.join(directory, name)), {
        // A go.work above the checkout, or flags for another project, must not bend this build.
        env: { ...env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
        onLine: (line) => {
          packages += 1;
          tell(`${name}: ${packages} packages, ${line}`);
        },
      });
      if (built.code === null) throw new SetupError("Go is not installed: install Go 1.26 or newer");
      if (built.code !== 0) {
        throw new SetupError(
          `go build of ${name} failed: ${tail(built)}\nCheck that Go can fetch modules (go env GOPROXY).`,
        );
      }
    }
  });
}

function buildArguments(name: string, output: string): string[] {
  const [major = "", minor = ""] = KUBERNETES_VERSION.split(".");
  const stamp = { gitVersion: `v${KUBERNETES_VERSION}`, gitMajor: major, gitMinor: minor };
  const stamps = Object.entries(stamp).map(
    ([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`,
  );
  return [
    "build",
    "-C",
    path.join(import.meta.dirname, "go"),
    "-v", // names each package as it is built: what the progress line counts
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    "-ldflags",
    `-s -w ${stamps.join(" ")}`,
    "-o",
    output,
    `k8s.io/kubernetes/cmd/${name}`,
  ];
}
