import { describe, expect, test } from "vitest";
import { parseFleet, requireFleet } from "../../model/fleet.ts";

const host = {
  name: "a",
  uri: "qemu:///system",
  recorded: { source: "configured", date: "2026-05-03" },
  cells: [{ id: 0, cores: ["0"], memory: "8 GiB" }],
  reserved: { memoryPerCell: "1 GiB" },
} as const;

describe("pressure in a fleet", () => {
  test("by default memory and system disk at 10 % after 3 observations, pools at 15 % after one", () => {
    expect(requireFleet({}).placement.pressure).toEqual({
      memory: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
      systemDisk: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
      disk: { enabled: true, thresholdPercent: 15, consecutiveRequired: 1 },
    });
  });

  test("each is set by itself, and the rest of it stays", () => {
    const { memory, disk } = requireFleet({
      placement: { pressure: { memory: { thresholdPercent: 5 }, disk: { enabled: false } } },
    }).placement.pressure;
    expect(memory).toEqual({ enabled: true, thresholdPercent: 5, consecutiveRequired: 3 });
    expect(disk).toEqual({ enabled: false, thresholdPercent: 15, consecutiveRequired: 1 });
  });

  test.each([
    ["thresholdPercent", 0, "is 0; expected a percentage from 1 to 99."],
    ["thresholdPercent", 100, "is 100; expected a percentage from 1 to 99."],
    ["thresholdPercent", 7.5, "is 7.5; expected a percentage from 1 to 99."],
    ["thresholdPercent", "10 %", 'is "10 %"; expected a percentage from 1 to 99.'],
    ["consecutiveRequired", 0, "is 0; expected a whole number from 1."],
    ["consecutiveRequired", -3, "is -3; expected a whole number from 1."],
    ["enabled", "no", 'is "no"; expected true or false.'],
  ])("%s %j is refused", (property, value, why) => {
    const { findings } = parseFleet({ placement: { pressure: { memory: { [property]: value } } } });
    expect(findings.map(({ message }) => message)).toEqual([
      `\`placement.pressure.memory.${property}\` ${why}`,
    ]);
  });

  test("a host is cordoned where the fleet says so, and else not", () => {
    const cordoned = (more: object) => requireFleet({ hosts: [{ ...host, ...more }] }).hosts[0]?.cordoned;
    expect([cordoned({}), cordoned({ cordoned: true }), cordoned({ cordoned: false })]).toEqual([
      false,
      true,
      false,
    ]);
    const { findings } = parseFleet({ hosts: [{ ...host, cordoned: "yes" }] });
    expect(findings[0]?.message).toBe('`hosts[0].cordoned` is "yes"; expected true or false.');
  });
});
