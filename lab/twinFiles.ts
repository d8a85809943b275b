import type { CpioEntry } from "../tools/guest/cpio.ts";
import type { Twin } from "./twin.ts";

/** What a twin finds at its start, beside what all twins have: a folder of small files that start.sh reads. */
export interface TwinSecrets {
  /** The public key of who may log in. */
  readonly authorizedKey: string;
  /** The private key of the twin's ssh. */
  readonly hostKey: Buffer;
}

export interface TwinScripts {
  readonly init: Buffer;
  readonly start: Buffer;
}

/** Reached over ssh as root, and by nobody else. */
const LIBVIRTD_CONF = `unix_sock_group = "root"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
`;

/** Guests run as root: the twin protects nobody, and the folders of its pools are its own. */
const QEMU_CONF = `user = "root"
group = "root"
security_driver = "none"
namespaces = [ ]
remember_owner = 0
`;

/**
 * @param emptyImage an empty image of format qcow2
 * @param capabilities what an earlier twin's libvirtd has found out about QEMU, by file name
 */
export function twinFiles(
  twin: Twin,
  { init, start }: TwinScripts,
  { authorizedKey, hostKey }: TwinSecrets,
  emptyImage: Buffer,
  capabilities: ReadonlyMap<string, Buffer>,
): CpioEntry[] {
  const file = (name: string, content: string | Buffer): CpioEntry => ({
    path: `lab/${name}`,
    content: Buffer.from(content),
  });
  const lines = (rows: readonly string[]) => rows.map((row) => `${row}\n`).join("");
  // A pool in the folder of another is mounted after it.
  const pools = [...twin.pools].sort((a, b) => (a.path < b.path ? -1 : 1));
  const folder = (name: string): CpioEntry => ({ path: `lab/${name}` });
  return [
    { path: "init", content: init, executable: true },
    { path: "lab" },
    file("start.sh", start),
    file("name", `${twin.host}\n`),
    file("bridges", lines(twin.bridges)),
    file("pools", lines(pools.map(({ path, capacity }) => `${capacity}\t${path}`))),
    file("images", lines(twin.baseImages.map(({ path, format }) => `empty.${format}\t${path}`))),
    file("empty.qcow2", emptyImage),
    file("empty.raw", Buffer.alloc(1024 ** 2)),
    file("libvirtd.conf", LIBVIRTD_CONF),
    file("qemu.conf", QEMU_CONF),
    file("authorized_keys", authorizedKey),
    file("host_key", hostKey),
    ...(capabilities.size === 0 ? [] : [folder("capabilities")]),
    ...[...capabilities].map(([name, content]) => file(`capabilities/${name}`, content)),
  ];
}
