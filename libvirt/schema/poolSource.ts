/** What a storage pool is made of. */
import { choice, int, list, nest, struct, text, yesNo, yesNoText } from "./field.ts";

const freeExtent = () =>
  struct(
    "PoolSourceDeviceFreeExtent",
    "A free part of the device.",
    { start: int("", "First byte."), end: int("", "Last byte.") },
    ["start", "end"],
  );

const device = struct(
  "PoolSourceDevice",
  "A block device.",
  {
    path: text("@path", "Path on the host; for iSCSI the target's name."),
    partSeparator: yesNoText(
      "@part_separator",
      "Whether partitions have a `p` between path and number, for disk pools on multipath devices.",
    ),
    freeExtents: list(
      "",
      freeExtent,
      "Accepted so that programs for other providers run; the host finds free parts by itself.",
    ),
  },
  ["path"],
);

const named = (name: string, doc: string) => () =>
  struct(name, doc, { name: text("@name", "Its name.") }, ["name"]);

const pciAddress = () =>
  struct("PoolSourceAdapterParentAddrAddress", "A PCI address of the host.", {
    domain: int("@domain", "Domain.", { max: 0xffffffff }, { form: "hex" }),
    bus: int("@bus", "Bus.", { max: 0xff }, { form: "hex" }),
    slot: int("@slot", "Slot.", { max: 0x1f }, { form: "hex" }),
    function: int("@function", "Function.", { max: 7 }, { form: "hexDigit" }),
  });

const parentAddr = () =>
  struct(
    "PoolSourceAdapterParentAddr",
    "The adapter by its place in the host, which no reboot changes.",
    {
      uniqueId: int("@unique_id", "The `unique_id` that the host's sysfs gives it."),
      address: nest("address", pciAddress, "PCI address of the adapter."),
    },
    ["uniqueId"],
  );

const adapter = () =>
  struct("PoolSourceAdapter", "A SCSI adapter of the host.", {
    type: choice("@type", "Kind. Default: scsi_host.", ["scsi_host", "fc_host"]),
    name: text("@name", "Name of a scsi_host, such as `scsi_host1`; it can change with a reboot."),
    parent: text("@parent", "For fc_host: name of the adapter that the virtual one (vHBA) is made on."),
    managed: yesNo("@managed", "For fc_host: whether the virtual adapter goes with the pool.", {
      implied: false,
    }),
    wwnn: text("@wwnn", "For fc_host: world-wide name of the node, 16 hexadecimal digits."),
    wwpn: text("@wwpn", "For fc_host: world-wide name of the port, 16 hexadecimal digits."),
    parentAddr: nest("parentaddr", parentAddr, "A scsi_host by its place in the host."),
  });

const auth = () =>
  struct(
    "PoolSourceAuth",
    "How the host proves who it is to the server.",
    {
      type: choice("@type", "Kind: chap for iSCSI, ceph for RBD.", ["chap", "ceph"]),
      username: text("@username", "User name."),
      secret: nest(
        "secret",
        () =>
          struct("PoolSourceAuthSecret", "libvirt's secret that holds the password; one of both.", {
            usage: text("@usage", "Its usage name."),
            uuid: text("@uuid", "Its UUID on the host."),
          }),
        "libvirt's secret that holds the password; libvirt wants it.",
      ),
    },
    ["type", "username"],
  );

const initiator = () =>
  struct("PoolSourceInitiator", "The host as iSCSI servers see it.", {
    iqn: nest(
      "iqn",
      () => struct("PoolSourceInitiatorIqn", "Its qualified name.", { name: text("@name", "The name.") }),
      "Its qualified name.",
    ),
  });

export const poolSource = struct("PoolSource", "What the pool is made of.", {
  name: text("name", "Name of the source: the volume group of a logical pool."),
  dir: nest(
    "dir",
    struct("PoolSourceDir", "A folder.", { path: text("@path", "Path on the server.") }, ["path"]),
    "A folder of a server.",
  ),
  devices: list("device", device, "Block devices.", { key: "path" }),
  hosts: list(
    "host",
    struct(
      "PoolSourceHost",
      "A server.",
      { name: text("@name", "Its name."), port: text("@port", "Its port.") },
      ["name"],
    ),
    "Servers.",
    { key: "name" },
  ),
  adapter: nest("adapter", adapter, "A SCSI adapter of the host, for scsi pools."),
  auth: nest("auth", auth, "How the host proves who it is to the server."),
  initiator: nest("initiator", initiator, "The host as iSCSI servers see it."),
  format: nest(
    "format",
    struct("PoolSourceFormat", "Format.", { type: text("@type", "Such as ext4, xfs, lvm2, nfs.") }, ["type"]),
    "Format of the source.",
  ),
  protocol: nest(
    "protocol",
    () =>
      struct(
        "PoolSourceProtocol",
        "Protocol of a netfs pool.",
        { version: text("@ver", "Version of NFS, such as 4.2.") },
        ["version"],
      ),
    "Protocol of a netfs pool.",
  ),
  vendor: nest(
    "vendor",
    named("PoolSourceVendor", "Vendor of the storage."),
    "Vendor of the storage; for people.",
  ),
  product: nest(
    "product",
    named("PoolSourceProduct", "Product name of the storage."),
    "Product name of the storage; for people.",
  ),
});
