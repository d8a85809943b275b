import { beforeAll, expect, test } from "vitest";
import { runCluster } from "./k3sCluster.ts";
import type { ProgramRun } from "./program.ts";
import { Secret } from "./recorder.ts";

const AGENTS = "K10-agents-token";
const SERVERS = "K10-servers-token";

let run: ProgramRun;
beforeAll(async () => {
  const members = { servers: ["first", "second"], agents: ["agent"] };
  run = await runCluster(members, { agents: AGENTS, servers: SERVERS });
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
