import { expect, test } from "vitest";
import { requireFleet } from "../../model/fleet.ts";
import { Facts } from "../../policy/facts.ts";
import { readGpus } from "../../policy/resources/hostdevs.ts";
import { host } from "../capacity/host/fleet.ts";

const uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
const [machine] = requireFleet({
  hosts: [{ ...host, gpus: [{ address: "0000:65:00.0", mode: "passthrough", iommuGroup: 1 }] }],
}).hosts;
const pci = (bus: number) => ({ subsysPci: { source: { address: { bus, slot: 0, function: 0 } } } });

test("the GPUs of a Domain are read; other devices take no slot", () => {
  const facts = new Facts("VM v");
  const declared = [{ address: "0000:3b:00.0", vgpu: { type: "nvidia-474", uuid } }];
  const inputs = {
    devices: {
      hostdevs: [
        pci(0x65),
        pci(0x66),
        { subsysMDev: { source: { address: { uuid: uuid.toUpperCase() } } } },
        { subsysUsb: { source: {} } },
      ],
    },
  };
  expect(readGpus(facts, inputs, machine, declared)).toEqual([{ address: "0000:65:00.0" }, declared[0]]);
  expect(facts.findings).toEqual([]);
});

test("an address that is no figure is refused", () => {
  const facts = new Facts("VM v");
  readGpus(
    facts,
    { devices: { hostdevs: [{ subsysPci: { source: { address: { bus: "x" } } } }] } },
    machine,
    [],
  );
  expect(facts.findings.map((f) => f.message)).toEqual([
    '`devices.hostdevs[0].subsysPci.source.address.bus` of VM v is "x"; expected a whole number from 0.',
  ]);
});
