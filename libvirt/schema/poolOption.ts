/** Options of pools: how they are mounted or connected, and what is looked up when they are refreshed. */
import { choice, list, nest, struct, text, yesNoText } from "./field.ts";

const mountOption = () =>
  struct("PoolFsCommandlineOption", "One option.", { name: text("@name", "The option, such as `sync`.") }, [
    "name",
  ]);

const rbdOption = () =>
  struct(
    "PoolRbdCommandlineOption",
    "One option.",
    { name: text("@name", "Its name, such as `client_mount_timeout`."), value: text("@value", "Its value.") },
    ["name", "value"],
  );

/** Properties of a pool; the last two are in namespaces of their own, which libvirt wants last. */
export const poolOptions = () => ({
  features: nest(
    "features",
    () =>
      struct("PoolFeatures", "Features of the pool's file system.", {
        cow: nest(
          "cow",
          () =>
            struct("PoolFeaturesCow", "Copy on write.", { state: yesNoText("@state", "Whether it is on.") }, [
              "state",
            ]),
          "Copy on write, for dir and fs pools on btrfs.",
        ),
      }),
    "Features of the pool's file system.",
  ),
  refresh: nest(
    "refresh",
    () =>
      struct("PoolRefresh", "What is looked up when the pool is refreshed.", {
        volume: nest(
          "volume",
          () =>
            struct(
              "PoolRefreshVolume",
              "Volumes.",
              {
                allocation: choice(
                  "@allocation",
                  "How their allocation is found: by asking the server (default), or taken to be the capacity, which is faster.",
                  ["default", "capacity"],
                ),
              },
              ["allocation"],
            ),
          "Volumes.",
        ),
      }),
    "What is looked up when the pool is refreshed, for rbd pools.",
  ),
  fsCommandline: nest(
    "fs:mount_opts",
    () =>
      struct(
        "PoolFsCommandline",
        "Options of mount.",
        { options: list("fs:option", mountOption, "The options.", { key: "name" }) },
        [],
        { "xmlns:fs": "http://libvirt.org/schemas/storagepool/fs/1.0" },
      ),
    "Options of mount, for fs and netfs pools, which libvirt passes on unread and does not support.",
  ),
  rbdCommandline: nest(
    "rbd:config_opts",
    () =>
      struct(
        "PoolRbdCommandline",
        "Options of librados.",
        { options: list("rbd:option", rbdOption, "The options.", { key: "name" }) },
        [],
        { "xmlns:rbd": "http://libvirt.org/schemas/storagepool/rbd/1.0" },
      ),
    "Options of librados, for rbd pools, which libvirt passes on unread and does not support.",
  ),
});
