import { describe, expect, test } from "vitest";
import { parseDocument } from "../../libvirt/xml/element.ts";
import { hostBound } from "../../move/leaving.ts";

const vm = (devices: string, more = "") =>
  parseDocument(`<domain type="kvm"><name>web</name>${more}<devices>${devices}</devices></domain>`);

const memory = (model: string, source: string) =>
  `<memory model="${model}"><source>${source}</source><target><size unit="MiB">64</size></target></memory>`;

describe("what of a VM belongs to its host", () => {
  test.each([
    ["a device of the host's", '<hostdev mode="subsystem" type="pci"/>', ""],
    ["a network device of the host's", '<interface type="hostdev" managed="yes"/>', ""],
    ["a network device of the host's", '<interface type="bridge"/><interface type="vdpa"/>', ""],
    ["memory in a file of the host's", memory("nvdimm", "<path>/dev/pmem0</path>"), ""],
    ["memory in a file of the host's", memory("virtio-pmem", "<path>/p/mem</path>"), ""],
    ["memory that a key of the host's encrypts", "", '<launchSecurity type="sev"/>'],
    ["memory that a key of the host's encrypts", "", '<launchSecurity type="sev-snp"/>'],
    ["memory that it shares with others there", '<shmem name="ring"/>', ""],
    ["a folder of the host's", '<filesystem type="mount"/>', ""],
    ["a TPM, whose keys are on the host", '<tpm><backend type="emulator"/></tpm>', ""],
    ["a TPM, whose keys are on the host", '<tpm><backend type="passthrough"/></tpm>', ""],
    [
      "a secret that libvirt keeps there",
      '<disk><encryption format="luks"><secret type="passphrase" uuid="8e4b"/></encryption></disk>',
      "",
    ],
  ])("is %s: %s%s", (what, devices, more) => {
    expect(hostBound(vm(devices, more), "left", "web")).toEqual([
      {
        message: `VM web has ${what}, which left would keep.`,
        remedy: "Take it out of the definition if the guest can do without it, and move the VM then.",
      },
    ]);
  });

  test.each([
    ["its disks and its interfaces on a bridge", '<disk type="volume"/><interface type="bridge"/>'],
    ["memory that it is given while it runs", memory("virtio-mem", "<nodemask>1</nodemask>")],
    ["a TPM that is not the host's", '<tpm><backend type="external"/></tpm>'],
  ])("is not %s", (_, devices) => {
    expect(hostBound(vm(devices), "left", "web")).toEqual([]);
  });

  test("is told all at once", () => {
    const root = vm(
      `<interface type="hostdev"/>${memory("nvdimm", "<path>/p</path>")}`,
      '<launchSecurity type="sev"/>',
    );
    expect(hostBound(root, "left", "web")).toHaveLength(3);
  });
});
