import { describe, expect, test } from "vitest";
import type { Host } from "../../libvirt/virsh/host.ts";
import { parseDocument } from "../../libvirt/xml/element.ts";
import { othersOn, sameAddresses, sharedDisks, whoHas } from "../../move/others.ts";

const FILE = { pool: "ssd", vol: "web-os.qcow2", path: "/p/web-os.qcow2" };

const nic = '<interface type="bridge"><mac address="52:54:00:0A:00:01"/></interface>';
const domain = (devices: string, { os = "", id = "" } = {}) =>
  `<domain type="kvm"${id && ` id="${id}"`}><os><type>hvm</type>${os}</os><devices>${devices}</devices></domain>`;
const disk = (source: string) => `<disk type="file"><source ${source}/><target dev="vda"/></disk>`;

/** A host with one VM, log: as libvirt tells it now, and as it would be started; `open`: what its QEMU has open. */
function hostWith(now: string, next = now, open = ""): Host {
  const host: Pick<Host, "domains" | "run" | "tryRun"> = {
    domains: async () => [{ uuid: "2", name: "log" }],
    run: async () => (open === "" ? "" : `Domain: 'log'\n  block.0.name=vda\n  block.0.path=${open}\n`),
    tryRun: async (_, options) => ("inactive" in options && options.inactive ? next : now),
  };
  return host as Host;
}

describe("a file that another VM has", () => {
  test.each([
    ["by its path", hostWith(domain(disk(`file="${FILE.path}"`)))],
    ["by its pool", hostWith(domain(disk('pool="ssd" volume="web-os.qcow2"')))],
    ["as its firmware's variables", hostWith(domain("", { os: `<nvram>${FILE.path}</nvram>` }))],
    ["from its next start on", hostWith(domain("", { id: "3" }), domain(disk(`file="${FILE.path}"`)))],
    ["until it is shut down", hostWith(domain(disk(`file="${FILE.path}"`), { id: "3" }), domain(""))],
    ["below the image that it runs on", hostWith(domain("", { id: "3" }), domain(""), FILE.path)],
  ])("is seen: %s", async (_, host) => {
    expect(await whoHas(host, await othersOn(host, "1"), FILE)).toBe("log");
  });

  test.each([
    ["of that name in another pool", domain(disk('pool="hdd" volume="web-os.qcow2"'))],
    ["beside it", domain(disk('file="/p/web-os.qcow2.old"'))],
  ])("is none %s", async (_, xml) => {
    const host = hostWith(xml);
    expect(await whoHas(host, await othersOn(host, "1"), FILE)).toBeUndefined();
  });

  test("is not one of the VM's own", async () => {
    const host = hostWith(domain(disk(`file="${FILE.path}"`)));
    expect(await whoHas(host, await othersOn(host, "2"), FILE)).toBeUndefined();
  });
});

test("variables that another VM has too are told as such", async () => {
  const host = hostWith(domain("", { os: "<nvram>/n/web_VARS.fd</nvram>" }));
  const file = { pool: "n", vol: "web_VARS.fd", path: "/n/web_VARS.fd" };
  const volume = { kind: "nvram", device: file.path, from: file } as const;
  const findings = await sharedDisks(host, "left", { name: "web", uuid: "1" }, [volume]);
  expect(findings.map(({ message }) => message)).toEqual([
    "The firmware variables of VM web, /n/web_VARS.fd on left, are those of VM log too.",
  ]);
});

test("an address that a VM has now and at its next start is told once", async () => {
  const others = await othersOn(hostWith(domain(nic, { id: "3" }), domain(nic)), "1");
  expect(others).toHaveLength(2);
  expect(sameAddresses(others, "web", parseDocument(domain(nic.toLowerCase())), "right")).toHaveLength(1);
});
