/**
 * A kubeconfig's credential plugin (`users[].user.exec`), run as client-go runs it. `@kubernetes/client-node` runs one
 * too, but waits for it for ever, leaves its input open, and does not tell it which version of the answer is wanted.
 */
import { spawn } from "node:child_process";
import { isObject, type Json, line, object, objects, text, texts } from "../../facts/kubeText.ts";
import { ClusterUnreachable } from "./failures.ts";

/** Who we are, as a plugin says it: a token, or a certificate with its key. */
export interface PluginCredential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Longer answers are no credential. */
const MOST_OUTPUT = 1024 * 1024;

/** @throws ClusterUnreachable that never repeats what the plugin says: it may hold a secret */
export async function runPlugin(exec: Json, timeoutMs: number): Promise<PluginCredential> {
  const command = text(exec.command);
  const said = await outputOf(command, exec, timeoutMs);
  const credential = credentialOf(said);
  if (credential) return credential;
  throw failure(command, "answers with no credential");
}

function outputOf(command: string, exec: Json, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Nobody is there to answer a question, so that its input is at its end.
    const child = spawn(command, texts(exec.args), {
      env: environment(exec),
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    const giveUp = (why: ClusterUnreachable): void => {
      clearTimeout(timer);
      child.kill();
      // It may not heed that, or have started another that holds its output: neither keeps this process.
      child.stdout.destroy();
      child.unref();
      reject(why);
    };
    const timer = setTimeout(() => {
      const late = `the credentials of the context are not there after ${timeoutMs / 1000} s`;
      giveUp(new ClusterUnreachable(late, "Run its credential plugin by hand to see what it waits for."));
    }, timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      if (said.length > MOST_OUTPUT) giveUp(failure(command, "answers with no credential"));
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      giveUp(failure(command, error.code === "ENOENT" ? "is not installed" : "fails")),
    );
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(said);
      else reject(failure(command, "fails"));
    });
  });
}

/** As client-go gives it to the plugin: the version of the answer, and that there is no terminal. */
function environment({ apiVersion, env }: Json): NodeJS.ProcessEnv {
  const own = objects(env).map(({ name, value }) => [String(name), String(value ?? "")]);
  const info = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  return { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(info), ...Object.fromEntries(own) };
}

function credentialOf(said: string): PluginCredential | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(said);
  } catch {
    return undefined;
  }
  const { token, clientCertificateData: cert, clientKeyData: key } = object(object(answer).status);
  const isToken = typeof token === "string" && token !== "";
  const isPair = typeof cert === "string" && typeof key === "string";
  if (!isObject(answer) || (!isToken && !isPair)) return undefined;
  return { ...(isToken ? { token } : {}), ...(isPair ? { cert, key } : {}) };
}

function failure(command: string, what: string): ClusterUnreachable {
  return new ClusterUnreachable(
    `the credential plugin ${line(command, 100)} of the context ${what}`,
    "Run it by hand to see why.",
  );
}
