import { beforeAll, describe, expect, it } from "vitest";
import { domainArgs } from "../../components/domainArgs.ts";
import { requireFleet } from "../../model/fleet.ts";
import { Ledger } from "../../policy/ledger.ts";
import { readSettings, type Settings } from "../../policy/settings.ts";
import { numa } from "../../stacks/numa.ts";
import { domain, PLAN, resource } from "./resources.ts";

const MACHINE = { cpus: 2, memory: 2 * 1024 ** 3 };

let settings: Settings;
beforeAll(async () => {
  settings = await readSettings({}, "/", "2026-05-06");
});

const fleet = requireFleet(numa);
const plan = (rehearsal?: unknown) =>
  resource(PLAN, "plan", { fleet: numa, ...(rehearsal ? { rehearsal } : {}) });
const rehearsed = fleet.vms.map((vm) => {
  const host = fleet.hosts.find((h) => h.name === vm.host);
  if (!host) throw new Error(`no host ${vm.host}`);
  return JSON.parse(
    JSON.stringify(
      domainArgs(vm, { host, type: "qemu", disks: [], seed: undefined, sharedCpus: [], rehearsal: MACHINE }),
    ),
  );
});

function rules(ledger: Ledger, ...resources: Parameters<Ledger["judge"]>[0][]): string[] {
  return resources.flatMap((r) =>
    ledger
      .judge(r)
      .filter((f) => f.severity === "refuse")
      .map((f) => f.rule),
  );
}

describe("the Domains of a rehearsal", () => {
  it("stand for the plan's VMs", () => {
    expect(rules(new Ledger(settings), plan(MACHINE), ...rehearsed.map(domain))).toEqual([]);
  });

  it("count with the figures of those: another VM finds no more room than beside them", () => {
    const ledger = new Ledger(settings);
    rules(ledger, plan(MACHINE), ...rehearsed.map(domain));
    const further = { name: "further", type: "qemu", vcpu: 1, memory: 32, memoryUnit: "GiB" };
    expect(rules(ledger, domain({ ...further, numaTune: { memory: { nodeset: "1" } } }))).toContain(
      "host/cell-memory",
    );
  });

  it("are judged as they are where the plan says nothing of a rehearsal, or something of another form", () => {
    for (const told of [undefined, true, { cpus: "2", memory: 1 }, { cpus: 0, memory: 1 }]) {
      expect(
        rules(new Ledger(settings), plan(told), ...rehearsed.map(domain)),
        JSON.stringify(told),
      ).toContain("host/emulator-on-pinned");
    }
  });

  it("are judged as they are if they differ from what the rehearsal makes of the VM", () => {
    const [, data] = rehearsed;
    const changes = [
      { memory: data.memory + 1 },
      { cpuTune: { ...data.cpuTune, emulatorPin: { cpuSet: "0" } } },
      { numaTune: { memory: { mode: "preferred", nodeset: "0" } } },
    ];
    for (const change of changes) {
      const found = rules(new Ledger(settings), plan(MACHINE), domain({ ...data, ...change }));
      expect(found, JSON.stringify(change)).not.toEqual([]);
    }
  });

  it("are judged as they are where the pack's config names a budget", () => {
    const guarded = { ...settings, isBuiltIn: false };
    expect(rules(new Ledger(guarded), plan(MACHINE), ...rehearsed.map(domain))).toContain(
      "host/emulator-on-pinned",
    );
  });
});
