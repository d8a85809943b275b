import { expect, it } from "vitest";
import { UNKNOWN } from "../../libvirt/provider/values.ts";
import { variantFailures } from "../../libvirt/provider/variants.ts";
import { domain } from "../../libvirt/schema/domain.ts";

const failures = (devices: object): string[] =>
  variantFailures(domain, { devices } as never).map(({ property, reason }) => `${property}: ${reason}`);

it("finds every object of two kinds, at any depth", () => {
  expect(
    failures({
      graphics: [
        { vnc: { listeners: [{ address: {}, socket: {} }] }, audio: { id: 1 } },
        { vnc: {}, spice: {} },
      ],
      hostdevs: [{ subsysPci: {}, capsNet: {}, managed: true }],
      interfaces: [{ virtualPort: { params: { any: {}, openVSwitch: {} } } }],
    }),
  ).toEqual([
    "devices.interfaces[0].virtualPort.params: has any and openVSwitch; exactly one is right",
    "devices.graphics[0].vnc.listeners[0]: has address and socket; exactly one is right",
    "devices.graphics[1]: has vnc and spice; exactly one is right",
    "devices.hostdevs[0]: has subsysPci and capsNet; exactly one is right",
  ]);
});

it("takes one kind, none, and one that may turn out to be absent", () => {
  expect(
    failures({
      graphics: [{ vnc: {}, spice: UNKNOWN }, { audio: {} }],
      serials: [{ source: { null: false, pty: {} } }],
    }),
  ).toEqual([]);
});
