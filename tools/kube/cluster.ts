/**
 * A real API server with its etcd, for tests: on loopback, on free ports, in a folder of its own, gone afterwards.
 * No controllers and no kubelets run; `namespaces.ts` does the one controller's work that a test needs.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../setup/freePorts.ts";
import { withProgress } from "../setup/progress.mjs";
import { findBinary } from "./binaries.ts";
import { ServerProcess } from "./process.ts";

export interface RunningCluster {
  /** Path of a kubeconfig whose user may do everything. */
  kubeconfig: string;
  /** `https://127.0.0.1:port`. */
  server: string;
  /** The bearer token of that user. */
  token: string;
  /** The folder of everything that this cluster writes; `stop` removes it. */
  folder: string;
  /** Ends the servers that were started here, and removes their folder. */
  stop(): Promise<void>;
}

/**
 * Builds the API server if need be (see {@link findBinary}) and starts it: 3 to 5 s.
 *
 * @throws when something is missing (ask `missingTools` before), or with the server's own last words.
 */
export async function startCluster(): Promise<RunningCluster> {
  const apiserver = await findBinary("kube-apiserver");
  return withProgress("Starting etcd and kube-apiserver", () => start(apiserver));
}

async function start(apiserver: string): Promise<RunningCluster> {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-kube-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", remove);
  const servers: ServerProcess[] = [];
  const stop = async () => {
    for (const server of servers.toReversed()) await server.stop();
    process.off("exit", remove);
    remove();
  };
  const launch = async (server: ServerProcess, isReady: () => Promise<boolean>) => {
    servers.push(server);
    await server.waitUntil(isReady);
  };
  try {
    const [etcdPort = 0, peerPort = 0, securePort = 0] = await freePorts(3);
    const etcd = `http://127.0.0.1:${etcdPort}`;
    await launch(etcdServer(folder, etcd, `http://127.0.0.1:${peerPort}`), () => isHealthy(`${etcd}/health`));
    const token = randomBytes(16).toString("hex");
    const server = `https://127.0.0.1:${securePort}`;
    const flags = apiserverFlags(folder, etcd, securePort, token);
    const log = join(folder, "kube-apiserver.log");
    await launch(new ServerProcess("kube-apiserver", apiserver, flags, log), () =>
      isHealthy(`${server}/readyz`, token),
    );
    const kubeconfig = join(folder, "kubeconfig.json");
    const authority = readFileSync(join(folder, "certificates", "apiserver.crt"));
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server, authority, token)), { mode: 0o600 });
    return { kubeconfig, server, token, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether a server answers 200. Certificates are not looked at: they are the server's own, made a moment ago. */
export function isHealthy(url: string, token?: string): Promise<boolean> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const answered = (response: { statusCode?: number | undefined; resume(): unknown }) => {
      response.resume();
      resolve(response.statusCode === 200);
    };
    const request = url.startsWith("https:")
      ? httpsGet(url, { headers, rejectUnauthorized: false }, answered)
      : httpGet(url, { headers }, answered);
    request.on("error", reject);
  });
}

function etcdServer(folder: string, client: string, peer: string): ServerProcess {
  const flags = [
    ["--data-dir", join(folder, "etcd")],
    ["--listen-client-urls", client],
    ["--advertise-client-urls", client],
    ["--listen-peer-urls", peer],
    ["--initial-advertise-peer-urls", peer],
    ["--initial-cluster", `default=${peer}`],
    ["--log-level", "error"],
  ];
  return new ServerProcess(
    "etcd",
    "etcd",
    flags.map((flag) => flag.join("=")),
    join(folder, "etcd.log"),
  );
}

function apiserverFlags(folder: string, etcd: string, port: number, token: string): string[] {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = join(folder, "service-account.pem");
  writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const tokens = join(folder, "tokens.csv");
  writeFileSync(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return [
    `--etcd-servers=${etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, "certificates")}`,
    `--token-auth-file=${tokens}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    // As k3s and every other distribution has it; a Docker sidecar is privileged.
    "--allow-privileged=true",
    "--disable-admission-plugins=ServiceAccount",
  ];
}

/** The API server's certificate is signed by one of its own making, which stands in the same file. */
function kubeconfigFor(server: string, authority: Buffer, token: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [
      { name: "test", cluster: { server, "certificate-authority-data": authority.toString("base64") } },
    ],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  };
}
