import { shutDown } from "../libvirt/provider/resources/domainPower.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { aboutVm, refused } from "./refusal.ts";

/** Asks a guest to shut down, and waits for it. It is never ended: what it has not written yet would be lost. */
export async function shutDownGuest(
  host: Host,
  uuid: string,
  name: string,
  from: string,
  seconds: number,
): Promise<void> {
  if (await shutDown(host, uuid, name, seconds)) return;
  throw refused([
    aboutVm("move/running", name, {
      message: `VM ${name} on ${from} did not shut down within ${seconds} s, and goes on running.`,
      remedy: "Shut it down by hand, or give it longer with --timeout.",
    }),
  ]);
}
