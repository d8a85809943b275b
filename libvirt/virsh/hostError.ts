/** What went wrong on the way to a host or on it, told apart by virsh's and ssh's own words. */
import { ProviderError } from "../provider/failure.ts";

export type HostErrorCode =
  | "virsh-missing"
  | "virsh-too-old"
  | "libvirt-too-old"
  | "ssh-missing"
  | "cancelled"
  | "name-unresolved"
  | "refused"
  | "timeout"
  | "host-key-unknown"
  | "host-key-changed"
  | "authentication"
  | "permission"
  | "daemon-down"
  | "connection-lost"
  | "remote-tool-missing"
  | "unsupported-uri"
  | "not-found"
  | "exists"
  | "failed";

export class HostError extends ProviderError {
  override readonly name: string = "HostError";
  readonly code: HostErrorCode;
  constructor(code: HostErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

interface Rule {
  readonly code: HostErrorCode;
  readonly pattern: RegExp;
  readonly text: (uri: string) => string;
}

const DAEMON_DOWN =
  "libvirt's daemon does not run there. Start it: systemctl start libvirtd (or virtqemud.socket)";

/** In the order in which they are tried: the words of ssh come before libvirt's general ones around them. */
const CONNECTION_RULES: readonly Rule[] = [
  {
    code: "host-key-changed",
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    text: () =>
      "the host's ssh key is not the one in known_hosts. If the host was set up anew, verify its new key and replace the old one (ssh-keygen -R HOST); otherwise someone may be listening in",
  },
  {
    code: "host-key-unknown",
    pattern: /Host key verification failed|No .* host key is known/i,
    text: () =>
      "the host's ssh key is not known. Connect once by hand with ssh, verify the key, and accept it",
  },
  {
    code: "ssh-missing",
    pattern: /ssh: (command )?not found|cannot execute binary/i,
    text: () =>
      "ssh cannot be run on the machine that runs Pulumi. Install OpenSSH's client (apt-get install openssh-client), and keep the provider's stateDir where programs may be run",
  },
  {
    code: "name-unresolved",
    pattern:
      /Could not resolve hostname|unable to resolve|Name or service not known|Temporary failure in name resolution/i,
    text: () => "the host's name does not resolve. Check the spelling in the URI and your ssh configuration",
  },
  {
    code: "refused",
    pattern: /ssh: connect to host .* Connection refused/i,
    text: () => "the host refuses ssh connections. Check that sshd runs there and the port in the URI",
  },
  {
    // The socket is there, on this machine or at the far end of ssh, but nobody serves it.
    code: "daemon-down",
    pattern:
      /Failed to connect socket to '[^']*': Connection refused|unix connect failed|nc: .*libvirt-sock/i,
    text: () => DAEMON_DOWN,
  },
  {
    code: "refused",
    pattern: /Connection refused/i,
    text: () =>
      "nothing listens there. Start libvirtd (or virtqemud) with its network socket, or check the URI",
  },
  {
    code: "timeout",
    pattern: /Connection timed out|Operation timed out|No route to host|Network is unreachable/i,
    text: () => "the host does not answer. Check that it is up and that the network reaches it",
  },
  {
    code: "authentication",
    pattern:
      /Permission denied \((publickey|password|keyboard|gssapi|hostbased)|authentication failed: authentication failed|Too many authentication failures/i,
    text: () =>
      "the host does not let you in. Load the right ssh key (ssh-add -l), or name the user in the URI",
  },
  {
    // Whoever may not use the socket by its mode is asked by polkit for a password, and nobody is there to type it.
    code: "permission",
    pattern: /Permission denied|polkit|authentication (unavailable|cancelled|failed)|no agent/i,
    text: () =>
      "you may not use libvirt's socket. Join the group libvirt on that host and log in anew, or use another user",
  },
  {
    code: "remote-tool-missing",
    pattern: /\b(nc|netcat|virt-ssh-helper)\b[^\n]*(not found|No such file)|command not found/i,
    text: () => "the host lacks virt-ssh-helper and nc. Install libvirt's client tools there",
  },
  {
    code: "daemon-down",
    pattern: /Failed to connect socket|Cannot recv data|End of file while reading data|Connection reset/i,
    text: () => DAEMON_DOWN,
  },
  {
    code: "unsupported-uri",
    pattern:
      /no connection driver available|unsupported|Unable to parse URI|invalid connection|transport .* not/i,
    text: () => "libvirt here has no driver for such a URI",
  },
];

/** The error for a connection that neither comes about nor fails in time. */
export function noAnswer(uri: string, connectMs: number, words: string): HostError {
  const seconds = Math.round(connectMs / 1000);
  const detail = essence(words);
  const cause = uri.includes("+ssh")
    ? "ssh reaches the host, but no libvirt answers there. Look whether its daemon is stuck (on the host: virsh uri), or whether logging in takes that long"
    : "no libvirt answers there. Look whether its daemon is stuck (virsh uri), and whether the network reaches it";
  return new HostError(
    "timeout",
    `cannot connect to ${bare(uri)} within ${seconds} s: ${cause}; the provider's connectTimeout sets how long connecting may take.${detail ? ` (${detail})` : ""}`,
  );
}

/** The error for everything that was under way when the update was cancelled. */
export function cancelled(uri: string): HostError {
  return new HostError(
    "cancelled",
    `${bare(uri)}: the update was cancelled. Run it again; it goes on from where it stopped`,
  );
}

/** The error for a connection that does not come about. */
export function connectionError(uri: string, words: string): HostError {
  const rule = CONNECTION_RULES.find((candidate) => candidate.pattern.test(words));
  const detail = essence(words);
  if (!rule)
    return new HostError("failed", `cannot connect to ${bare(uri)}: ${detail || "virsh says nothing"}`);
  return new HostError(rule.code, `cannot connect to ${bare(uri)}: ${rule.text(uri)}. (${detail})`);
}

/** Not `keepalive` or `no longer` alone: a domain can have such a name, and a guest that has ended is no longer running. */
const LOST =
  /client socket is closed|Cannot recv data|End of file while reading data|Disconnected from|connection (is )?closed|due to keepalive timeout|keepalive (timeout|interval)|Cannot write data/i;

const VIRSH_TOO_OLD = /unknown command: '|command '[^']*' doesn't support option --/;
const TOO_OLD =
  ". The virsh on the machine that runs Pulumi is older than this provider knows it (9.0): upgrade libvirt-clients there";

/** The error for a command that the host refuses. */
export function commandError(uri: string, what: string, words: string): HostError {
  const detail = essence(words);
  const code = LOST.test(words)
    ? "connection-lost"
    : VIRSH_TOO_OLD.test(words)
      ? "virsh-too-old"
      : /not found|no (domain|storage|network|volume)|failed to get/i.test(words)
        ? "not-found"
        : /already exists|already in use/i.test(words)
          ? "exists"
          : "failed";
  const text =
    code === "connection-lost"
      ? `${bare(uri)}: the connection was lost during ${what}. Run the update again; it goes on from where it stopped. (${detail})`
      : `${bare(uri)}: ${what} failed: ${detail}${code === "virsh-too-old" ? TOO_OLD : ""}`;
  return new HostError(code, text);
}

/** The error for a machine without virsh. */
export function virshMissing(): HostError {
  return new HostError(
    "virsh-missing",
    "the virsh command is missing on the machine that runs Pulumi. Install libvirt's client tools: apt-get install libvirt-clients, dnf install libvirt-client, or brew install libvirt",
  );
}

/** virsh's words without its prefixes and repetitions. */
export function essence(words: string): string {
  const lines = words
    .split("\n")
    .map((line) => line.replace(/^error:\s*/, "").trim())
    .filter(
      (line) =>
        line !== "" &&
        !/^(failed to connect to the hypervisor|Failed to (get|define|start) .{0,200})$/i.test(line),
    );
  const kept =
    lines.length > 0 ? lines : words.split("\n").map((line) => line.replace(/^error:\s*/, "").trim());
  return [...new Set(kept.filter((line) => line !== ""))].join("; ").replace(/\.$/, "");
}

/** The URI without a password. */
export function bare(uri: string): string {
  return uri.replace(/\/\/([^/@:]*):[^/@]*@/, "//$1@");
}
