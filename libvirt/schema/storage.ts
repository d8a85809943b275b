/** The inputs and outputs of a Pool, a Volume and a CloudinitDisk. */
import { choice, int, nest, option, pattern, size, struct, text, unit } from "./field.ts";
import { name } from "./name.ts";
import { poolOptions } from "./poolOption.ts";
import { poolSource } from "./poolSource.ts";
import { encryption, permissions, timestamps } from "./storageFile.ts";

/** The unit of an output; the property is no part of the XML. */
const outputUnit = (output: string) =>
  unit("", `Unit of the output \`${output}\`, which is rounded down. Default: B.`);

const ENCRYPTION_DOC =
  "Accepted so that programs for other providers run; libvirt encrypts volumes, not pools: give each volume a `target.encryption`.";

export const pool = struct(
  "Pool",
  "A storage pool.",
  {
    name: name(
      "name",
      "Name of the pool on its host. Default: the resource's name and seven random hexadecimal digits.",
    ),
    type: choice("@type", "Kind of pool.", [
      "dir",
      "fs",
      "netfs",
      "logical",
      "disk",
      "iscsi",
      "zfs",
      "rbd",
      "scsi",
      "mpath",
      "iscsi-direct",
      "gluster",
      "sheepdog",
      "vstorage",
    ]),
    source: nest("source", poolSource, "What the pool is made of."),
    target: nest(
      "target",
      struct("PoolTarget", "Where the pool is on its host.", {
        path: pattern("path", "Folder on the host.", /^\/[^\p{Cc}]*$/u, "an absolute path on the host"),
        permissions: permissions("PoolTargetPermissions", "Owner and mode of the folder."),
        timestamps: timestamps("PoolTargetTimestamps"),
        encryption: nest(
          "",
          () => encryption("PoolTargetEncryption", ENCRYPTION_DOC, () => ""),
          ENCRYPTION_DOC,
        ),
      }),
      "Where the pool is on its host.",
    ),
    capacityUnit: outputUnit("capacity"),
    allocationUnit: outputUnit("allocation"),
    availableUnit: outputUnit("available"),
    ...poolOptions(),
    create: nest(
      "",
      struct("PoolCreate", "How the pool is made.", {
        build: option(
          "Make the folder or volume group. Default: true for dir, false for others, whose data it could touch.",
        ),
        start: option("Start the pool. Default: true."),
        autostart: option("Start the pool with the host. Default: true."),
      }),
      "How the pool is made.",
    ),
    destroy: nest(
      "",
      struct("PoolDestroy", "How the pool is deleted.", {
        delete: option(
          "Also delete what it is made of; an empty folder only, for dir. Default: false: the data stays.",
        ),
      }),
      "How the pool is deleted.",
    ),
  },
  ["type"],
);

export const poolOutputs = struct(
  "PoolOutputs",
  "What the host adds.",
  {
    uuid: text("uuid", "UUID of the pool; the resource's id."),
    capacity: int("capacity", "Size, in `capacityUnit`."),
    allocation: int("allocation", "Used, in `allocationUnit`."),
    available: int("available", "Free, in `availableUnit`."),
  },
  ["uuid", "capacity", "allocation", "available"],
);

export const volume = struct(
  "Volume",
  "A volume of a storage pool. It grows in place; shrinking is refused.",
  {
    name: name(
      "name",
      "Name of the volume in its pool. Default: the resource's name and seven random hexadecimal digits.",
    ),
    pool: name("", "Name of the pool."),
    type: choice("@type", "Kind of volume. Default: the pool's.", [
      "file",
      "block",
      "dir",
      "network",
      "netdir",
      "ploop",
    ]),
    capacity: size(
      "capacity",
      "Size the guest sees, in `capacityUnit`. Grows in place. Default: the size of `create.content`.",
      "capacityUnit",
      "B",
    ),
    capacityUnit: unit("capacity/@unit", "Unit of `capacity`. Default: B."),
    allocationUnit: outputUnit("allocation"),
    physicalUnit: outputUnit("physical"),
    target: nest(
      "target",
      struct("VolumeTarget", "Format and place.", {
        path: text(
          "path",
          "Path on the host. The pool and the name decide it: a volume that would be elsewhere is not made. Default: what they say.",
        ),
        format: nest(
          "format",
          struct("VolumeTargetFormat", "Format.", { type: text("@type", "raw or qcow2.") }, ["type"]),
          "Format. Default: raw.",
        ),
        permissions: permissions("VolumeTargetPermissions", "Owner and mode of the file."),
        timestamps: timestamps("VolumeTargetTimestamps"),
        encryption: nest(
          "encryption",
          () => encryption("VolumeTargetEncryption", "Encryption of the content."),
          "Encryption of the content.",
        ),
        compat: text("compat", "Version of qcow2: 0.10 or 1.1."),
        clusterSize: size("clusterSize", "Cluster of qcow2, in `clusterSizeUnit`.", "clusterSizeUnit", "B"),
        clusterSizeUnit: unit("clusterSize/@unit", "Unit of `clusterSize`. Default: B."),
      }),
      "Format and place.",
    ),
    backingStore: nest(
      "backingStore",
      struct(
        "VolumeBackingStore",
        "Base image.",
        {
          path: text("path", "Path of the base image on the host."),
          format: nest(
            "format",
            struct("VolumeBackingStoreFormat", "Format.", { type: text("@type", "raw or qcow2.") }, ["type"]),
            "Its format.",
          ),
          permissions: permissions("VolumeBackingStorePermissions", "Owner and mode of the base image."),
        },
        ["path"],
      ),
      "Base image that this volume holds the differences to; for qcow2.",
    ),
    create: nest(
      "",
      struct(
        "VolumeCreate",
        "Content of a new volume.",
        {
          content: nest(
            "",
            struct(
              "VolumeCreateContent",
              "Where it comes from.",
              { url: text("", "Path or file: URL on the machine that runs Pulumi.") },
              ["url"],
            ),
            "Where the content comes from.",
          ),
        },
        ["content"],
      ),
      "Content of a new volume. A change replaces it.",
    ),
    precious: option(
      "Whether the data must not be lost. A change that would replace or delete the volume is refused until this is false in an update of its own. Default: false.",
    ),
  },
  ["pool"],
);

export const volumeOutputs = struct(
  "VolumeOutputs",
  "What the host adds.",
  {
    key: text("key", "Key of the volume; the resource's id."),
    path: text("target/path", "Path on the host."),
    allocation: int("allocation", "Used, in `allocationUnit`."),
    physical: int("physical", "Size of the file or device, in `physicalUnit`."),
  },
  ["key", "path", "allocation", "physical"],
);

const SECRET = { secret: true } as const;

export const cloudinitDisk = struct(
  "CloudinitDisk",
  "A cloud-init seed: a NoCloud image with the label cidata, in a private folder of the machine that runs Pulumi. Upload it with a Volume whose `create.content.url` is its `path`. A changed document makes a new image with a new path.",
  {
    name: name("", "Name of the seed. Default: the resource's name and seven random hexadecimal digits."),
    userData: text("", "The user-data document. A secret.", SECRET),
    metaData: text("", "The meta-data document, with the instance-id.", {}),
    networkConfig: text("", "The network-config document. A secret.", SECRET),
  },
  ["userData", "metaData"],
);

export const cloudinitDiskOutputs = struct(
  "CloudinitDiskOutputs",
  "What the provider adds.",
  {
    path: text("", "Path of the image on the machine that runs Pulumi."),
    size: int("", "Its size, in bytes."),
  },
  ["path", "size"],
);
