import { describe, expect, it } from "vitest";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { disk } from "../../libvirt/schema/disk.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import { childrenOf, find, parseDocument, serialise, type XmlElement } from "../../libvirt/xml/element.ts";
import { build, change } from "../../libvirt/xml/encode.ts";
import { observe } from "../../libvirt/xml/observe.ts";
import { DISKS, FILE, NVRAM, VDA } from "./diskCases.ts";
import { defined, isSince, skipReason } from "./libvirtDefinition.ts";

const MACHINE = { type: "test", name: "t", memory: 64 };

describe("the XML of a disk", () => {
  for (const [what, { inputs, xml }] of Object.entries(DISKS)) {
    it(`has ${what} where libvirt documents it`, () => {
      expect(disk.safeParse({ ...VDA, ...inputs }).error).toBeUndefined();
      expect(serialise(build("disk", disk, { ...VDA, ...inputs }))).toBe(xml);
    });
  }

  for (const [what, { inputs, since, refused }] of Object.entries(DISKS)) {
    const needed = since ?? "9.0.0";
    it.skipIf(!isSince(needed))(`is taken by libvirt and read back with ${what}${skipReason(needed)}`, () => {
      const declared = { ...MACHINE, os: { type: "hvm" }, devices: { disks: [{ ...VDA, ...inputs }] } };
      const text = serialise(build("domain", domain, declared));
      if (refused !== undefined) {
        expect(() => defined(text, "t")).toThrow(refused);
        return;
      }
      const seen = observe(domain, declared, decode(parseDocument(defined(text, "t")), domain));
      expect(changesOf(domain, declared, seen)).toEqual([]);
    });
  }

  it("leaves nothing of a source of another kind behind", () => {
    for (const { inputs } of Object.values(DISKS)) {
      const root = build("disk", disk, { ...VDA, ...inputs });
      change(root, disk, { ...VDA, ...inputs }, { ...VDA, source: FILE });
      const fresh = build("disk", disk, { ...VDA, source: FILE });
      expect(sorted(root)).toEqual(sorted(fresh));
    }
  });
});

describe("the XML of a variable store", () => {
  it("keeps a path beside a source as it was given", () => {
    const nvRam = { nvRam: "/srv/vars.fd", source: FILE };
    const read = decode(parseDocument(serialise(build("domain", domain, { os: { nvRam } }))), domain);
    expect(read.os).toEqual({ nvRam });
  });

  for (const [what, { inputs, xml }] of Object.entries(NVRAM)) {
    const declared = { ...MACHINE, os: { type: "hvm", nvRam: inputs } };

    it(`has ${what} where libvirt documents it`, () => {
      const root = build("domain", domain, declared);
      expect(serialise(find(root, "os/nvram") as XmlElement)).toBe(xml);
    });

    it.skipIf(!isSince("9.0.0"))(
      `is taken by libvirt and read back with ${what}${skipReason("9.0.0")}`,
      () => {
        const text = serialise(build("domain", domain, { ...declared, os: { ...declared.os, ...LOADER } }));
        const seen = observe(domain, declared, decode(parseDocument(defined(text, "t")), domain));
        expect(changesOf(domain, declared, seen)).toEqual([]);
      },
    );
  }
});

const LOADER = { loader: "/usr/share/OVMF/OVMF_CODE.fd", loaderType: "pflash", loaderReadonly: "yes" };

/** The same whatever the order of elements and attributes is, which says nothing to libvirt. */
function sorted(item: XmlElement): unknown {
  const children = childrenOf(item).map((child) => JSON.stringify(sorted(child)));
  return [item.name, Object.entries(item.attributes).sort(), children.sort()];
}
