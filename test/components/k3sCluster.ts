import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FleetInput } from "../../model/fleet.ts";
import { type ProgramRun, runProgram } from "./program.ts";

/** A k3s cluster by the names of its VMs, and the nodes that an audit has seen. */
export interface Members {
  readonly servers: readonly string[];
  readonly agents: readonly string[];
  readonly nodes?: NonNullable<FleetInput["nodes"]>;
}

/** Runs the program for a cluster on one host, with these tokens. */
export async function runCluster(
  { servers, agents, nodes = [] }: Members,
  tokens: { readonly agents: string; readonly servers: string },
): Promise<ProgramRun> {
  const vm = (name: string, role: "k3s-server" | "k3s-agent") => {
    const disks = [{ name: "os", class: "ssd" as const, size: "10 GB" }];
    return { name, role, host: "h", vcpus: 1, memory: "1 GiB", disks };
  };
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
    vms: [...servers.map((name) => vm(name, "k3s-server")), ...agents.map((name) => vm(name, "k3s-agent"))],
    nodes,
  };
  const folder = mkdtempSync(join(tmpdir(), "numafleet-k3s-"));
  try {
    const file = join(folder, "fleet.json");
    writeFileSync(file, JSON.stringify(fleet));
    const config = { today: "2026-05-06", k3sToken: tokens.agents, k3sServerToken: tokens.servers };
    return await runProgram({ ...config, fleet: file }, { preview: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
