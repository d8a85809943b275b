/** Where commands run for a libvirt connection: on this machine, or over the system's own ssh. */
import { bare, HostError } from "../virsh/hostError.ts";

export type Target =
  | { readonly kind: "local" }
  | { readonly kind: "ssh"; readonly program: string; readonly args: readonly string[] };

/** Seconds until ssh gives up connecting, and between its questions to a host that is silent. */
const CONNECT_SECONDS = 10;
const ALIVE_SECONDS = 5;
const ALIVE_COUNT = 6;

/**
 * What the user's ssh configuration says stays, with its known hosts, keys, jumps and connections that are already
 * open. Set is only what a connection without a terminal needs: it asks nothing, forwards nothing, runs nothing else,
 * and does not become the master of later connections, which would outlive it.
 */
const SSH_OPTIONS: readonly string[] = [
  "BatchMode=yes",
  `ConnectTimeout=${CONNECT_SECONDS}`,
  `ServerAliveInterval=${ALIVE_SECONDS}`,
  `ServerAliveCountMax=${ALIVE_COUNT}`,
  "ControlMaster=no",
  "ClearAllForwardings=yes",
  "ForwardAgent=no",
  "ForwardX11=no",
  "PermitLocalCommand=no",
  "RemoteCommand=none",
  "RequestTTY=no",
];

const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const ADDRESS_6 = /^[0-9a-fA-F:.]+(%[A-Za-z0-9_.-]+)?$/;
const USER_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*\$?$/;

/** Whether there is a way to run commands on the host beside libvirt's own questions: libvirt's TLS has none. */
export function carriesCommands(uri: string): boolean {
  return ["unix", "ssh"].includes(transportOf(uri));
}

/** As libvirt takes it: without a name it is a socket here, or TLS to the host that the URI names. */
function transportOf(uri: string): string {
  const transport = /^[a-z][a-z0-9]*(?:\+([a-z0-9]+))?:\/\//.exec(uri);
  if (!transport || !URL.canParse(uri)) throw unusable(uri, "this is no connection URI");
  return transport[1] ?? (new URL(uri).hostname === "" ? "unix" : "tls");
}

/** Where commands for the host of this URI run. @throws HostError for a URI over which none can */
export function targetOf(uri: string): Target {
  const name = transportOf(uri);
  if (name === "unix") return { kind: "local" };
  if (name !== "ssh") {
    throw unusable(
      uri,
      `libvirt's transport ${name} carries no commands, and these need one that does. Use qemu+ssh://user@host/system, or qemu:///system on the host itself`,
    );
  }
  return { kind: "ssh", ...sshCommand(uri, new URL(uri)) };
}

function sshCommand(uri: string, url: URL): { program: string; args: readonly string[] } {
  const host = hostOf(uri, url);
  const user = decoded(uri, url.username);
  if (user !== "" && !USER_NAME.test(user)) throw unusable(uri, `${JSON.stringify(user)} is no user's name`);
  const extras = url.searchParams;
  const verify = extras.get("no_verify");
  if (verify !== null && verify !== "0") {
    throw unusable(
      uri,
      "no_verify turns off the check of the host's ssh key, and commands of root's are not sent to a host that may be another. Take it out, connect once by hand with ssh, verify the key, and accept it",
    );
  }
  const keyfile = extras.get("keyfile");
  const program = extras.get("command") || "ssh";
  for (const path of [keyfile ?? "", program]) {
    if (/\p{Cc}/u.test(path)) throw unusable(uri, "a path in it holds a control character");
  }
  return {
    program,
    args: [
      "-T",
      "-e",
      "none",
      ...SSH_OPTIONS.flatMap((option) => ["-o", option]),
      ...(keyfile ? ["-i", keyfile] : []),
      ...(url.port ? ["-p", url.port] : []),
      ...(user ? ["-l", user] : []),
      "--",
      host,
    ],
  };
}

function hostOf(uri: string, url: URL): string {
  if (url.hostname === "") throw unusable(uri, "it names no host");
  if (url.hostname.startsWith("[")) {
    const address = decoded(uri, url.hostname.slice(1, -1));
    if (ADDRESS_6.test(address)) return address;
  }
  const host = decoded(uri, url.hostname);
  if (!HOST_NAME.test(host)) throw unusable(uri, `${JSON.stringify(host)} is no host's name`);
  return host;
}

function decoded(uri: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable(uri, "it holds a % that starts no encoded character");
  }
}

function unusable(uri: string, why: string): HostError {
  return new HostError("unsupported-uri", `cannot run commands on the host of ${bare(uri)}: ${why}`);
}
