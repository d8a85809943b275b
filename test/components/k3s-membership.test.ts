import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runCluster } from "./k3sCluster.ts";
import { userDataOf } from "./seed.ts";

const FILE = "/etc/rancher/k3s/config.yaml";

/** Whom each VM joins, and who founds a cluster of several, by the seeds of a fleet in which some have joined. */
async function membership(servers: readonly string[], joined: readonly string[], agents = ["agent"]) {
  const nodes = joined.map((name) => ({
    name,
    vm: name,
    cluster: "lab",
    recorded: { source: "detected", date: "2026-05-06" } as const,
    allocatable: { cpu: 1, memory: "512Mi", ephemeralStorage: "1Gi", pods: 10 },
  }));
  const { recorder, errors, error } = await runCluster(
    { servers, agents, nodes },
    { agents: "A", servers: "S" },
  );
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
