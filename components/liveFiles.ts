import { createHash } from "node:crypto";
import type { types } from "@pulumi/libvirt";
import type { GuestRole } from "./cloudConfig.ts";

/** Files of a role that change in a guest that runs. They hold no secret. */
export interface LiveFiles {
  readonly paths: readonly string[];
  /** Whether something writes their changes into the guest; else a change is one of the seed. */
  readonly kept: boolean;
}

export const NO_LIVE_FILES: LiveFiles = { paths: [], kept: false };

/**
 * The role with a marker for the content of each live file, and the texts that the markers stand for: a new seed has
 * them as they are then, and a change of theirs alone is no change of the seed.
 */
export function markLiveFiles(
  role: GuestRole,
  { paths, kept }: LiveFiles,
): { readonly role: GuestRole; readonly texts: readonly types.CloudinitDiskText[] } {
  const isLive = (path: string) => paths.includes(path);
  return {
    role: {
      ...role,
      files: role.files.map((file) =>
        isLive(file.path) ? { ...file, encoding: "b64", content: markerOf(file.path) } : file,
      ),
    },
    texts: role.files
      .filter(({ path }) => isLive(path))
      .map(({ path, content }) => ({ marker: markerOf(path), content, kept })),
  };
}

/** Nothing else in a document is called like this. */
function markerOf(path: string): string {
  return `live-file-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
}
