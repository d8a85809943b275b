// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Data that a storage server holds. */
export interface DomainOsNvRamSourceNetwork {
  /** How the server is spoken to. One of `nbd`, `rbd`, `iscsi`, `gluster`, `http`, `https`, `ftp`, `ftps`, `tftp`, `sheepdog`, `vxhs`, `nfs`, `ssh`. */
  readonly protocol?: string | undefined;
  /** What is read there: `pool/image` of rbd, target and unit of iSCSI, path, export. */
  readonly name?: string | undefined;
  /** http, https: what follows the `?` of the address. */
  readonly query?: string | undefined;
  /** nbd, vxhs: whether the connection is encrypted. Default: as qemu.conf says. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** nbd: name expected in the server's certificate. Default: the host's. */
  readonly tlsHostname?: string | undefined;
  /** The servers; most protocols take exactly one. */
  readonly hosts?: readonly types.DomainOsNvRamSourceNetworkHost[] | undefined;
  /** rbd: the snapshot that is read. */
  readonly snapshot?: types.DomainOsNvRamSourceNetworkSnapshot | undefined;
  /** rbd: Ceph's configuration file. Default: the host's. */
  readonly config?: types.DomainOsNvRamSourceNetworkConfig | undefined;
  /** The user that a storage server knows. */
  readonly auth?: types.DomainOsNvRamSourceNetworkAuth | undefined;
  /** iSCSI: who the host is to the server. */
  readonly initiator?: types.DomainOsNvRamSourceNetworkInitiator | undefined;
  /** nfs, ssh: who the host is to the server. */
  readonly identity?: types.DomainOsNvRamSourceNetworkIdentity | undefined;
  /** ssh: file of known hosts' keys. */
  readonly knownHosts?: types.DomainOsNvRamSourceNetworkKnownHosts | undefined;
  /** nbd: what happens when the connection breaks. */
  readonly reconnect?: types.DomainOsNvRamSourceNetworkReconnect | undefined;
}

/** One server, or one socket. */
export interface DomainOsNvRamSourceNetworkHost {
  /** Name or address. */
  readonly name?: string | undefined;
  /** Port. Default: that of the protocol. */
  readonly port?: string | undefined;
  /** How it is reached. Default: tcp. One of `tcp`, `rdma`, `unix`. */
  readonly transport?: string | undefined;
  /** Path of a socket of the host, for transport unix. */
  readonly socket?: string | undefined;
}

/** A snapshot. */
export interface DomainOsNvRamSourceNetworkSnapshot {
  /** Its name. */
  readonly name: string;
}

/** A file. */
export interface DomainOsNvRamSourceNetworkConfig {
  /** Path on the host. */
  readonly file: string;
}

/** The user that a storage server knows. */
export interface DomainOsNvRamSourceNetworkAuth {
  /** Name of the user. */
  readonly username?: string | undefined;
  /** The secret of the host that holds the user's key. */
  readonly secret?: types.DomainOsNvRamSourceNetworkAuthSecret | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainOsNvRamSourceNetworkAuthSecret {
  /** Kind of the secret: `ceph`, `iscsi`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
}

/** Who the host is to an iSCSI server. */
export interface DomainOsNvRamSourceNetworkInitiator {
  /** The host's qualified name. */
  readonly iqn?: types.DomainOsNvRamSourceNetworkInitiatorIqn | undefined;
}

/** A qualified name. */
export interface DomainOsNvRamSourceNetworkInitiatorIqn {
  /** The name, `iqn.…`. */
  readonly name?: string | undefined;
}

/** Who the host is to the server. */
export interface DomainOsNvRamSourceNetworkIdentity {
  /** NFS: user, by name or as `+` and its number. */
  readonly user?: string | undefined;
  /** NFS: group, by name or as `+` and its number. */
  readonly group?: string | undefined;
  /** SSH: name of the user. */
  readonly userName?: string | undefined;
  /** SSH: path of the private key on the host. */
  readonly keyfile?: string | undefined;
  /** SSH: path of the agent's socket on the host. */
  readonly agentSock?: string | undefined;
}

/** A file. */
export interface DomainOsNvRamSourceNetworkKnownHosts {
  /** Path on the host. */
  readonly path: string;
}

/** Attempts to connect again. */
export interface DomainOsNvRamSourceNetworkReconnect {
  /** Seconds before requests fail; 0: at once. */
  readonly delay: string;
}
