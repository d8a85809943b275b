import type { Host } from "../libvirt/virsh/host.ts";
import { find, type XmlElement } from "../libvirt/xml/element.ts";

/** Takes a definition away; its files stay, those of the firmware's variables too, of which libvirt asks. */
export async function undefine(host: Host, domain: string, root: XmlElement, what: string): Promise<void> {
  const keepsNvram = find(root, "os/nvram") === undefined ? undefined : (true as const);
  await host.run("undefine", { domain, "keep-nvram": keepsNvram }, what);
}
