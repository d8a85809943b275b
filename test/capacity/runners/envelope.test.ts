import { describe, expect, it } from "vitest";
import { runnerEnvelope } from "../../../capacity/runners/envelope.ts";
import { aScaleSet } from "../../components/fixtures.ts";

const GIB = 1024 ** 3;

const figures = (cpu: string, memory: string, storage: string) => ({
  requests: { cpu, memory, ephemeralStorage: storage },
  limits: { cpu, memory, ephemeralStorage: storage },
});
const proxy = { name: "proxy", image: "i", sidecar: true, ...figures("1", "1Gi", "1Gi") };
const warm = { name: "warm", image: "i", ...figures("4", "2Gi", "1Gi") };
const runtimeClass = { name: "kata", overhead: { cpu: "250m", memory: "1Gi" } };
const runner = { name: "runner" as const, ...figures("2", "8Gi", "2Gi") };
const workflow = { name: "workflow" as const, ...figures("1", "4Gi", "1Gi") };

describe("the envelope of a runner", () => {
  it("counts init containers, sidecars and overhead as the scheduler does", () => {
    const set = aScaleSet({ containers: [runner], initContainers: [proxy, warm], runtimeClass });
    expect(runnerEnvelope(set)).toEqual({
      requests: { cpu: 5250, memory: 10 * GIB, ephemeralStorage: 3 * GIB },
      limits: { cpu: 5250, memory: 10 * GIB, ephemeralStorage: 3 * GIB },
      pods: [
        {
          role: "runner",
          cpu: 5250,
          memory: 10 * GIB,
          ephemeralStorage: 3 * GIB,
          pods: 1,
          memoryLimit: 10 * GIB,
          ephemeralLimit: 3 * GIB,
        },
      ],
      missing: [],
    });
    const after = aScaleSet({ containers: [runner], initContainers: [warm, proxy], runtimeClass });
    expect(runnerEnvelope(after).requests.cpu).toBe(4250);
  });

  it("adds overhead to each pod of a runner, and init containers to its own alone", () => {
    const set = (containerMode: "kubernetes" | "kubernetes-novolume") =>
      aScaleSet({
        containerMode,
        containers: [runner, workflow],
        initContainers: [proxy],
        runtimeClass,
      });
    const pods = (mode: Parameters<typeof set>[0]) =>
      runnerEnvelope(set(mode)).pods?.map(({ role, cpu, memory, pods: count }) => [role, cpu, memory, count]);
    expect(pods("kubernetes-novolume")).toEqual([
      ["runner", 3250, 10 * GIB, 1],
      ["workflow", 1250, 5 * GIB, 1],
    ]);
    expect(pods("kubernetes")).toEqual([["runner", 4500, 15 * GIB, 2]]);
  });

  it("is unknown where an init container lacks a figure", () => {
    const { requests, missing, pods } = runnerEnvelope(
      aScaleSet({ initContainers: [{ name: "warm", image: "i", requests: { cpu: "1" } }] }),
    );
    expect({ requests, missing, pods }).toEqual({
      requests: { cpu: 1000, memory: null, ephemeralStorage: 2 * GIB },
      missing: ["memory request of container warm", "memory limit of container warm"],
      pods: null,
    });
  });
});
