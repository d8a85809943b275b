import { describe, expect, test } from "vitest";
import { planLive } from "../../libvirt/provider/live/plan.ts";
import { RunningDomain } from "../../libvirt/provider/live/runningDomain.ts";
import type { Properties } from "../../libvirt/provider/values.ts";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import type { Host } from "../../libvirt/virsh/host.ts";
import { parseDocument } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";

/** What a change of a memory device takes of a running domain. */

const inputs = (requested: number, unit = "MiB", model = "virtio-mem") => ({
  memory: 6,
  memoryUnit: "GiB",
  devices: {
    memorydevs: [
      { model: "dimm", target: { size: 1, sizeUnit: "GiB", node: 0 } },
      {
        model,
        target: {
          size: 4,
          sizeUnit: "GiB",
          node: 0,
          block: 2,
          blockUnit: "MiB",
          requested,
          requestedUnit: unit,
        },
      },
    ],
  },
});

const RUNNING = `<domain><memory>6291456</memory><devices>
<memory model='dimm'><alias name='dimm0'/></memory>
<memory model='virtio-mem'><alias name='virtiomem0'/></memory></devices></domain>`;

function plan(before: object, after: object, xml = RUNNING) {
  const [old, next] = [before, after] as [Properties, Properties];
  const running = new RunningDomain({} as Host, "u", parseDocument(xml));
  const persistent = { before: build("domain", domain, old), after: build("domain", domain, next) };
  return planLive(changesOf(domain, old, next), old, next, running, persistent, []);
}

describe("what a guest is to have of a virtio-mem device", () => {
  test("is requested live, by the device's own name", async () => {
    expect(await plan(inputs(0), inputs(512))).toEqual({
      commands: [
        {
          command: "update-memory-device",
          options: { alias: "virtiomem0", "requested-size": "536870912B", live: true },
          what: "requesting 512 MiB of memory",
        },
      ],
      deferred: [],
    });
  });

  test("is the same in another unit", async () => {
    expect(await plan(inputs(1024), inputs(1, "GiB"))).toEqual({ commands: [], deferred: [] });
  });

  test("waits where the running VM does not have the device", async () => {
    expect(await plan(inputs(0), inputs(512), "<domain><devices/></domain>")).toEqual({
      commands: [],
      deferred: [
        {
          property: "devices.memorydevs[1].target.requested",
          reason: "the running VM does not have the device",
        },
      ],
    });
  });

  test("is nothing that another model has", async () => {
    expect(await plan(inputs(0, "MiB", "dimm"), inputs(512, "MiB", "dimm"))).toEqual({
      commands: [],
      deferred: [],
    });
  });
});
