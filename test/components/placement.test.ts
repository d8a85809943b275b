import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { judge } from "../../capacity/judge.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { runProgram } from "./program.ts";

/** The program with VMs that name no host: where they go, and that they stay there. */

const folder = mkdtempSync(join(tmpdir(), "numafleet-placement-"));
afterAll(() => rmSync(folder, { recursive: true }));
let exitListeners: number;
beforeEach(() => {
  exitListeners = process.listenerCount("exit");
});
afterEach(() => {
  for (const listener of process.listeners("exit").slice(exitListeners)) process.off("exit", listener);
});

type HostInput = NonNullable<FleetInput["hosts"]>[number];
type VmInput = NonNullable<FleetInput["vms"]>[number];

const host = (name: string, facts: Partial<HostInput> = {}): HostInput => ({
  name,
  uri: `qemu+ssh://root@${name}/system`,
  recorded: { source: "configured", date: "2026-05-03" },
  cells: [
    { id: 0, cores: ["0,8", "1,9", "2,10", "3,11"], memory: "32 GiB" },
    { id: 1, cores: ["4,12", "5,13", "6,14", "7,15"], memory: "32 GiB" },
  ],
  reserved: { cpus: "3,11,7,15", memoryPerCell: "1 GiB" },
  pools: [{ name: "fast", class: "ssd", path: "/fast", capacity: "1 TB" }],
  ...facts,
});
const vm = (name: string, facts: Partial<VmInput> = {}): VmInput => ({
  name,
  vcpus: 2,
  memory: "8 GiB",
  disks: [{ name: "os", class: "ssd", size: "40 GB" }],
  ...facts,
});
const fleet = (vms: VmInput[], more: Partial<FleetInput> = {}): FleetInput => ({
  hosts: [host("a"), host("b")],
  vms,
  ...more,
});

let files = 0;
function run(given: FleetInput, previous: Record<string, unknown> = {}, preview = false) {
  const file = join(folder, `fleet-${files++}.json`);
  writeFileSync(file, JSON.stringify(given));
  const call = (token: string) => (token === "pulumi:pulumi:readStackOutputs" ? { outputs: previous } : {});
  return runProgram({ today: "2026-05-06", fleet: file }, { preview, call });
}

/** Host, pins and pool of each domain that was registered. */
function domains({ recorder }: Awaited<ReturnType<typeof run>>) {
  return Object.fromEntries(
    recorder.registrations
      .filter((r) => r.type === "libvirt:index/domain:Domain")
      .map(({ name, inputs, provider }) => [
        name,
        [
          provider.split(" ").at(-1),
          (inputs.cpuTune as { vcpuPins?: { cpuSet: string }[] } | undefined)?.vcpuPins
            ?.map((p) => p.cpuSet)
            .join(" ") ?? "shared",
          (inputs.numaTune as { memory?: { nodeset?: string } } | undefined)?.memory?.nodeset,
        ],
      ]),
  );
}

describe("VMs without a host", () => {
  test("are placed, told, and kept in the stack's outputs", async () => {
    const first = await run(fleet([vm("db"), vm("web", { memory: "4 GiB" })]));
    expect(first.error).toBeUndefined();
    const placed = domains(first);
    expect(placed).toEqual({ db: ["a", "0 8", "0"], web: ["b", "0 8", "0"] });
    expect(first.infos.join("\n")).toContain(
      "VM db is placed on host a: cell 0, CPUs 0,8, emulator on 3,11, disk os in pool fast.",
    );
    expect(first.outputs?.placements).toEqual([
      { vm: "db", host: "a", cells: "0", pins: ["0", "8"], emulator: "3,11", pools: { os: "fast" } },
      { vm: "web", host: "b", cells: "0", pins: ["0", "8"], emulator: "3,11", pools: { os: "fast" } },
    ]);
  });

  test("stay where they are when others come and go", async () => {
    const first = await run(fleet([vm("db"), vm("web", { memory: "4 GiB" })]));
    const more = [vm("big", { memory: "24 GiB", vcpus: 4 }), vm("web", { memory: "4 GiB" }), vm("db")];
    const second = await run(fleet(more), first.outputs);
    expect(domains(second)).toMatchObject(domains(first));
    expect(Object.keys(domains(second))).toHaveLength(3);
    expect(second.infos.join("\n")).not.toContain("VM db is placed");
    expect(second.infos.join("\n")).toContain("VM big is placed on host");
  });

  test("are told of nothing, and are the same to the plan, in an update without a change", async () => {
    const first = await run(fleet([vm("db")]));
    const second = await run(fleet([vm("db")]), first.outputs);
    expect(second.infos).toEqual([]);
    const plan = (r: typeof first) =>
      r.recorder.registrations.find((each) => each.type === "numafleet:capacity:Plan")?.inputs;
    expect(plan(second)).toEqual(plan(first));
    expect(second.outputs).toEqual(first.outputs);
  });

  test("are judged in the same places by whoever reads the plan", async () => {
    const first = await run(fleet([vm("db"), vm("web")]));
    const plan = first.recorder.registrations[0]?.inputs.fleet;
    const { placements } = judge(requireFleet(plan), { today: "2026-05-06" });
    expect(placements.map((p) => [p.vm, p.host, p.made])).toEqual([
      ["db", "a", false],
      ["web", "b", false],
    ]);
  });

  test("that have grown get CPUs on the host where their disks are", async () => {
    const first = await run(fleet([vm("db"), vm("web", { memory: "4 GiB" })]));
    const second = await run(fleet([vm("db"), vm("web", { memory: "4 GiB", vcpus: 4 })]), first.outputs);
    expect(domains(second).db).toEqual(["a", "0 8", "0"]);
    expect(domains(second).web?.[0]).toBe("b");
    expect(String(domains(second).web?.[1]).split(" ")).toHaveLength(4);
  });

  test("that find no place are refused with what each host lacks, and nothing is registered", async () => {
    const { recorder, error, errors } = await run(fleet([vm("huge", { memory: "64 GiB" })]));
    expect(error?.message).toMatch(/^Refused: 1 finding/);
    expect(recorder.registrations).toEqual([]);
    expect(errors.join("\n")).toContain("placement/no-eligible-host: No host has a place for VM huge: a ");
  });

  test("get a GPU that is free, and their domain has it as a device", async () => {
    const gpus = [{ address: "0000:65:00.0", mode: "passthrough" as const, iommuGroup: 7, cell: 1 }];
    const hosts = [host("a"), host("b", { gpus })];
    const first = await run({ ...fleet([vm("render", { gpus: [{}] })]), hosts });
    expect(first.infos.join("\n")).toContain(
      "VM render is placed on host b: cell 1, CPUs 4,12, emulator on 7,15, GPU 0000:65:00.0, disk os in pool fast.",
    );
    const domain = first.recorder.registrations.find((r) => r.type === "libvirt:index/domain:Domain");
    expect(domain?.inputs.devices).toMatchObject({
      hostdevs: [
        { managed: true, subsysPci: { source: { address: { domain: 0, bus: 0x65, slot: 0, function: 0 } } } },
      ],
    });
    const second = await run({ ...fleet([vm("render", { gpus: [{}] })]), hosts }, first.outputs);
    expect(second.infos).toEqual([]);
    expect(second.outputs).toEqual(first.outputs);
  });

  test("are refused where their host is gone", async () => {
    const first = await run(fleet([vm("db")]));
    const { errors, recorder } = await run({ ...fleet([vm("db")]), hosts: [host("b")] }, first.outputs);
    expect(errors.join("\n")).toContain(
      "placement/host-gone: VM db is on host a, which the fleet no longer has; placing it anew would make it anew, and its disks with it.",
    );
    expect(recorder.registrations).toEqual([]);
  });

  test("move where a record says so, and that is told", async () => {
    const first = await run(fleet([vm("db")]));
    const [record] = (first.outputs?.placements ?? []) as object[];
    const moved = fleet([vm("db")], { placements: [{ ...record, host: "b" } as never] });
    const second = await run(moved, first.outputs);
    expect(domains(second).db?.[0]).toBe("b");
    expect(second.warnings.join("\n")).toContain(
      "placement/moves: VM db moves from host a to host b: unless `fleet move` has taken it there, it is made anew, and its disks with it.",
    );
  });
});

test("outputs of another shape are no placements", async () => {
  for (const placements of [{}, "x", [{ host: "a" }], [{ vm: "web", host: "a", pins: ["x"] }]]) {
    const { error, outputs } = await run(fleet([vm("db")]), { placements });
    expect(error).toBeUndefined();
    expect(outputs?.placements).toHaveLength(1);
  }
});

test("a placement that the stack remembers and nobody can read is not passed over: the VM would be made anew", async () => {
  for (const entry of [
    { vm: "db" },
    { vm: "db", host: "b", pins: ["x"] },
    { vm: "db", host: "b", later: 1 },
  ]) {
    const { error, errors, recorder } = await run(fleet([vm("db")]), { placements: [entry] });
    expect(error?.message).toMatch(/^Refused: 1 finding/);
    expect(errors.join("\n")).toContain(
      "placement/unread-record: The stack remembers a placement of VM db that",
    );
    expect(recorder.registrations).toEqual([]);
  }
  const recorded = { placements: [{ vm: "db", host: "b" }] };
  const { error, outputs } = await run(fleet([vm("db", { cpuPolicy: "shared" })], recorded), {
    placements: [{ vm: "db", host: "b", later: 1 }],
  });
  expect(error).toBeUndefined();
  expect(outputs?.placements).toMatchObject([{ vm: "db", host: "b" }]);
});

test("a stack whose outputs cannot be read places nothing anew", async () => {
  const again = (given: FleetInput) => {
    const file = join(folder, `fleet-${files++}.json`);
    writeFileSync(file, JSON.stringify(given));
    const call = (token: string) => {
      if (token === "pulumi:pulumi:readStackOutputs") throw new Error("the state is locked");
      return {};
    };
    return runProgram({ today: "2026-05-06", fleet: file }, { preview: false, call });
  };
  const { errors, recorder } = await again(fleet([vm("db"), vm("web")]));
  expect(errors.join("\n")).toMatch(
    /placement\/unread-record: The outputs of the last update cannot be read \(.+?\), and the place of VM db and of 1 more is recorded nowhere else; placing them anew could make them anew elsewhere, and their disks with them\. \(vms\[0\]\)/,
  );
  expect(recorder.registrations).toEqual([]);
  const placements = [{ vm: "db", host: "b" }];
  const kept = await again(fleet([vm("db", { cpuPolicy: "shared" })], { placements }));
  expect(kept.error).toBeUndefined();
  expect(kept.outputs?.placements).toMatchObject(placements);
});
