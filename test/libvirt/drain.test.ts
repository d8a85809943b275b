import { describe, expect, it } from "vitest";
import type { ApiServer } from "../../libvirt/kubernetes/apiServer.ts";
import { drain } from "../../libvirt/kubernetes/drain.ts";

/** A cluster with one pod that no budget lets go; it notes whether its node takes pods. */
function cluster() {
  const cordons: boolean[] = [];
  const owner = { kind: "StatefulSet", controller: true };
  const pod = { metadata: { name: "db-0", namespace: "lab", uid: "1", ownerReferences: [owner] } };
  const server = {
    async request(method: string, path: string, body?: { spec: { unschedulable: boolean } }) {
      if (path.includes("/pods?")) return { code: 200, body: { items: [pod] } };
      if (path.endsWith("/eviction")) return { code: 429, body: { message: "the budget allows none" } };
      if (method === "PATCH" && body) cordons.push(body.spec.unschedulable);
      return { code: 200, body: { spec: {} } };
    },
  };
  return { cordons, server: server as unknown as ApiServer };
}

const options = (goesAnyway: boolean) => ({
  timeout: 0,
  goesAnyway,
  checkCancelled: async () => undefined,
  progress: () => undefined,
});

describe("a node that does not get empty", () => {
  it("takes pods again where its VM stays", async () => {
    const { cordons, server } = cluster();
    await expect(drain(server, "n", options(false))).rejects.toThrow(
      "pod lab/db-0 stays: the budget allows none",
    );
    expect(cordons).toEqual([true, false]);
  });

  it("takes none any more where its VM goes all the same", async () => {
    const { cordons, server } = cluster();
    await expect(drain(server, "n", options(true))).rejects.toThrow("it is not empty after 0 s");
    expect(cordons).toEqual([true]);
  });

  it("takes pods again where the update is cancelled", async () => {
    const { cordons, server } = cluster();
    const cancelled = {
      ...options(true),
      timeout: 60,
      checkCancelled: () => Promise.reject(new Error("cancelled")),
    };
    await expect(drain(server, "n", cancelled)).rejects.toThrow("cancelled");
    expect(cordons).toEqual([true, false]);
  });
});
