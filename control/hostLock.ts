/** One controller on a host: a lock that the host's kernel keeps, and gives up when its holder is gone. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { targetOf } from "../libvirt/transport/target.ts";
import { bare, connectionError, HostError } from "../libvirt/virsh/hostError.ts";

/**
 * Locks the folder that it reads (libvirt's own for its sockets: it is there, every user may read it, and nothing is
 * written) for as long as its standard input is open. However this process ends, that closes.
 */
const SCRIPT = [
  "IFS= read -r d",
  '[ "$d" != session ] || d=$' + "{XDG_RUNTIME_DIR:-/run/user/$(id -u)}/libvirt",
  '[ -d "$d" ] || { echo "there is no $d" >&2; exit 76; }',
  'command -v flock >/dev/null || { echo "there is no flock" >&2; exit 77; }',
  'exec flock --nonblock --conflict-exit-code 75 "$d" sh -c "echo held; exec cat >/dev/null"',
].join("; ");

const HELD_ELSEWHERE = 75;

export class HostLock {
  readonly #child: ChildProcessWithoutNullStreams;
  #isHeld = true;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.on("close", () => {
      this.#isHeld = false;
    });
  }

  /** Undefined: another controller has it. @throws HostError if it cannot be had at all */
  static take(uri: string, timeoutMs: number): Promise<HostLock | undefined> {
    const target = targetOf(uri);
    const [program, args] =
      target.kind === "local"
        ? ["sh", ["-c", SCRIPT]]
        : [target.program, [...target.args, `exec sh -c '${SCRIPT}'`]];
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, LC_ALL: "C.UTF-8", LANGUAGE: "" },
      });
      let words = "";
      let output = "";
      const settle = (done: () => void) => {
        clearTimeout(timer);
        child.removeAllListeners("close");
        done();
      };
      const fail = (text: string) =>
        settle(() =>
          reject(new HostError("failed", `${bare(uri)}: no other controller can be kept out: ${text}`)),
        );
      const timer = setTimeout(() => {
        child.stdin.destroy();
        fail(`the host did not answer within ${timeoutMs / 1000} s`);
      }, timeoutMs);
      child.stdin.on("error", () => undefined);
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => (words += chunk));
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        if (/^held$/m.test(output)) settle(() => resolve(new HostLock(child)));
      });
      child.on("error", (error) => fail(error.message));
      child.on("close", (code) => {
        if (code === HELD_ELSEWHERE) return settle(() => resolve(undefined));
        if (target.kind === "ssh" && code === 255) return settle(() => reject(connectionError(uri, words)));
        fail(words.trim() || `exit code ${code}`);
      });
      child.stdin.write(`${folderOf(uri)}\n`);
    });
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  release(): void {
    this.#child.stdin.destroy();
  }
}

/** Where the daemon of a connection has its sockets; `session`: that of whoever logs in. */
function folderOf(uri: string): string {
  const { pathname, searchParams } = new URL(uri);
  const socket = searchParams.get("socket");
  if (socket?.startsWith("/") && !/\p{Cc}/u.test(socket)) return socket.replace(/\/[^/]*$/, "") || "/";
  return pathname === "/session" ? "session" : "/run/libvirt";
}
