// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Where the data is; exactly one of file, block, volume, network. */
export interface DomainDevicesDiskSource {
  /** A file of the host. */
  readonly file?: types.DomainDevicesDiskSourceFile | undefined;
  /** A block device of the host. */
  readonly block?: types.DomainDevicesDiskSourceBlock | undefined;
  /** A volume of a storage pool. */
  readonly volume?: types.DomainDevicesDiskSourceVolume | undefined;
  /** Data that a storage server holds. */
  readonly network?: types.DomainDevicesDiskSourceNetwork | undefined;
  /** What a missing source means at start. Default: mandatory. One of `mandatory`, `requisite`, `optional`. */
  readonly startupPolicy?: string | undefined;
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
}

/** A file of the host. */
export interface DomainDevicesDiskSourceFile {
  /** Path on the host. */
  readonly file?: string | undefined;
  /** Name of file descriptors that were handed to libvirt for this file, in place of opening it. */
  readonly fdGroup?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskSourceFileSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A block device of the host. */
export interface DomainDevicesDiskSourceBlock {
  /** Path on the host. */
  readonly dev?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskSourceBlockSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskSourceBlockSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A volume of a storage pool. */
export interface DomainDevicesDiskSourceVolume {
  /** Name of the pool. */
  readonly pool?: string | undefined;
  /** Name of the volume. */
  readonly volume?: string | undefined;
  /** For iSCSI pools: how it is reached. One of `host`, `direct`. */
  readonly mode?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskSourceVolumeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskSourceVolumeSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** Data that a storage server holds. */
export interface DomainDevicesDiskSourceNetwork {
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
  readonly hosts?: readonly types.DomainDevicesDiskSourceNetworkHost[] | undefined;
  /** rbd: the snapshot that is read. */
  readonly snapshot?: types.DomainDevicesDiskSourceNetworkSnapshot | undefined;
  /** rbd: Ceph's configuration file. Default: the host's. */
  readonly config?: types.DomainDevicesDiskSourceNetworkConfig | undefined;
  /** The user that a storage server knows. */
  readonly auth?: types.DomainDevicesDiskSourceNetworkAuth | undefined;
  /** iSCSI: who the host is to the server. */
  readonly initiator?: types.DomainDevicesDiskSourceNetworkInitiator | undefined;
  /** nfs, ssh: who the host is to the server. */
  readonly identity?: types.DomainDevicesDiskSourceNetworkIdentity | undefined;
  /** ssh: file of known hosts' keys. */
  readonly knownHosts?: types.DomainDevicesDiskSourceNetworkKnownHosts | undefined;
  /** nbd: what happens when the connection breaks. */
  readonly reconnect?: types.DomainDevicesDiskSourceNetworkReconnect | undefined;
}

/** One server, or one socket. */
export interface DomainDevicesDiskSourceNetworkHost {
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
export interface DomainDevicesDiskSourceNetworkSnapshot {
  /** Its name. */
  readonly name: string;
}

/** A file. */
export interface DomainDevicesDiskSourceNetworkConfig {
  /** Path on the host. */
  readonly file: string;
}

/** The user that a storage server knows. */
export interface DomainDevicesDiskSourceNetworkAuth {
  /** Name of the user. */
  readonly username?: string | undefined;
  /** The secret of the host that holds the user's key. */
  readonly secret?: types.DomainDevicesDiskSourceNetworkAuthSecret | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainDevicesDiskSourceNetworkAuthSecret {
  /** Kind of the secret: `ceph`, `iscsi`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
}

/** Who the host is to an iSCSI server. */
export interface DomainDevicesDiskSourceNetworkInitiator {
  /** The host's qualified name. */
  readonly iqn?: types.DomainDevicesDiskSourceNetworkInitiatorIqn | undefined;
}

/** A qualified name. */
export interface DomainDevicesDiskSourceNetworkInitiatorIqn {
  /** The name, `iqn.…`. */
  readonly name?: string | undefined;
}

/** Who the host is to the server. */
export interface DomainDevicesDiskSourceNetworkIdentity {
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
export interface DomainDevicesDiskSourceNetworkKnownHosts {
  /** Path on the host. */
  readonly path: string;
}

/** Attempts to connect again. */
export interface DomainDevicesDiskSourceNetworkReconnect {
  /** Seconds before requests fail; 0: at once. */
  readonly delay: string;
}
