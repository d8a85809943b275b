/** What a domain asks for that its host's libvirt is too old for. */
import { isOlder, needed } from "../../schema/since.ts";
import type { Host } from "../../virsh/host.ts";
import { bare, HostError } from "../../virsh/hostError.ts";
import type { Properties } from "../values.ts";

/** @throws HostError that names every property that the host does not have, with the version that does */
export async function requireRecentLibvirt(
  host: Pick<Host, "run" | "uri">,
  inputs: Properties,
): Promise<void> {
  const all = needed(inputs);
  if (all.length === 0) return;
  const version = await daemonVersion(host);
  // A host that does not tell is none to refuse: libvirt says for itself what it cannot do.
  if (version === undefined) return;
  const missing = all.filter((each) => isOlder(version, each.version));
  if (missing.length === 0) return;
  const list = missing.map((each) => `${each.path} needs ${each.version}`).join(", ");
  throw new HostError(
    "libvirt-too-old",
    `domain ${String(inputs.name)}: the libvirt of ${bare(host.uri)} is ${version}, which is too old for what is asked of it: ${list}. Leave ${missing.length > 1 ? "these" : "this"} out, or upgrade libvirt on that host`,
  );
}

async function daemonVersion(host: Pick<Host, "run">): Promise<string | undefined> {
  const text = await host.run("version", { daemon: true }, "asking for libvirt's version").catch(() => "");
  return /^Running against daemon: (\S+)/m.exec(text)?.[1];
}
