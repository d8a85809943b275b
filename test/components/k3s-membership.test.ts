import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { FleetInput } from "../../model/fleet.ts";
import { runProgram } from "./program.ts";
import { userDataOf } from "./seed.ts";

const FILE = "/etc/rancher/k3s/config.yaml";
const folder = mkdtempSync(join(tmpdir(), "numafleet-membership-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Whom each VM joins, and who founds a cluster of several, by the seeds of a fleet in which some have joined. */
async function membership(servers: readonly string[], joined: readonly string[], agents = ["agent"]) {
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
    nodes: joined.map((name) => ({
      name,
      vm: name,
      cluster: "lab",
      recorded: { source: "detected", date: "2026-05-06" },
      allocatable: { cpu: 1, memory: "512Mi", ephemeralStorage: "1Gi", pods: 10 },
    })),
  };
  const file = join(folder, "fleet.json");
  writeFileSync(file, JSON.stringify(fleet));
  const config = { today: "2026-05-06", fleet: file, k3sToken: "A", k3sServerToken: "S" };
  const { recorder, errors, error } = await runProgram(config, { preview: false });
  expect([error, errors]).toEqual([undefined, []]);
  return Object.fromEntries(
    [...servers, ...agents].map((name) => {
      const { write_files } = userDataOf(
        recorder.get("libvirt:index/cloudinitDisk:CloudinitDisk", `${name}/cloud-init/seed`),
      );
      const found = write_files.find(({ path }: { path: string }) => path === FILE);
      const { server, "cluster-init": founds } = parse(found.content);
      return [name, server?.replace(/^https:\/\/(.*):6443$/, "$1") ?? (founds ? "founds it" : "is it")];
    }),
  );
}

describe("who joins whom", () => {
  test("in a new cluster: the first server of the fleet founds it", async () => {
    expect(await membership(["a", "b", "c"], [])).toEqual({ a: "founds it", b: "a", c: "a", agent: "a" });
    expect(await membership(["a"], [])).toEqual({ a: "is it", agent: "a" });
  });

  test("in a cluster that is there: also the server that founded it, should it be made anew", async () => {
    expect(await membership(["a", "b", "c"], ["a", "b", "c"])).toEqual({
      a: "b",
      b: "a",
      c: "a",
      agent: "a",
    });
    expect(await membership(["a"], ["a"])).toEqual({ a: "is it", agent: "a" });
  });

  test("a server that comes founds none, wherever the fleet has it", async () => {
    expect(await membership(["new", "a"], ["a"])).toEqual({ new: "a", a: "founds it", agent: "a" });
    expect(await membership(["a", "new"], ["a"])).toEqual({ a: "founds it", new: "a", agent: "a" });
  });
});
