import { expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import type { HostUse } from "../../facts/hostUse.ts";
import { checkLiveImages } from "../../program/imageStorage.ts";
import { fleetOf, type HostInput, texts } from "../capacity/host/fleet.ts";

const settings = { liveHosts: "detected", rehearsal: undefined, timeouts: {} } as const;
const GB = 1_000_000_000;

/** Pools of 1.1 TB, an image of which an overlay lives, and one that nobody has. */
const use = (base: number, idle: number): HostUse => ({
  instances: [],
  diskPaths: new Set(["/fast/os.qcow2"]),
  volumes: [
    { pool: "fast", path: "/fast/base.qcow2", capacity: 4 * GB, allocation: base, backing: undefined },
    { pool: "fast", path: "/fast/os.qcow2", capacity: 40 * GB, allocation: GB, backing: "/fast/base.qcow2" },
    { pool: "fast", path: "/fast/old.qcow2", capacity: idle, allocation: idle, backing: undefined },
    // What lies in a pool that the fleet does not know counts nowhere.
    { pool: "iso", path: "/iso/big.iso", capacity: 900 * GB, allocation: 900 * GB, backing: undefined },
  ],
  poolsFree: new Map([["fast", 50 * GB]]),
  unread: [],
});

async function told(host: Partial<HostInput>, found: HostUse, given: object = {}) {
  const asked: string[] = [];
  const findings = await checkLiveImages(fleetOf([], host), { ...settings, ...given }, async (uri) => {
    asked.push(uri);
    return found;
  });
  return { asked: asked.length, texts: texts(findings) };
}
const detected = { recorded: { source: "detected", date: "2026-05-03" } } as const;
const limited = { ...detected, limits: { imageStorage: 0.1 } };

it("tells a host whose images take the share that is theirs, and what can go", async () => {
  expect(await told(limited, use(60 * GB, 49 * GB))).toEqual({ asked: 1, texts: [] });
  expect((await told(limited, use(60 * GB, 50 * GB))).texts).toEqual([
    "warn host/image-storage hosts[0].limits.imageStorage: Images on host h take 110 GB of the 110 GB that are theirs (0.1 of 1.10 TB): no further one is to be brought in. | Delete images that no volume is based on and no VM has (50 GB), or raise limits.imageStorage.",
  ]);
  // A configured disk limit is what the share is of.
  const small = { ...detected, limits: { disk: "200 GB" } };
  expect((await told(small, use(60 * GB, 0))).texts).toEqual([
    "warn host/image-storage hosts[0].limits.imageStorage: Images on host h take 60 GB of the 40 GB that are theirs (0.2 of 200 GB): no further one is to be brought in. | Delete an image, or raise limits.imageStorage.",
  ]);
});

it("asks only hosts that declare limits, of those that a preview asks", async () => {
  const full = use(900 * GB, 0);
  expect(await told(detected, full)).toEqual({ asked: 0, texts: [] });
  expect(await told({ limits: {} }, full)).toEqual({ asked: 0, texts: [] });
  expect((await told({ limits: {} }, full, { liveHosts: "all" })).texts).toHaveLength(1);
  expect(await told(limited, full, { liveHosts: "none" })).toEqual({ asked: 0, texts: [] });
  expect(await told(limited, full, { rehearsal: { cpus: 2, memory: 2 ** 32 } })).toEqual({
    asked: 0,
    texts: [],
  });
});

it("leaves a host that does not answer to the drift gate", async () => {
  expect(await checkLiveImages(fleetOf([], limited), settings, async () => unknown("off"))).toEqual([]);
});
