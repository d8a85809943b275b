import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { podEnvelope } from "../../facts/podEnvelope.ts";
import { figuresOf, newReading } from "../../facts/resourceFigures.ts";

const GI = 1024 ** 3;

function envelope(spec: object, status: object = {}) {
  const reading = newReading();
  return { ...podEnvelope(spec as never, "spec", reading, status as never), ...reading };
}

const container = (name: string, requests: object, limits: object = {}, more: object = {}) => ({
  name,
  resources: { requests, limits },
  ...more,
});

describe("quantities of live objects", () => {
  it.each([
    ["1.5Gi", 1.5 * GI],
    ["1e3", 1000],
    ["1E3", 1000],
    ["100m", 1],
    ["2k", 2000],
    ["2M", 2e6],
    ["+1Ki", 1024],
    [".5Ki", 512],
    ["5.", 5],
    ["1e-1", 1],
    ["0", 0],
    [128974848, 128974848],
    ["1Pi", 1024 ** 5],
    ["1n", 1],
  ])("takes memory %j as an API server does", (value, bytes) => {
    const reading = newReading();
    expect(figuresOf({ memory: value }, "limits", "demand", reading)).toEqual({ memory: bytes });
    expect(reading.faults).toEqual([]);
  });

  it.each([
    ["2", 2000],
    ["100m", 100],
    ["1e3", 1_000_000],
    ["2k", 2_000_000],
    ["1Ki", 1_024_000],
    ["100u", 1],
    [0.5, 500],
  ])("takes cpu %j as an API server does", (value, millicores) => {
    expect(figuresOf({ cpu: value }, "limits", "demand", newReading())).toEqual({ cpu: millicores });
  });

  const expected = 'expected a quantity, like "1.5Gi", "1e3", "100m" or "2k"';
  it.each([
    ["12x", `\`limits.memory\` is "12x", ${expected}; there is no unit "x"`],
    ["1 Gi", `\`limits.memory\` is "1 Gi", ${expected}; there is a blank before the unit`],
    ["1gi", `\`limits.memory\` is "1gi", ${expected}; there is no unit "gi", did you mean G or Gi?`],
    ["", `\`limits.memory\` is "", ${expected}`],
    ["-1Gi", `\`limits.memory\` is "-1Gi", ${expected}; it is negative`],
    ["1e", `\`limits.memory\` is "1e", ${expected}; there is no unit "e", did you mean E or Ei?`],
    ["Gi", `\`limits.memory\` is "Gi", ${expected}`],
    [
      "9Ei",
      '`limits.memory` is "9Ei", expected a quantity that can be counted exactly (at most 9007199254740991)',
    ],
    [{}, "`limits.memory` is {}, expected a quantity"],
    [null, "`limits.memory` is null, expected a quantity"],
    ["1\u001b[31m", `\`limits.memory\` is "1\\u001b[31m", ${expected}; there is no unit "\\u001b[31m"`],
  ])("tells what is wrong with %j", (value, fault) => {
    const reading = newReading();
    expect(figuresOf({ memory: value }, "limits", "demand", reading)).toEqual({});
    expect(reading.faults).toEqual([fault]);
  });
});

describe("the envelope of a pod", () => {
  it("sums containers and sidecars, and lets the largest step of initialisation count where it is more", () => {
    const spec = {
      initContainers: [
        container("early", { cpu: "3", memory: "1Gi" }),
        container("dind", { cpu: "1", memory: "2Gi" }, { memory: "4Gi" }, { restartPolicy: "Always" }),
        container("late", { cpu: "2", memory: "9Gi" }),
      ],
      containers: [container("runner", { cpu: "1", memory: "4Gi" }, { cpu: "2", memory: "8Gi" })],
      overhead: { cpu: "250m", memory: "128Mi" },
    };
    const { requests, limits, missing } = envelope(spec);
    expect(requests).toEqual({ cpu: 3250, memory: 11 * GI + 128 * 1024 ** 2 });
    expect(limits).toEqual({ cpu: 2250, memory: 12 * GI + 128 * 1024 ** 2 });
    expect(missing).toEqual([]);
  });

  it("takes a limit for the request that is not stated, and tells what no container states", () => {
    const spec = {
      containers: [
        container("runner", {}, { cpu: "2", memory: "8Gi" }),
        container("metrics", { cpu: "10m" }),
        { name: "bare" },
      ],
    };
    expect(envelope(spec)).toMatchObject({
      requests: { cpu: 2010, memory: 8 * GI },
      missing: [
        "cpu request of container bare",
        "memory request of container metrics",
        "memory request of container bare",
        "memory limit of container metrics",
        "memory limit of container bare",
      ],
    });
  });

  it("lets what the pod states for itself stand for the sum", () => {
    const spec = {
      resources: { requests: { cpu: "4" }, limits: { memory: "10Gi" } },
      containers: [container("runner", { cpu: "1", memory: "1Gi" })],
    };
    expect(envelope(spec)).toMatchObject({
      requests: { cpu: 4000, memory: GI },
      limits: { memory: 10 * GI },
      missing: [],
    });
  });

  it("counts a container that is resized with the most of what it has and is to have", () => {
    const spec = { containers: [container("db", { cpu: "1", memory: "1Gi" }, { memory: "2Gi" })] };
    const held = {
      resources: { requests: { cpu: "3" }, limits: { memory: "1Gi" } },
      allocatedResources: { memory: "2Gi" },
    };
    const status = { containerStatuses: [{ name: "db", ...held }] };
    expect(envelope(spec, status)).toMatchObject({
      requests: { cpu: 3000, memory: 2 * GI },
      limits: { memory: 2 * GI },
    });
    const infeasible = { ...status, conditions: [{ type: "PodResizePending", reason: "Infeasible" }] };
    expect(
      envelope({ containers: [container("db", { cpu: "9" }, { memory: "9Gi" })] }, infeasible),
    ).toMatchObject({
      requests: { cpu: 3000, memory: 2 * GI },
      limits: { memory: GI },
    });
  });

  it("names other resources that are asked for", () => {
    const spec = { containers: [container("runner", { "devices.example/kvm": "1", "hugepages-2Mi": "0" })] };
    expect([...envelope(spec).others]).toEqual(["devices.example/kvm"]);
  });

  /**
   * Kubernetes' rule as it is explained (KEP 753): the pod holds, at every moment, what runs then; it asks for the most
   * of all moments. Init containers run one after the other, sidecars from their place on.
   */
  it("asks for the most that runs at once at any moment", () => {
    const amount = fc.integer({ min: 0, max: 20 });
    const part = fc.record({ cpu: amount, memory: amount, sidecar: fc.boolean() });
    const parts = fc.array(part, { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.array(part, { minLength: 1, maxLength: 4 }), amount, (init, main, overhead) => {
        const resources = (p: { cpu: number; memory: number }) => ({
          cpu: `${p.cpu * 100}m`,
          memory: `${p.memory}Mi`,
        });
        const spec = {
          initContainers: init.map((p, i) =>
            container(`init${i}`, resources(p), {}, p.sidecar ? { restartPolicy: "Always" } : {}),
          ),
          containers: main.map((p, i) => container(`main${i}`, resources(p))),
          overhead: { cpu: `${overhead}m`, memory: String(overhead) },
        };
        const moments: (readonly { cpu: number; memory: number }[])[] = [];
        init.forEach((p, i) => {
          moments.push([...init.slice(0, i).filter((q) => q.sidecar), p]);
        });
        moments.push([...init.filter((q) => q.sidecar), ...main]);
        const peak = (f: "cpu" | "memory") =>
          Math.max(...moments.map((m) => m.reduce((sum, p) => sum + p[f], 0)));
        expect(envelope(spec).requests).toEqual({
          cpu: peak("cpu") * 100 + overhead,
          memory: peak("memory") * 1024 ** 2 + overhead,
        });
      }),
    );
  });
});
