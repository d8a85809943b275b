/** Folders and images of the host, shown to the guest as file systems. */
import { known } from "./alias.ts";
import { choice, flag, int, list, nest, onOff, pattern, size, struct, text, unit } from "./field.ts";

const TYPE = "DomainDevicesFilesystem";

const mode = (xml: string, doc: string) =>
  pattern(xml, doc, /^(0[0-7]{3}|[0-7]{1,3})$/, 'octal rights such as "0644"', { compare: "octal" });

const range = (name: string, whose: string) => () =>
  struct(
    name,
    `A range of ${whose} numbers.`,
    {
      start: int("@start", "First number in the guest."),
      target: int("@target", "First number on the host that it is mapped to."),
      count: int("@count", "How many.", { min: 1 }),
    },
    ["start", "target", "count"],
  );

const idMap = () =>
  struct(`${TYPE}IdMap`, "Which users and groups of the host the guest's are.", {
    uids: list("uid", range(`${TYPE}IdMapUid`, "user"), "Users."),
    gids: list("gid", range(`${TYPE}IdMapGid`, "group"), "Groups."),
  });

const binary = () =>
  struct(`${TYPE}Binary`, "The program that serves virtiofs.", {
    path: text("@path", "Path on the host. Default: libvirt finds it."),
    xattr: onOff("@xattr", "Extended attributes."),
    cache: nest(
      "cache",
      () =>
        struct(
          `${TYPE}BinaryCache`,
          "Caching in the guest.",
          { mode: choice("@mode", "How much is cached.", ["none", "always"]) },
          ["mode"],
        ),
      "Caching in the guest.",
    ),
    sandbox: nest(
      "sandbox",
      () =>
        struct(
          `${TYPE}BinarySandbox`,
          "How the program is locked in.",
          { mode: choice("@mode", "By namespaces (default) or by chroot.", ["namespace", "chroot"]) },
          ["mode"],
        ),
      "How the program is locked in.",
    ),
    lock: nest(
      "lock",
      () =>
        struct(`${TYPE}BinaryLock`, "Locks of the guest that hold on the host.", {
          posix: onOff("@posix", "POSIX locks."),
          flock: onOff("@flock", "BSD locks."),
        }),
      "Locks of the guest that hold on the host.",
    ),
    threadPool: nest(
      "thread_pool",
      () => struct(`${TYPE}BinaryThreadPool`, "Threads.", { size: int("@size", "Most threads; 0: none.") }),
      "Threads that serve requests.",
    ),
    openFiles: nest(
      "openfiles",
      () =>
        struct(
          `${TYPE}BinaryOpenFiles`,
          "Open files.",
          { max: int("@max", "Most open files.", { min: 1 }) },
          ["max"],
        ),
      "Limit of open files.",
    ),
  });

const source = struct(`${TYPE}Source`, "What is shown; exactly one.", {
  mount: nest(
    "source",
    struct(`${TYPE}SourceMount`, "A folder; one of dir and socket.", {
      dir: text("@dir", "Path on the host."),
      socket: text("@socket", "Path of the socket of a virtiofs server that runs already."),
    }),
    "A folder of the host.",
    { when: { type: "mount" } },
  ),
  bind: nest(
    "source",
    () =>
      struct(`${TYPE}SourceBind`, "A folder of the guest.", { dir: text("@dir", "Path in the guest.") }, [
        "dir",
      ]),
    "A folder of the guest shown in another place of it (containers).",
    { when: { type: "bind" } },
  ),
  template: nest(
    "source",
    () => struct(`${TYPE}SourceTemplate`, "A template.", { name: text("@name", "Its name.") }, ["name"]),
    "A template (OpenVZ).",
    { when: { type: "template" } },
  ),
  file: nest(
    "source",
    () => struct(`${TYPE}SourceFile`, "An image.", { file: text("@file", "Path on the host.") }, ["file"]),
    "An image of a file system (containers).",
    { when: { type: "file" } },
  ),
  block: nest(
    "source",
    () =>
      struct(`${TYPE}SourceBlock`, "A block device.", { dev: text("@dev", "Path on the host.") }, ["dev"]),
    "A block device of the host (containers).",
    { when: { type: "block" } },
  ),
  volume: nest(
    "source",
    () =>
      struct(
        `${TYPE}SourceVolume`,
        "A volume of a storage pool.",
        { pool: text("@pool", "Name of the pool."), volume: text("@volume", "Name of the volume.") },
        ["pool", "volume"],
      ),
    "A volume of a storage pool.",
    { when: { type: "volume" } },
  ),
  ram: nest(
    "source",
    () =>
      struct(
        `${TYPE}SourceRam`,
        "Memory.",
        {
          usage: size("@usage", "Its size, in `units`.", "units", "KiB"),
          units: unit("@units", "Unit of `usage`. Default: KiB."),
        },
        ["usage"],
      ),
    "Memory of the host (containers).",
    { when: { type: "ram" } },
  ),
});

const driver = struct(`${TYPE}Driver`, "How it is served.", {
  type: choice("@type", "Server. Default: path.", [
    "path",
    "handle",
    "loop",
    "nbd",
    "ploop",
    "virtiofs",
    "mtp",
  ]),
  name: text("@name", "Name of the driver; libvirt takes no notice of it.", { unkept: true }),
  format: text("@format", "Format of an image, such as `raw`, `qcow2`."),
  wrPolicy: choice("@wrpolicy", "When the host writes: at once. Default: as it sees fit.", ["immediate"]),
  queue: int("@queue", "Queue size of virtiofs."),
  iommu: onOff("@iommu", "Behind the virtual IOMMU."),
  ats: onOff("@ats", "Address translation services of a virtio device."),
  packed: onOff("@packed", "Packed virtqueues."),
  pagePerVq: onOff("@page_per_vq", "A page of its own for each virtqueue's notifications."),
});

export const filesystem = struct(TYPE, "A folder of the host shown to the guest.", {
  ...known(TYPE),
  accessMode: choice("@accessmode", "How rights are mapped.", ["passthrough", "mapped", "squash"]),
  model: choice("@model", "Model of the virtio device.", [
    "virtio",
    "virtio-transitional",
    "virtio-non-transitional",
  ]),
  multiDevs: choice("@multidevs", "What happens when files lie on several devices of the host.", [
    "default",
    "remap",
    "forbid",
    "warn",
  ]),
  fmode: mode("@fmode", "Rights of files that the guest makes, for access mode mapped."),
  dmode: mode("@dmode", "Rights of folders that the guest makes, for access mode mapped."),
  driver: nest("driver", driver, "How it is served."),
  binary: nest("binary", binary, "The program that serves virtiofs."),
  source: nest(".", source, "What is shown."),
  target: nest(
    "target",
    struct(`${TYPE}Target`, "Tag.", { dir: text("@dir", "Tag that the guest mounts.") }, ["dir"]),
    "Tag that the guest mounts.",
  ),
  readOnly: flag("readonly", "Whether the guest may only read."),
  idMap: nest("idmap", idMap, "Which users and groups of the host the guest's are, for virtiofs."),
  spaceHardLimit: size(
    "space_hard_limit",
    "Most space that the guest may fill, in `spaceHardLimitUnit` (containers).",
    "spaceHardLimitUnit",
    "B",
  ),
  spaceHardLimitUnit: unit("space_hard_limit/@unit", "Unit of `spaceHardLimit`. Default: B."),
  spaceSoftLimit: size(
    "space_soft_limit",
    "Space that the guest may exceed for a while, in `spaceSoftLimitUnit` (containers).",
    "spaceSoftLimitUnit",
    "B",
  ),
  spaceSoftLimitUnit: unit("space_soft_limit/@unit", "Unit of `spaceSoftLimit`. Default: B."),
  boot: nest(
    "boot",
    () =>
      struct(
        `${TYPE}Boot`,
        "Place in the boot order.",
        {
          order: int("@order", "From 1.", { min: 1 }),
          loadParm: text("@loadparm", "What an s390 guest boots, 1 to 8 letters, digits, dots and blanks."),
        },
        ["order"],
      ),
    "Place in the boot order, for virtiofs.",
  ),
});
