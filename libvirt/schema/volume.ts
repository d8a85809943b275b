/** The inputs and outputs of a Volume. */
import { choice, int, nest, option, pattern, size, struct, text, unit } from "./field.ts";
import { name } from "./name.ts";
import { encryption, outputUnit, permissions, timestamps } from "./storageFile.ts";

const content = struct(
  "VolumeCreateContent",
  "Content that is uploaded from the machine that runs Pulumi.",
  {
    url: text(
      "",
      "Path or file: URL on the machine that runs Pulumi, or an http: or https: address, which that machine downloads first and which needs `sha256`.",
    ),
    sha256: pattern(
      "",
      "SHA-256 of the source, verified before anything is made. The volume is then read back and compared, too. Another one replaces the volume; to add or leave it out changes nothing.",
      /^[0-9a-fA-F]{64}$/,
      "64 hexadecimal digits",
      { compare: "caseless" },
    ),
    verify: option(
      "Read the volume back after the upload and compare it with the source. Default: true with `sha256`, else false. The effect of a change: none on a volume that exists.",
    ),
  },
  ["url"],
);

const from = struct(
  "VolumeCreateFrom",
  "Another volume, of which this one is a full copy; its format may differ.",
  {
    volume: name("", "Name of the volume to copy. No running VM may write to it meanwhile."),
    pool: name("", "Its pool. Default: the pool of this volume."),
  },
  ["volume"],
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
      "Size the guest sees, in `capacityUnit`. Grows in place, also while a VM runs with it. Default: the size of the content, of the copied volume, or of the base image.",
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
        compat: text("compat", "Version of qcow2: 0.10 or 1.1. Default: 1.1."),
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
            "Its format. Default: that which its pool finds.",
          ),
          permissions: permissions("VolumeBackingStorePermissions", "Owner and mode of the base image."),
        },
        ["path"],
      ),
      "Base image that this volume holds the differences to; for qcow2. It has to be there, of this format, and no larger than `capacity`.",
    ),
    create: nest(
      "",
      struct("VolumeCreate", "Content of a new volume: one of both.", {
        content: nest("", content, "Content that is uploaded."),
        from: nest("", from, "Another volume of the host, to be copied as a whole."),
      }),
      "Content of a new volume. A change replaces it.",
    ),
    generation: text(
      "",
      "Any text that stands for what the volume is made from, such as the path of the seed that its guest was set up by. Another text makes the volume anew; to set or drop it changes nothing.",
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
