import { basename } from "node:path/posix";
import { GuestFile } from "@pulumi/libvirt";
import type * as pulumi from "@pulumi/pulumi";
import type * as cloud from "./cloudConfig.ts";

/** Keeps a file that cloud-init has made up to date in the guest that runs, through its agent. */
export function keepInGuest(
  name: string,
  { path, content }: cloud.GuestFile,
  domain: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  new GuestFile(`${name}/${basename(path)}`, { domain, path, content }, opts);
}
