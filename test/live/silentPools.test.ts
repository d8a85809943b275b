/** Pools whose server is gone: what libvirt and the kernel do then is played by a stand-in; test/system/discover has the real ones. */
import { describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import type { Host } from "../../libvirt/virsh/host.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";
import type { KernelReader } from "../../live/readKernel.ts";
import { LibvirtReader } from "../../live/readLibvirt.ts";

const poolXml = (name: string) =>
  `<pool type='dir'><name>${name}</name><capacity>100</capacity><available>40</available><target><path>/srv/${name}</path></target></pool>`;
const volume = "<volume><capacity>10</capacity><allocation>4</allocation></volume>";

/** A host with the pools `dead` and `fast`, one volume in each; `answer` may fail first. */
function libvirt(
  answer: (command: string, options: Record<string, unknown>) => void,
  change = (_command: string, _options: Record<string, unknown>, text: string) => text,
) {
  const asked: string[] = [];
  const run = async (command: string, options: Record<string, unknown>): Promise<string> => {
    const { pool, vol } = options;
    asked.push([command, pool, vol].filter((word) => typeof word === "string").join(" "));
    answer(command, options);
    if (command === "pool-dumpxml") return change(command, options, poolXml(String(pool)));
    if (command === "vol-list") return `${pool}.qcow2   /srv/${pool}/${pool}.qcow2\n`;
    if (command === "vol-dumpxml") return change(command, options, volume);
    if (command === "pool-list") return "dead\nfast\n";
    if (command === "nodecpumap") return "CPU map: yy\n";
    if (command === "capabilities") return "<capabilities/>";
    return "";
  };
  const host = {
    run,
    tryRun: run,
    domains: async () => [],
    pools: async () => {
      await run("pool-list", {});
      return [
        { uuid: "dead", name: "dead" },
        { uuid: "fast", name: "fast" },
      ];
    },
  } as unknown as Host;
  return { reader: new LibvirtReader(host), asked };
}

const ROOM = "room 4096 100 40\nmounted /dev/sda1 400 1 2 3% /srv\n";
const kernel = (dead: string) =>
  ({
    timeoutMs: 30_000,
    print: async () => `filesystem 0\n${dead}filesystem 1\n${ROOM}`,
  }) as unknown as KernelReader;

const took = () => {
  throw new HostError("timeout", "qemu:///system: it took longer than 30 s");
};

describe("a size beyond 2^53", () => {
  it.each([
    ["pool", "pool-dumpxml", "the room of pool dead is 9007199254740992 bytes"],
    ["volume", "vol-dumpxml", "the capacity of volume dead.qcow2 is 9007199254740992 bytes"],
  ])("of a %s leaves the pool out, and no other", async (_, command, what) => {
    const { reader } = libvirt(
      () => undefined,
      (asked, { pool }, text) =>
        asked === command && pool === "dead"
          ? text.replace(/<capacity>\d+/, "<capacity>9007199254740992")
          : text,
    );
    const use = await reader.use(kernel(ROOM));
    expect(use.unread).toEqual([{ pool: "dead", why: `libvirt's answer cannot be used: ${what}` }]);
    expect(use.volumes.map(({ path }) => path)).toEqual(["/srv/fast/fast.qcow2"]);
  });

  it("is none of a pool of two petabytes", async () => {
    const { reader } = libvirt(
      () => undefined,
      (_, __, text) => text.replace(/<(capacity|available)>\d+/g, "<$1>2000000000000000"),
    );
    const use = await reader.use(kernel(ROOM));
    expect([use.unread, use.poolsFree.get("fast"), use.volumes[0]?.capacity]).toEqual([[], 2e15, 2e15]);
  });
});

describe("a pool whose server is gone", () => {
  it("is asked for no volume, since libvirt would wait for it with the list of pools, and is told", async () => {
    const { reader, asked } = libvirt(() => undefined);
    const use = await reader.use(kernel("silent 10\n"));
    expect(use.unread).toEqual([{ pool: "dead", why: "/srv/dead: its file system did not answer in 10 s" }]);
    expect(asked.filter((command) => /^vol-/.test(command))).toEqual([
      "vol-list fast",
      "vol-dumpxml fast fast.qcow2",
    ]);
    expect([...use.poolsFree]).toEqual([["fast", 40]]);
    expect(use.volumes).toMatchObject([{ path: "/srv/fast/fast.qcow2", capacity: 10 }]);
  });

  it.each([
    ["that the kernel may not look at", kernel("failed Permission denied\n")],
    [
      "of a host whose kernel cannot be asked",
      {
        timeoutMs: 30_000,
        print: async () => unknown("nothing runs commands there"),
      } as unknown as KernelReader,
    ],
  ])("a pool %s is asked for its volumes all the same", async (_, seen) => {
    const { reader } = libvirt(() => undefined);
    const use = await reader.use(seen);
    expect([use.unread, use.volumes.length]).toEqual([[], 2]);
  });

  it.each([
    [
      "fails",
      () => {
        throw new HostError("failed", "qemu:///system: cannot stat file");
      },
      "qemu:///system: cannot stat file",
    ],
    ["takes too long", took, "qemu:///system: it took longer than 30 s"],
  ])("a volume that %s leaves its pool out, and no other", async (_, fail, why) => {
    const { reader } = libvirt((command, { pool }) => {
      if (command === "vol-dumpxml" && pool === "dead") fail();
    });
    const use = await reader.use(kernel(ROOM));
    expect(use.unread).toEqual([{ pool: "dead", why }]);
    expect(use.volumes.map(({ path }) => path)).toEqual(["/srv/fast/fast.qcow2"]);
  });

  it.each(["pool-list", "pool-dumpxml"])("holds up %s, and nothing else of the host", async (silent) => {
    const why = "libvirt did not answer about its pools in time, as when the server of one of them is gone";
    const of = () =>
      libvirt((command) => {
        if (command === silent) took();
      }).reader;
    expect(await of().host()).toMatchObject({ onlineCpus: [0, 1], pools: { unknown: why } });
    expect(await of().use(kernel(ROOM))).toMatchObject({ volumes: [], unread: [{ pool: "*", why }] });
  });

  it("a connection that is lost ends all", async () => {
    const { reader } = libvirt((command) => {
      if (command === "pool-list") throw new HostError("connection-lost", "it is gone");
    });
    await expect(reader.host()).rejects.toThrow("it is gone");
    await expect(reader.use(kernel(ROOM))).rejects.toThrow("it is gone");
  });
});
