import { describe, expect, test } from "vitest";
import { parseDocument } from "../../libvirt/xml/element.ts";
import { firmwareImage, variablesOf } from "../../move/firmware.ts";

const guest = (os: string, attributes = "") =>
  parseDocument(`<domain><os${attributes}><type>hvm</type>${os}</os></domain>`);

describe("a guest's firmware variables", () => {
  test.each([
    ["", "", undefined],
    ["<loader type='rom'>/f/bios.bin</loader>", "", undefined],
    ["<nvram template='/f/VARS.fd'>/n/web_VARS.fd</nvram>", "", { path: "/n/web_VARS.fd" }],
    ["<nvram type='file'><source file='/n/v.fd'/></nvram>", " firmware='efi'", { path: "/n/v.fd" }],
    [
      "<nvram type='network'><source protocol='iscsi' name='x'/></nvram>",
      "",
      { why: "firmware variables that are in no file of the host's" },
    ],
    ["", " firmware='efi'", { why: "firmware variables whose file its definition does not name" }],
  ])("%s%s", (os, attributes, expected) => {
    expect(variablesOf(guest(os, attributes))).toEqual(expected);
  });
});

describe("a guest's firmware image", () => {
  const known = (...images: string[]) =>
    `<domainCapabilities><path>/usr/bin/qemu</path><os supported='yes'><loader supported='yes'>${images
      .map((image) => `<value>${image}</value>`)
      .join("")}</loader></os></domainCapabilities>`;
  const judged = (source: string, target: string) =>
    firmwareImage(
      guest("<loader readonly='yes' type='pflash'>/o/CODE.fd</loader>"),
      { source, target },
      { name: "web", to: "right" },
    ).map(({ message }) => message);

  test("is missed where the old host has it and the new one does not", () => {
    expect(judged(known("/o/CODE.fd"), known("/o/OTHER.fd"))).toEqual([
      "VM web boots by the firmware /o/CODE.fd, which libvirt on right does not have.",
    ]);
    expect(judged(known("/o/CODE.fd"), known("/o/CODE.fd"))).toEqual([]);
  });

  test("of the user's own is not known to either, and is left to the start", () => {
    expect(judged(known("/o/OTHER.fd"), known("/o/OTHER.fd"))).toEqual([]);
    expect(judged("<domainCapabilities/>", "<domainCapabilities/>")).toEqual([]);
  });
});
