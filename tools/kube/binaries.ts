/** The real kube-apiserver and kube-scheduler, built once from their Go module and cached. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.ts";
import { showProgress } from "./progress.ts";

/** Of `k8s.io/kubernetes`; `go/go.mod` requires the same. */
export const KUBERNETES_VERSION = "1.36.3";

export type Binary = "kube-apiserver" | "kube-scheduler";

const BINARIES: readonly Binary[] = ["kube-apiserver", "kube-scheduler"];
const MODULE = fileURLToPath(new URL("go", import.meta.url));

/** Where the binaries are kept: a folder of the user's cache, by version. */
export function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(cache, "numafleet", `kube-${KUBERNETES_VERSION}`);
}

/**
 * What this machine lacks to run a cluster, each with what to install; nothing when it can.
 * Go is not needed once the binaries are cached.
 */
export function missingTools(): string[] {
  const missing: string[] = [];
  if (findOnPath("etcd") === undefined)
    missing.push("etcd is not on PATH: install it (Debian: apt-get install etcd-server)");
  if (!isBuilt() && findOnPath("go") === undefined) {
    missing.push(
      `Go is not on PATH: install Go 1.26 or newer, kube-apiserver ${KUBERNETES_VERSION} is built with it`,
    );
  }
  return missing;
}

export function isBuilt(): boolean {
  return BINARIES.every((name) => existsSync(join(cacheFolder(), name)));
}

/**
 * The path of a binary. Builds both when one is not there: about 4 minutes on 2 cores for a first build, and
 * it needs Go's module proxy then.
 *
 * @throws when Go is missing or the build fails.
 */
export async function findBinary(name: Binary): Promise<string> {
  if (!isBuilt()) await withLock(join(cacheFolder(), "build.lock"), build);
  return join(cacheFolder(), name);
}

async function build(): Promise<void> {
  if (isBuilt()) return;
  const folder = await mkdtemp(join(cacheFolder(), "build-"));
  const progress = showProgress(
    `building Kubernetes ${KUBERNETES_VERSION} from its Go module (about 4 minutes, once)`,
  );
  try {
    for (const name of BINARIES) {
      await compile(name, join(folder, name));
      await rename(join(folder, name), join(cacheFolder(), name));
    }
  } finally {
    progress.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function compile(name: Binary, output: string): Promise<void> {
  const [major = "", minor = ""] = KUBERNETES_VERSION.split(".");
  const stamp = { gitVersion: `v${KUBERNETES_VERSION}`, gitMajor: major, gitMinor: minor };
  const stamps = Object.entries(stamp).map(
    ([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`,
  );
  const args = ["build", "-trimpath", "-ldflags", `-s -w ${stamps.join(" ")}`, "-o", output];
  const environment = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
  return new Promise((resolve, reject) => {
    const child = spawn("go", [...args, `k8s.io/kubernetes/cmd/${name}`], {
      cwd: MODULE,
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4000);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        new Error(error.code === "ENOENT" ? "Go is not on PATH: install Go 1.26 or newer" : error.message),
      );
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go build of ${name} ${KUBERNETES_VERSION} failed:\n${said.trim()}`));
    });
  });
}

function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
