/** The inputs and outputs of a Pool and a CloudinitDisk. */
import { choice, int, list, nest, option, pattern, struct, text } from "./field.ts";
import { name } from "./name.ts";
import { poolOptions } from "./poolOption.ts";
import { poolSource } from "./poolSource.ts";
import { encryption, outputUnit, permissions, timestamps } from "./storageFile.ts";

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
          "Make the folder, file system, partition table or volume group of a new pool. A device that holds something is never overwritten: what fits is taken as it is, anything else is an error. Default: true for dir, false for others.",
        ),
        start: option("Start the pool, also when a later update finds it stopped. Default: true."),
        autostart: option("Start the pool with the host. Default: true."),
      }),
      "How the pool is made.",
    ),
    destroy: nest(
      "",
      struct("PoolDestroy", "How the pool is deleted.", {
        delete: option(
          "Also delete what it is made of: the folder, or the volume group. Refused while volumes are in it. Default: false: the data stays.",
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

const SECRET = { secret: true } as const;

const seedText = struct(
  "CloudinitDiskText",
  "A text that is put into userData when the image is made.",
  {
    marker: pattern(
      "",
      "What stands for it in userData: 8 to 64 letters, digits, dots, dashes or underscores, and nothing else there. The image has the text in its place, in base64 (`encoding: b64` of write_files).",
      /^[A-Za-z0-9._-]{8,64}$/,
      "8 to 64 letters, digits, dots, dashes or underscores",
    ),
    content: text("", "The text."),
    kept: option(
      "Whether something else keeps the text up to date in a guest that runs, as a GuestFile does. A change of the text is then noted for the next image, and is no change of the seed. Default: false.",
    ),
  },
  ["marker", "content"],
);

export const cloudinitDisk = struct(
  "CloudinitDisk",
  "A cloud-init seed: a NoCloud image with the label cidata, in a private folder of the machine that runs Pulumi. Upload it with a Volume whose `create.content.url` is its `path`. What a changed document does, `onSeedChange` says.",
  {
    name: name("", "Name of the seed. Default: the resource's name and seven random hexadecimal digits."),
    userData: text("", "The user-data document. A secret.", SECRET),
    metaData: text("", "The meta-data document, with the instance-id.", {}),
    networkConfig: text("", "The network-config document. A secret.", SECRET),
    texts: list("", seedText, "Texts that userData has markers for.", { key: "marker" }),
    onSeedChange: choice(
      "",
      "What a changed document does. `ignore`: the documents are noted, and the image, the volume and the VM stay as they are. `replace`: there is a new image with a new path, so that the volume made of it is replaced too. Default: a changed document is refused until this says what it does.",
      ["ignore", "replace"],
    ),
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
