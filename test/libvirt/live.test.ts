/** What a change of a running domain takes: the commands, what waits and why, and what is refused. */
import { describe, expect, it } from "vitest";
import { applyLive, LIVE_PROPERTIES, planLive } from "../../libvirt/provider/live/plan.ts";
import { RunningDomain } from "../../libvirt/provider/live/runningDomain.ts";
import { isAt, type LivePlan } from "../../libvirt/provider/live/topic.ts";
import { changeNotices, stillWaiting } from "../../libvirt/provider/resources/domainPending.ts";
import type { Properties } from "../../libvirt/provider/values.ts";
import { CHANGE_CLASSES, changeClass } from "../../libvirt/schema/changeClass.ts";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { domain } from "../../libvirt/schema/domain.ts";
import type { Host, Options } from "../../libvirt/virsh/host.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";
import { parseDocument, serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";

type Bag = Record<string, unknown>;

const XML = `<domain><memory>1048576</memory><vcpu current='2'>4</vcpu><iothreads>1</iothreads>
<iothreadids><iothread id='1'/></iothreadids>
<maxMemory slots='2'>4194304</maxMemory><devices/></domain>`;

interface Facts {
  readonly xml?: string;
  /** The words with which the host refuses a CPU weight of 0. */
  readonly weights?: string;
  /** What `dommemstat` prints. */
  readonly memory?: string;
}

const V1 = "shares '0' must be in range [2, 262144]";
const V2 = "shares '0' must be in range [1, 10000]";

/** A running domain whose host gives these answers. */
function running({
  xml = XML,
  weights = V2,
  memory = "actual 1048576\nrss 500000\n",
}: Facts = {}): RunningDomain {
  const host = {
    run: async (name: string, options: Options) => {
      if (name === "nodeinfo") return "CPU(s):              72\n";
      if (name === "dommemstat") return memory;
      if (name === "schedinfo" && options.set === "cpu_shares=0") throw new HostError("failed", weights);
      throw new Error(`unexpected ${name}`);
    },
  };
  return new RunningDomain(host as unknown as Host, "u", parseDocument(xml));
}

async function plan(before: Bag, after: Bag, facts?: Facts) {
  const changes = changesOf(domain, before, after);
  const { commands, deferred } = await planLive(
    changes,
    before as Properties,
    after as Properties,
    running(facts),
    { before: build("domain", domain, before), after: build("domain", domain, after) },
    [],
  );
  return {
    commands: commands.map(({ command, options, definition }) => {
      const words = Object.entries(options).map(([name, value]) =>
        value === true ? name : `${name}=${value}`,
      );
      const xml = definition ? [serialise(definition).replace(/\n\s*/g, "").replaceAll('"', "'")] : [];
      return [
        command,
        ...words.filter((word) => word !== "live" && !word.endsWith("=undefined")),
        ...xml,
      ].join(" ");
    }),
    deferred: deferred.map(({ property, reason }) => `${property}: ${reason}`),
    isLive: commands.every(({ options }) => options.live === true),
  };
}

const pinned = (...cpus: string[]): Bag => ({
  cpuTune: { vcpuPins: cpus.map((cpuSet, vcpu) => ({ vcpu, cpuSet })) },
});
const gib = (memory: number, more: Bag = {}): Bag => ({ memory, memoryUnit: "GiB", ...more });

describe("a change of a running domain takes", () => {
  const cases: [
    name: string,
    before: Bag,
    after: Bag,
    commands: string[],
    deferred?: string[],
    facts?: Facts,
  ][] = [
    ["a pin", pinned("0", "1"), pinned("0", "36"), ["vcpupin vcpu=1 cpulist=36"]],
    ["a pin taken away", pinned("0", "1"), pinned("0"), ["vcpupin vcpu=1 cpulist=r"]],
    [
      "a pin of a vCPU beyond the maximum",
      { vcpu: 4 },
      { vcpu: 4, cpuTune: { vcpuPins: [{ vcpu: 4, cpuSet: "1" }] } },
      [],
      ["cpuTune.vcpuPins: vCPU 4 is not there before the next boot"],
    ],
    ["the emulator's pin", {}, { cpuTune: { emulatorPin: { cpuSet: "0-1" } } }, ["emulatorpin cpulist=0-1"]],
    ["its removal", { cpuTune: { emulatorPin: { cpuSet: "0-1" } } }, {}, ["emulatorpin cpulist=r"]],
    [
      "the removal of an I/O thread's pin, which every CPU of the host stands for",
      { ioThreads: 1, cpuTune: { ioThreadPins: [{ ioThread: 1, cpuSet: "3" }] } },
      { ioThreads: 1 },
      ["iothreadpin iothread=1 cpulist=0-71"],
    ],
    ["a second I/O thread", { ioThreads: 1 }, { ioThreads: 2 }, ["iothreadadd id=2"]],
    ["an I/O thread less", { ioThreads: 1 }, {}, ["iothreaddel id=1"]],
    [
      "a weight",
      { cpuTune: { shares: 5 } },
      { cpuTune: { shares: 10000 } },
      ["schedinfo set=cpu_shares=10000"],
    ],
    ["a weight taken away, cgroup v2", { cpuTune: { shares: 5 } }, {}, ["schedinfo set=cpu_shares=100"]],
    [
      "a weight taken away, cgroup v1",
      { cpuTune: { shares: 5 } },
      {},
      ["schedinfo set=cpu_shares=1024"],
      [],
      { weights: V1 },
    ],
    [
      "a weight taken away on a host that does not say its range",
      { cpuTune: { shares: 5 } },
      {},
      [],
      ["cpuTune.shares: this host does not say what the weight of a new domain is"],
      { weights: "no" },
    ],
    [
      "a quota and its period taken away",
      { cpuTune: { quota: 5000, period: 10000 } },
      {},
      ["schedinfo set=vcpu_period=100000", "schedinfo set=vcpu_quota=-1"],
    ],
    [
      "the balloon",
      gib(1),
      { ...gib(1), currentMemory: 512, currentMemoryUnit: "MiB" },
      ["setmem size=536870912b"],
    ],
    [
      "the balloon all the way back",
      { ...gib(1), currentMemory: 512, currentMemoryUnit: "MiB" },
      gib(1),
      ["setmem size=1073741824b"],
    ],
    [
      "a balloon that nobody says the size of any more, where that was all: it stays where it was moved to",
      { ...gib(1), currentMemory: 1024, currentMemoryUnit: "MiB" },
      gib(1),
      [],
    ],
    [
      "memory that was not there at the start",
      { ...gib(1), currentMemory: 1048576 },
      { ...gib(2), currentMemory: 2097152 },
      [],
      ["currentMemory: the VM was started with 1 GiB, and the balloon only takes memory away"],
    ],
    [
      "memory within the room to grow",
      gib(1, { maximumMemory: 4194304, maximumMemorySlots: 2, currentMemory: 1048576 }),
      gib(2, { maximumMemory: 4194304, maximumMemorySlots: 2, currentMemory: 2097152 }),
      [
        "attach-device <memory model='dimm'><target><size unit='b'>1073741824</size><node>0</node></target></memory>",
        "setmem size=2147483648b",
      ],
    ],
    [
      "memory for the second cell",
      gib(1, {
        maximumMemory: 4194304,
        maximumMemorySlots: 2,
        cpu: { numa: { cells: [cell(0, 512), cell(1, 512)] } },
      }),
      {
        ...gib(1, { maximumMemory: 4194304, maximumMemorySlots: 2 }),
        memory: 1152,
        memoryUnit: "MiB",
        cpu: { numa: { cells: [cell(0, 512), cell(1, 640)] } },
      },
      [
        "attach-device <memory model='dimm'><target><size unit='b'>134217728</size><node>1</node></target></memory>",
      ],
    ],
    [
      "memory without a free slot",
      gib(1, { maximumMemory: 4194304, maximumMemorySlots: 2 }),
      gib(2, { maximumMemory: 4194304, maximumMemorySlots: 2 }),
      [],
      ["memory: all 2 slots for memory modules are taken"],
      { xml: XML.replace("<devices/>", "<devices><memory/><memory/></devices>") },
    ],
    [
      "limits of memory",
      {},
      { memoryTune: { hardLimit: 2, hardLimitUnit: "GiB" } },
      ["memtune hard-limit=2147483648b soft-limit=-1 swap-hard-limit=-1"],
    ],
    [
      "limits of memory taken away",
      { memoryTune: { hardLimit: 2, hardLimitUnit: "GiB", softLimit: 1 } },
      {},
      ["memtune hard-limit=-1 soft-limit=-1 swap-hard-limit=-1"],
    ],
    [
      "limits of a block device",
      { blockIoTune: { weight: 300, devices: [{ path: "/dev/sda", readBytesSec: 7, readIopsSec: 3 }] } },
      { blockIoTune: { devices: [{ path: "/dev/sda", readBytesSec: 9 }] } },
      ["blkiotune weight=100", "blkiotune device-read-iops-sec=/dev/sda,0 device-read-bytes-sec=/dev/sda,9"],
    ],
    ["more vCPUs", { vcpu: 4, vcpuCurrent: 2 }, { vcpu: 4, vcpuCurrent: 3 }, ["setvcpus count=3"]],
    ["all vCPUs", { vcpu: 4, vcpuCurrent: 2 }, { vcpu: 4 }, ["setvcpus count=4"]],
    [
      "more vCPUs than it was started for",
      { vcpu: 8, vcpuCurrent: 2 },
      { vcpu: 8, vcpuCurrent: 6 },
      [],
      ["vcpuCurrent: the VM was started for at most 4 vCPUs"],
    ],
    [
      "a nodeset in mode restrictive",
      { numaTune: { memory: { mode: "restrictive", nodeset: "0" } } },
      { numaTune: { memory: { mode: "restrictive", nodeset: "1" } } },
      ["numatune nodeset=1"],
      [],
      { xml: "<domain><numatune><memory mode='restrictive' nodeset='0'/></numatune></domain>" },
    ],
    [
      "what it does on reboot",
      {},
      { onReboot: "destroy" },
      ["set-lifecycle-action type=reboot action=destroy"],
    ],
    ["a title", { title: "a" }, { title: "b" }, ["desc title new-desc=b"]],
    ["no description", { description: "a" }, {}, ["desc new-desc="]],
    [
      "a description of two lines",
      {},
      { description: "a\nb" },
      [],
      ["description: a text of several lines is only shown from the next boot on"],
    ],
    [
      "metadata, and not that of other tools",
      { metadata: { xml: "<o:x xmlns:o='urn:old'/><g:x xmlns:g='urn:gone'/>" } },
      { metadata: { xml: "<a:x xmlns:a='urn:a' k='1'>two\n<a:y/></a:x>" } },
      ["metadata uri=urn:old remove", 'metadata uri=urn:a key=a set=<x k="1">two&#10;<y/></x>'],
      [],
      {
        xml: "<domain><metadata><o:x xmlns:o='urn:old'/><backup:at xmlns:backup='urn:b'/><numafleet:owner xmlns:numafleet='n'/></metadata></domain>",
      },
    ],
    [
      "metadata with control characters",
      {},
      { metadata: { xml: "<a:x xmlns:a='urn:a'>\u0085</a:x><b:x xmlns:b='urn:\u0085'/>" } },
      ["metadata uri=urn:a key=a set=<x>&#133;</x>"],
      ["metadata: virsh takes no namespace with a control character"],
    ],
    [
      "the balloon's period",
      {},
      { devices: { memBalloon: { model: "virtio", stats: { period: 5 } } } },
      ["dommemstat period=5"],
    ],
  ];
  for (const [name, before, after, commands, deferred = [], facts] of cases) {
    it(name, async () => {
      expect(await plan(before, after, facts)).toEqual({ commands, deferred, isLive: true });
    });
  }
});

function cell(id: number, memory: number): Bag {
  return { id, cpus: String(id), memory, unit: "MiB" };
}

describe("a change is refused before anything is changed", () => {
  const cases: [name: string, before: Bag, after: Bag, facts: Facts, message: string][] = [
    [
      "a weight that the host's cgroups do not have",
      {},
      { cpuTune: { shares: 20000 } },
      { weights: V2 },
      "cpuTune.shares is 20000, but this host has cgroup v2, whose weights go from 1 to 10000; choose one of those",
    ],
    [
      "a balloon below what the guest uses",
      gib(1),
      gib(1, { currentMemory: 262144 }),
      { memory: "actual 1048576\navailable 1000000\nusable 600000\nrss 1\n" },
      "currentMemory is 256 MiB, but the guest uses 438.06 MiB now; give it at least that, or free memory in the guest first",
    ],
    [
      "a hard limit below what QEMU uses",
      {},
      { memoryTune: { hardLimit: 100, hardLimitUnit: "MiB" } },
      {},
      "memoryTune.hardLimit is 100 MiB, but QEMU uses 488.28 MiB now and would be killed; give it at least that",
    ],
  ];
  for (const [name, before, after, facts, message] of cases) {
    it(name, async () => {
      await expect(plan(before, after, facts)).rejects.toThrow(message);
    });
  }
});

describe("a command that fails", () => {
  const commands = ["0", "1", "2"].map((vcpu) => ({
    command: "vcpupin",
    options: { vcpu, live: true },
    what: `pinning vCPU ${vcpu}`,
  })) as LivePlan["commands"];
  const failingAt = (bad: string) =>
    ({
      run: async (_name: string, { vcpu }: Options, what: string) => {
        if (vcpu === bad) throw new HostError("failed", `${what} failed: no such CPU`);
        return "";
      },
    }) as unknown as Host;

  it("says what was made before it, as no definition or state has that", async () => {
    const apply = (bad: string) => applyLive(failingAt(bad), "u", "vm", { commands, deferred: [] });
    await expect(apply("0")).rejects.toThrow(/^pinning vCPU 0 of domain vm failed: no such CPU$/);
    await expect(apply("2")).rejects.toThrow(
      /^pinning vCPU 2 of domain vm failed: no such CPU\. 2 of 3 live changes were made before it, and none is in the definition yet\. Run the update again once that is mended, or take the change back and run pulumi up --refresh$/,
    );
    expect(await apply("none")).toEqual([]);
  });
});

describe("a preview says", () => {
  const said = (before: Bag, after: Bag) =>
    changeNotices(changesOf(domain, before, after), before as Properties, after as Properties).map(
      ({ severity, message }) => `${severity}: ${message}`,
    );

  it("what changes live and what at the next boot, each with its reason", () => {
    const [live, later] = said(
      { ...pinned("0"), memory: 5, numaTune: { memory: { mode: "strict", nodeset: "0" } } },
      { ...pinned("1"), memory: 6, numaTune: { memory: { mode: "strict", nodeset: "1" } } },
    );
    expect(live).toBe("info: changes live, without a restart: cpuTune.vcpuPins[0].cpuSet");
    expect(later).toMatch(
      /^info: changes at the next boot, and nothing restarts the VM: numaTune\.memory\.nodeset \(libvirt 8 .* declare that mode.*\); memory \(the VM was defined without room to grow/,
    );
  });

  it("that the VM restarts, where that is allowed", () => {
    const restart = { when: "needed" };
    expect(said({ vcpu: 1, restart }, { vcpu: 2, restart })).toEqual([
      "warning: restarts the VM if it runs, as `restart` allows: vcpu (the most vCPUs are fixed while QEMU runs; vcpuCurrent moves below it)",
    ]);
  });

  it("why memory does not grow live", () => {
    const room = { maximumMemory: 4194304, maximumMemorySlots: 2 };
    const reason = (before: Bag, after: Bag) => /\((.*)\)$/.exec(said(before, after)[0] ?? "")?.[1];
    expect(reason(gib(2, room), gib(1, room))).toMatch(/^QEMU keeps the memory it was started with/);
    expect(reason(gib(1), gib(2))).toMatch(/^the VM was defined without room to grow/);
    expect(reason(gib(1, room), gib(5, room))).toBe("it was defined for 4 GiB at most (maximumMemory)");
    expect(reason(gib(1, room), { ...room, memory: 1048577 })).toBe(
      "a running guest takes memory in steps of 128 MiB",
    );
    expect(said(gib(1, room), gib(2, room))).toEqual(["info: changes live, without a restart: memory"]);
  });
});

describe("what waits for a restart", () => {
  const waiting = (property: string, declared: Bag, live: Bag) =>
    stillWaiting([{ property, reason: "r" }], declared as Properties, live as Properties).length === 1;

  it("is done once the running domain has it as declared", () => {
    expect(waiting("vcpuCurrent", { vcpuCurrent: 1 }, { vcpuCurrent: 2 })).toBe(true);
    expect(waiting("vcpuCurrent", { vcpuCurrent: 1 }, { vcpuCurrent: 1 })).toBe(false);
    expect(waiting("memory", { memory: 1, memoryUnit: "GiB" }, { memory: 1048576 })).toBe(false);
  });

  it("waits on where the running domain does not show it", () => {
    const graphics = (passwd: string): Bag => ({ devices: { graphics: [{ vnc: { passwd } }] } });
    expect(waiting("devices.graphics[0].vnc.passwd", graphics("new"), graphics("new"))).toBe(true);
    expect(waiting("clock.offset", {}, { clock: { offset: "utc" } })).toBe(true);
    expect(waiting("devices.disks[1]", { devices: { disks: [] } }, {})).toBe(true);
  });
});

describe("the table of classes", () => {
  /** What the provider itself does or makes true, in resources/domain.ts. */
  const PROVIDERS = [
    "autostart",
    "running",
    "create",
    "destroy",
    "restart",
    "update",
    "devices.interfaces.waitForIp",
  ];

  it("calls live only what a topic changes, and a topic changes only what it calls live or refines", () => {
    const live = Object.keys(CHANGE_CLASSES.Domain)
      .map((path) => path.replace(/\.\*\*$/, ""))
      .filter((path) => changeClass("Domain", path) === "live");
    const owned = [...LIVE_PROPERTIES, ...PROVIDERS];
    const orphans = live.filter(
      (path) => !owned.some((own) => isAt(path.replace(/Unit$/, ""), own) || isAt(own, path)),
    );
    expect(orphans).toEqual([]);
    const refined = ["memory", "cpu.numa.cells.memory"];
    expect(
      LIVE_PROPERTIES.filter((own) => changeClass("Domain", own) !== "live" && !refined.includes(own)),
    ).toEqual([]);
  });
});
