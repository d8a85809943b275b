import { describe, expect, it } from "vitest";
import { pool } from "../../libvirt/schema/storage.ts";
import { volume } from "../../libvirt/schema/volume.ts";
import { HAS_VIRSH, readBack, VIRSH_REASON, xmlOf } from "./testDriverXml.ts";

const SECRET = "2ec115d7-3a88-3ceb-bc12-0ac909a6fd87";
const TIMES = { atime: "1341933637.27319099", mtime: "1341930622.47245868", ctime: "1341930622.47245868" };

/** Inputs of a pool and their XML, after libvirt's formatstorage. */
const POOL_TABLE: readonly (readonly [what: string, inputs: Record<string, unknown>, xml: string])[] = [
  [
    "an iSCSI server with a password",
    {
      source: {
        initiator: { iqn: { name: "iqn.2013-06.com.example:iscsi-initiator" } },
        auth: { type: "chap", username: "myname", secret: { usage: "mycluster_myname" } },
        vendor: { name: "Acme" },
        product: { name: "model" },
      },
    },
    '<source><auth type="chap" username="myname"><secret usage="mycluster_myname"/></auth>' +
      '<initiator><iqn name="iqn.2013-06.com.example:iscsi-initiator"/></initiator><vendor name="Acme"/><product name="model"/></source>',
  ],
  [
    "a SCSI adapter by its place",
    {
      source: {
        adapter: {
          type: "scsi_host",
          parentAddr: { uniqueId: 1, address: { domain: 0, bus: 0, slot: 31, function: 2 } },
        },
      },
    },
    '<source><adapter type="scsi_host"><parentaddr unique_id="1"><address domain="0x00" bus="0x00" slot="0x1f" function="0x2"/></parentaddr></adapter></source>',
  ],
  [
    "a virtual Fibre Channel adapter",
    {
      source: {
        adapter: {
          type: "fc_host",
          parent: "scsi_host5",
          managed: true,
          wwnn: "20000000c9831b4b",
          wwpn: "10000000c9831b4b",
        },
      },
    },
    '<source><adapter type="fc_host" parent="scsi_host5" managed="yes" wwnn="20000000c9831b4b" wwpn="10000000c9831b4b"/></source>',
  ],
  [
    "a disk, whose free parts the host finds",
    {
      source: {
        devices: [{ path: "/dev/sdb", partSeparator: "no", freeExtents: [{ start: 32256, end: 52305696 }] }],
      },
    },
    '<source><device path="/dev/sdb" part_separator="no"/></source>',
  ],
  [
    "NFS with options of mount",
    {
      source: { protocol: { version: "4.2" } },
      fsCommandline: { options: [{ name: "sync" }, { name: "lazytime" }] },
    },
    '<source><protocol ver="4.2"/></source><fs:mount_opts xmlns:fs="http://libvirt.org/schemas/storagepool/fs/1.0">' +
      '<fs:option name="sync"/><fs:option name="lazytime"/></fs:mount_opts>',
  ],
  [
    "RBD with options",
    {
      refresh: { volume: { allocation: "capacity" } },
      rbdCommandline: { options: [{ name: "client_mount_timeout", value: "45" }] },
    },
    '<refresh><volume allocation="capacity"/></refresh><rbd:config_opts xmlns:rbd="http://libvirt.org/schemas/storagepool/rbd/1.0">' +
      '<rbd:option name="client_mount_timeout" value="45"/></rbd:config_opts>',
  ],
  ["no copy on write", { features: { cow: { state: "no" } } }, '<features><cow state="no"/></features>'],
  [
    "nothing of what only the host says",
    {
      capacityUnit: "GiB",
      allocationUnit: "MiB",
      availableUnit: "KiB",
      target: {
        path: "/srv/images",
        timestamps: TIMES,
        encryption: { format: "luks", secret: { type: "passphrase", uuid: SECRET } },
      },
    },
    "<target><path>/srv/images</path></target>",
  ],
];

describe("the XML of a pool", () => {
  for (const [what, inputs, xml] of POOL_TABLE) {
    it(`is libvirt's: ${what}`, () => {
      expect(xmlOf("pool", pool, inputs)).toBe(`<pool>${xml}</pool>`);
    });
  }
});

describe("the XML of a volume", () => {
  it("is libvirt's: encryption, and the base image's owner", () => {
    const inputs = {
      allocationUnit: "MiB",
      physicalUnit: "MiB",
      target: {
        path: "/srv/images/a",
        timestamps: TIMES,
        encryption: {
          format: "luks",
          secret: { type: "passphrase", uuid: SECRET },
          cipher: { name: "serpent", size: 256, mode: "cbc", hash: "sha256" },
          ivgen: { name: "plain64", hash: "sha256" },
        },
      },
      backingStore: {
        path: "/srv/images/base",
        permissions: { owner: "107", mode: "0744", label: "virt_t" },
      },
    };
    expect(xmlOf("volume", volume, inputs)).toBe(
      "<volume><target><path>/srv/images/a</path>" +
        `<encryption format="luks"><secret type="passphrase" uuid="${SECRET}"/><cipher name="serpent" size="256" mode="cbc" hash="sha256"/>` +
        '<ivgen name="plain64" hash="sha256"/></encryption></target>' +
        "<backingStore><path>/srv/images/base</path><permissions><owner>107</owner><mode>0744</mode><label>virt_t</label></permissions></backingStore></volume>",
    );
  });
});

const POOLS: Readonly<Record<string, Record<string, unknown>>> = {
  iscsi: {
    type: "iscsi",
    source: {
      hosts: [{ name: "iscsi.example.com" }],
      devices: [{ path: "iqn.2013-06.com.example:iscsi-pool" }],
      initiator: { iqn: { name: "iqn.2013-06.com.example:iscsi-initiator" } },
      auth: { type: "chap", username: "myname", secret: { usage: "mycluster_myname" } },
      vendor: { name: "Acme" },
      product: { name: "model" },
    },
    target: { path: "/dev/disk/by-path" },
  },
  "scsi by place": {
    type: "scsi",
    source: {
      adapter: {
        type: "scsi_host",
        parentAddr: { uniqueId: 1, address: { domain: 0, bus: 0, slot: 31, function: 2 } },
      },
    },
    target: { path: "/dev/disk/by-path" },
  },
  "scsi by Fibre Channel": {
    type: "scsi",
    source: {
      adapter: {
        type: "fc_host",
        parent: "scsi_host5",
        managed: true,
        wwnn: "20000000c9831b4b",
        wwpn: "10000000c9831b4b",
      },
    },
    target: { path: "/dev/disk/by-path" },
  },
  disk: {
    type: "disk",
    source: {
      devices: [{ path: "/dev/sdb", partSeparator: "no" }],
      format: { type: "gpt" },
    },
    target: { path: "/dev" },
  },
  netfs: {
    type: "netfs",
    source: {
      hosts: [{ name: "nfs.example.com" }],
      dir: { path: "/srv/export" },
      format: { type: "nfs" },
      protocol: { version: "4.2" },
    },
    target: { path: "/srv/images" },
    fsCommandline: { options: [{ name: "sync" }, { name: "lazytime" }] },
  },
  rbd: {
    type: "rbd",
    source: {
      name: "rbdpool",
      hosts: [{ name: "mon.example.com", port: "6789" }],
      auth: { type: "ceph", username: "admin", secret: { uuid: SECRET } },
    },
    refresh: { volume: { allocation: "capacity" } },
    rbdCommandline: { options: [{ name: "client_mount_timeout", value: "45" }] },
  },
  dir: {
    type: "dir",
    features: { cow: { state: "no" } },
    capacityUnit: "GiB",
    target: {
      path: "/srv/images",
      timestamps: TIMES,
      encryption: { format: "luks", secret: { type: "passphrase", uuid: SECRET } },
    },
  },
};

describe.skipIf(!HAS_VIRSH)(`storage of libvirt's test driver${VIRSH_REASON}`, () => {
  for (const [what, more] of Object.entries(POOLS)) {
    it(`a ${what} pool is valid and comes back as declared`, () => {
      const inputs = { name: "p", ...more };
      // The driver validates what is in namespaces, but has none to keep it in.
      const { fsCommandline: _fs, rbdCommandline: _rbd, ...kept } = inputs as Record<string, unknown>;
      expect(readBack("pool", pool, inputs)).toEqual(kept);
    });
  }

  it("an encrypted volume is valid and comes back as declared", () => {
    const inputs = {
      name: "v",
      pool: "default-pool",
      capacity: 1,
      capacityUnit: "GiB",
      allocationUnit: "MiB",
      target: {
        path: "/default-pool/v",
        format: { type: "raw" },
        timestamps: TIMES,
        encryption: {
          format: "luks",
          secret: { type: "passphrase", uuid: SECRET },
          cipher: { name: "serpent", size: 256, mode: "cbc", hash: "sha256" },
          ivgen: { name: "plain64", hash: "sha256" },
        },
      },
    };
    expect(readBack("volume", volume, inputs)).toEqual(inputs);
  });
});
