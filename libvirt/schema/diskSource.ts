/** Where the data of a disk, of an image below it, or of a variable store is. */

import { imageFormat, sourceIndex } from "./diskFormat.ts";
import { digits, networkSource } from "./diskNetwork.ts";
import { encryption } from "./diskSecret.ts";
import { helperSocket, socketSource } from "./diskSocket.ts";
import { choice, int, list, nest, pattern, struct, text, yesNo, yesNoText } from "./field.ts";
import { secLabels } from "./secLabel.ts";

/** The places that every kind of source knows, below the element that `source` is in. */
const places = (name: string) => ({
  file: nest(
    "source",
    () =>
      struct(`${name}File`, "A file of the host.", {
        file: text("@file", "Path on the host."),
        fdGroup: text(
          "@fdgroup",
          "Name of file descriptors that were handed to libvirt for this file, in place of opening it.",
        ),
        secLabels: secLabels(`${name}File`),
      }),
    "A file of the host.",
    { when: { type: "file" } },
  ),
  block: nest(
    "source",
    () =>
      struct(`${name}Block`, "A block device of the host.", {
        dev: text("@dev", "Path on the host."),
        secLabels: secLabels(`${name}Block`),
      }),
    "A block device of the host.",
    { when: { type: "block" } },
  ),
  volume: nest(
    "source",
    () =>
      struct(`${name}Volume`, "A volume of a storage pool.", {
        pool: text("@pool", "Name of the pool."),
        volume: text("@volume", "Name of the volume."),
        mode: choice("@mode", "For iSCSI pools: how it is reached.", ["host", "direct"]),
        secLabels: secLabels(`${name}Volume`),
      }),
    "A volume of a storage pool.",
    { when: { type: "volume" } },
  ),
  network: nest("source", () => networkSource(`${name}Network`), "Data that a storage server holds.", {
    when: { type: "network" },
  }),
  startupPolicy: choice(
    "source/@startupPolicy",
    "What a missing source means at start. Default: mandatory.",
    ["mandatory", "requisite", "optional"],
  ),
  index: sourceIndex("source/@index"),
});

/** Places that only some sources know. */
const furtherPlaces = (name: string, served: typeof socketSource) => ({
  dir: nest(
    "source",
    () =>
      struct(`${name}Dir`, "A folder of the host.", {
        dir: text("@dir", "Path on the host."),
      }),
    "A folder of the host, shown as a FAT file system.",
    { when: { type: "dir" } },
  ),
  vhostUser: nest(
    "source",
    () => served(`${name}VhostUser`),
    "A program of the host that serves the disk through vhost-user.",
    { when: { type: "vhostuser" } },
  ),
  vhostVdpa: nest(
    "source",
    () =>
      struct(
        `${name}VhostVdpa`,
        "A vDPA device of the host.",
        { dev: text("@dev", "Path of the device, such as /dev/vhost-vdpa-0.") },
        ["dev"],
      ),
    "A vDPA device of the host.",
    { when: { type: "vhostvdpa" } },
  ),
});

const cookies = (name: string) =>
  struct(name, "Cookies.", {
    cookies: list(
      "cookie",
      () =>
        struct(
          `${name}Cookie`,
          "One cookie.",
          {
            name: text("@name", "Its name."),
            value: pattern(
              "text()",
              "Its value.",
              /^"?[!#$%&'()*+\-./0-9:>=<?@A-Z^_`[\]a-z|~]+"?$/,
              "letters, digits and signs without blanks, commas, semicolons and backslashes",
            ),
          },
          ["name", "value"],
        ),
      "The cookies.",
      { key: "name" },
    ),
  });

const slices = (name: string) =>
  struct(name, "Parts of a file or device.", {
    slices: list(
      "slice",
      () =>
        struct(
          `${name}Slice`,
          "One part.",
          {
            type: choice("@type", "What it is a part of.", ["storage"]),
            offset: int("@offset", "Where it starts, in bytes."),
            size: int("@size", "Its size, in bytes.", { min: 1 }),
          },
          ["type", "offset", "size"],
        ),
      "The part; at most one.",
    ),
  });

const reservations = (name: string) =>
  struct(name, "SCSI persistent reservations.", {
    enabled: choice(
      "@enabled",
      "Whether the guest may use them; libvirt takes no notice, the element itself says so.",
      ["yes", "no"],
      { unkept: true },
    ),
    managed: yesNo(
      "@managed",
      "Whether libvirt starts the helper itself. Without one, `source` says where it is.",
    ),
    source: nest("source", () => socketSource(`${name}Source`), "Socket of a helper that runs already."),
  });

/** How the data is read. */
const ways = (name: string) => ({
  encryption: encryption(name, "source/encryption"),
  reservations: nest(
    "source/reservations",
    () => reservations(`${name}Reservations`),
    "SCSI persistent reservations, for block devices.",
  ),
  slices: nest("source/slices", () => slices(`${name}Slices`), "The part of a file or device that is used."),
  dataStore: nest(
    "source/dataStore",
    () =>
      struct(`${name}DataStore`, "A file beside a qcow2 image that holds the data alone.", {
        format: imageFormat(`${name}DataStore`),
      }),
    "A file beside a qcow2 image that holds the data alone.",
  ),
  ssl: nest(
    "source/ssl",
    () =>
      struct(
        `${name}Ssl`,
        "TLS of https and ftps.",
        { verify: yesNoText("@verify", "Whether the server's certificate is checked.") },
        ["verify"],
      ),
    "TLS of https and ftps.",
  ),
  cookies: nest(
    "source/cookies",
    () => cookies(`${name}Cookies`),
    "Cookies sent to http and https servers; secrets.",
    { secret: true },
  ),
  readahead: nest(
    "source/readahead",
    () => struct(`${name}Readahead`, "Reading ahead.", { size: digits("@size", "Bytes.") }, ["size"]),
    "How much is read ahead from http, https, ftp and ftps servers.",
  ),
  timeout: nest(
    "source/timeout",
    () => struct(`${name}Timeout`, "A limit.", { seconds: digits("@seconds", "Seconds.") }, ["seconds"]),
    "How long http, https, ftp and ftps servers may take to answer.",
  ),
});

const ONE_OF = "Where the data is; exactly one of";

/** Property `source` of a disk itself; `prefix` is the name of its object type. */
export const mainSource = (prefix: string) =>
  nest(
    ".",
    () => struct(`${prefix}Source`, `${ONE_OF} file, block, volume, network.`, places(`${prefix}Source`)),
    "Where the data is.",
  );

const fullSource = (name: string, served: typeof socketSource) => () =>
  struct(name, `${ONE_OF} file, block, dir, volume, network, vhostUser, vhostVdpa.`, {
    ...places(name),
    ...furtherPlaces(name, served),
    ...ways(name),
  });

/** Property `source` of an image below or beside a disk; `prefix` is the name of its object type. */
export const imageSource = (prefix: string) =>
  nest(".", fullSource(`${prefix}Source`, socketSource), "Where the data is.");

/** The same with every kind of vhost-user server that has a name; `prefix` is the name of its object type. */
export const diskSource = (prefix: string) =>
  nest(".", fullSource(`${prefix}Source`, helperSocket), "Where the data is.");

/** What is known of a source that the host tells of without saying what it is. */
export const toldSource = (prefix: string) =>
  nest(
    ".",
    () => {
      const { startupPolicy, index } = places(`${prefix}Source`);
      return struct(`${prefix}Source`, "Where the data is.", { startupPolicy, index });
    },
    "Where the data is.",
  );
