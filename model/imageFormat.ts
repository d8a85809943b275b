/**
 * The format of a base image, by its name. Never probed: a guest that writes another format's header into a raw disk
 * could read the host's files.
 */
export function imageFormat(path: string): "raw" | "qcow2" {
  return /\.(raw|img)$/.test(path) ? "raw" : "qcow2";
}
