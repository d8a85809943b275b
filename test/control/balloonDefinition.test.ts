import { describe, expect, it } from "vitest";
import { balloonDefinition } from "../../control/balloonDefinition.ts";
import { parseDocument } from "../../libvirt/xml/element.ts";

const of = (inner: string, devices = "<memballoon model='virtio'><stats period='10'/></memballoon>") =>
  balloonDefinition(parseDocument(`<domain type='kvm'>${inner}<devices>${devices}</devices></domain>`));
const balloon = "<memballoon model='virtio'/>";

describe("balloonDefinition", () => {
  it("finds nothing in the way of a plain guest, and how often it reports", () => {
    expect(of("")).toEqual({ obstacles: [], period: 10 });
    expect(of("", balloon)).toEqual({ obstacles: [], period: 0 });
    expect(of("", `<memballoon model='virtio'><stats period='soon'/></memballoon>`).period).toBe(0);
  });

  it.each([
    ["<memoryBacking><hugepages/></memoryBacking>", "", "memory on hugepages"],
    ["<memoryBacking><locked/></memoryBacking>", "", "memory that is locked in RAM"],
    ["<launchSecurity type='sev'/>", "", "encrypted memory"],
    [
      "<cputune><vcpusched vcpus='0' scheduler='fifo' priority='1'/></cputune>",
      "",
      "vCPUs with realtime scheduling",
    ],
    ["", "<hostdev mode='subsystem' type='pci'/>", "a passed-through device"],
    ["", "<hostdev mode='subsystem' type='mdev'/>", "a passed-through device"],
    ["", "<interface type='hostdev'/>", "a passed-through device"],
  ])("%s%s forbids it", (inner, device, obstacle) => {
    expect(of(inner, `${device}${balloon}`).obstacles).toEqual([obstacle]);
  });

  it("wants a balloon device", () => {
    expect(of("", "").obstacles).toEqual(["no balloon device"]);
    expect(of("", "<memballoon model='none'/>").obstacles).toEqual(["no balloon device"]);
  });

  it.each([
    ["", "<hostdev mode='subsystem' type='usb'/>"],
    ["<cputune><vcpusched vcpus='0' scheduler='batch'/></cputune>", ""],
    ["<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>", ""],
  ])("%s%s does not", (inner, device) => {
    expect(of(inner, `${device}${balloon}`).obstacles).toEqual([]);
  });
});
