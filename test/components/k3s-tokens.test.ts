import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import { type ProgramRun, runProgram } from "./program.ts";
import { Secret } from "./recorder.ts";

const AGENTS = "K10-agents-token";
const SERVERS = "K10-servers-token";

const vm = (name: string, role: "k3s-server" | "k3s-agent") => ({
  name,
  role,
  host: "h",
  vcpus: 1,
  memory: "1 GiB",
});
const fleet: FleetInput = {
  hosts: [
    {
      name: "h",
      uri: "qemu:///system",
      recorded: { source: "configured", date: "2026-05-06" },
      cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: "64 GiB" }],
      reserved: { memoryPerCell: "1 GiB" },
      pools: [{ name: "p", class: "ssd", path: "/p", capacity: "1 TB" }],
    },
  ],
  vms: [vm("first", "k3s-server"), vm("second", "k3s-server"), vm("agent", "k3s-agent")],
};

const folder = mkdtempSync(join(tmpdir(), "numafleet-tokens-"));
afterAll(() => rmSync(folder, { recursive: true }));

let run: ProgramRun;
beforeAll(async () => {
  const file = join(folder, "fleet.json");
  writeFileSync(file, JSON.stringify(fleet));
  const config = { today: "2026-05-06", fleet: file, k3sToken: AGENTS, k3sServerToken: SERVERS };
  run = await runProgram(config, { preview: false });
});

/** All that is registered for a VM, as a text: secrets open, or left out. */
function registered(name: string, { open }: { open: boolean }): string {
  const own = run.recorder.registrations.filter((r) => r.name === name || r.name.startsWith(`${name}/`));
  expect(own.length).toBeGreaterThan(2);
  return JSON.stringify(own, (_, value) => (value instanceof Secret && !open ? null : value));
}

test("servers hold both tokens, an agent never the servers'", () => {
  for (const server of ["first", "second"]) {
    expect(registered(server, { open: true })).toContain(AGENTS);
    expect(registered(server, { open: true })).toContain(SERVERS);
  }
  expect(registered("agent", { open: true })).toContain(AGENTS);
  expect(registered("agent", { open: true })).not.toContain(SERVERS);
});

test("no token is registered in the clear, nor an output of the stack", () => {
  for (const name of ["first", "second", "agent"]) {
    expect(registered(name, { open: false })).not.toMatch(/K10-/);
  }
  expect(run.outputs).toBeDefined();
  expect(JSON.stringify(run.outputs)).not.toMatch(/K10-/);
});
