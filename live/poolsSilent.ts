import { unknown } from "../facts/asked.ts";

/**
 * libvirt holds a pool while it looks at a file in it. Where the file's server is gone that takes for ever, and so does
 * the list of pools, which waits for each of them; all else is answered.
 */
export const POOLS_SILENT = unknown(
  "libvirt did not answer about its pools in time, as when the server of one of them is gone",
  "Look for that pool on the host (df, virsh pool-list), and bring its server back or unmount it.",
);
