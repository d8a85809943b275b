/** Disk data that a storage server holds. */
import { auth } from "./diskSecret.ts";
import { choice, list, nest, pattern, struct, text, yesNoText } from "./field.ts";

/** A whole number as text, as the typed provider has it. */
export const digits = (xml: string, doc: string) => pattern(xml, doc, /^[0-9]+$/, "a whole number");

const host = (name: string) =>
  struct(name, "One server, or one socket.", {
    name: text("@name", "Name or address."),
    port: digits("@port", "Port. Default: that of the protocol."),
    transport: choice("@transport", "How it is reached. Default: tcp.", ["tcp", "rdma", "unix"]),
    socket: text("@socket", "Path of a socket of the host, for transport unix."),
  });

const identity = (name: string) =>
  struct(name, "Who the host is to the server.", {
    user: text("@user", "NFS: user, by name or as `+` and its number."),
    group: text("@group", "NFS: group, by name or as `+` and its number."),
    userName: text("@username", "SSH: name of the user."),
    keyfile: text("@keyfile", "SSH: path of the private key on the host."),
    agentSock: text("@agentsock", "SSH: path of the agent's socket on the host."),
  });

const initiator = (name: string) =>
  struct(name, "Who the host is to an iSCSI server.", {
    iqn: nest(
      "iqn",
      () => struct(`${name}Iqn`, "A qualified name.", { name: text("@name", "The name, `iqn.…`.") }),
      "The host's qualified name.",
    ),
  });

const PROTOCOLS = [
  "nbd",
  "rbd",
  "iscsi",
  "gluster",
  "http",
  "https",
  "ftp",
  "ftps",
  "tftp",
  "sheepdog",
  "vxhs",
  "nfs",
  "ssh",
] as const;

/** Data on a storage server; `name` is the name of the object type. */
export const networkSource = (name: string) =>
  struct(name, "Data that a storage server holds.", {
    protocol: choice("@protocol", "How the server is spoken to.", PROTOCOLS),
    name: text("@name", "What is read there: `pool/image` of rbd, target and unit of iSCSI, path, export."),
    query: text("@query", "http, https: what follows the `?` of the address."),
    tls: yesNoText("@tls", "nbd, vxhs: whether the connection is encrypted. Default: as qemu.conf says."),
    tlsHostname: text("@tlsHostname", "nbd: name expected in the server's certificate. Default: the host's."),
    hosts: list("host", () => host(`${name}Host`), "The servers; most protocols take exactly one."),
    snapshot: nest(
      "snapshot",
      () => struct(`${name}Snapshot`, "A snapshot.", { name: text("@name", "Its name.") }, ["name"]),
      "rbd: the snapshot that is read.",
    ),
    config: nest(
      "config",
      () => struct(`${name}Config`, "A file.", { file: text("@file", "Path on the host.") }, ["file"]),
      "rbd: Ceph's configuration file. Default: the host's.",
    ),
    auth: auth(name),
    initiator: nest(
      "initiator",
      () => initiator(`${name}Initiator`),
      "iSCSI: who the host is to the server.",
    ),
    identity: nest("identity", () => identity(`${name}Identity`), "nfs, ssh: who the host is to the server."),
    knownHosts: nest(
      "knownHosts",
      () => struct(`${name}KnownHosts`, "A file.", { path: text("@path", "Path on the host.") }, ["path"]),
      "ssh: file of known hosts' keys.",
    ),
    reconnect: nest(
      "reconnect",
      () =>
        struct(
          `${name}Reconnect`,
          "Attempts to connect again.",
          { delay: digits("@delay", "Seconds before requests fail; 0: at once.") },
          ["delay"],
        ),
      "nbd: what happens when the connection breaks.",
    ),
  });
