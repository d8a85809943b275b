import { describe, expect, it } from "vitest";
import {
  type Figures,
  type PodFigures,
  podLimits,
  podRequests,
} from "../../../capacity/runners/podRequest.ts";

const asks = (requests: Figures, limits: Figures = {}) => ({ requests, limits });
const init = (requests: Figures, limits: Figures = {}) => ({ ...asks(requests, limits), sidecar: false });
const sidecar = (requests: Figures, limits: Figures = {}) => ({ ...asks(requests, limits), sidecar: true });

type Row = readonly [name: string, pod: PodFigures, requests: Figures];

const rows: readonly Row[] = [
  ["no containers", { containers: [] }, {}],
  [
    "containers are summed, and what one does not state counts for nothing",
    { containers: [asks({ cpu: 500, memory: 10 }), asks({ cpu: 250, storage: 3 })] },
    { cpu: 750, memory: 10, storage: 3 },
  ],
  [
    "of init containers the largest counts, resource by resource, where it exceeds the sum",
    {
      containers: [asks({ cpu: 500, memory: 10 })],
      initContainers: [init({ cpu: 900, memory: 4 }), init({ cpu: 100, memory: 12 })],
    },
    { cpu: 900, memory: 12 },
  ],
  [
    "an init container that asks for less costs nothing",
    { containers: [asks({ cpu: 500 })], initContainers: [init({ cpu: 500 })] },
    { cpu: 500 },
  ],
  [
    "a resource that only an init container asks for counts",
    { containers: [asks({ cpu: 500 })], initContainers: [init({ storage: 7 })] },
    { cpu: 500, storage: 7 },
  ],
  [
    "sidecars are summed with the containers",
    { containers: [asks({ cpu: 500 })], initContainers: [sidecar({ cpu: 300 }), sidecar({ cpu: 30 })] },
    { cpu: 830 },
  ],
  [
    "a sidecar runs beside the init containers after it",
    { containers: [asks({ cpu: 500 })], initContainers: [sidecar({ cpu: 300 }), init({ cpu: 900 })] },
    { cpu: 1200 },
  ],
  [
    "and not beside those before it",
    { containers: [asks({ cpu: 500 })], initContainers: [init({ cpu: 900 }), sidecar({ cpu: 300 })] },
    { cpu: 900 },
  ],
  [
    "the pod's own figure stands in the place of the containers', the others stay",
    { containers: [asks({ cpu: 500, storage: 3 })], own: asks({ cpu: 200 }) },
    { cpu: 200, storage: 3 },
  ],
  [
    "overhead is added to everything",
    {
      containers: [asks({ cpu: 500 })],
      initContainers: [init({ cpu: 900 })],
      own: asks({ cpu: 200 }),
      overhead: { cpu: 50, memory: 6, storage: undefined },
    },
    { cpu: 250, memory: 6 },
  ],
];

describe("requests of a pod", () => {
  it.each(rows)("%s", (_, pod, requests) => {
    expect(podRequests(pod)).toEqual(requests);
  });
});

describe("limits of a pod", () => {
  it("follow the same rule", () => {
    const pod = {
      containers: [asks({}, { memory: 10 }), asks({ memory: 99 })],
      initContainers: [sidecar({}, { memory: 5 }), init({}, { memory: 20 })],
    };
    expect(podLimits(pod)).toEqual({ memory: 25 });
  });

  it("are raised by overhead only where there is one", () => {
    const overhead = { cpu: 50, memory: 6, storage: 1 };
    expect(podLimits({ containers: [asks({}, { memory: 10, storage: 0 })], overhead })).toEqual({
      memory: 16,
      storage: 0,
    });
  });

  it("do not change what is given", () => {
    const one = Object.freeze({ cpu: 1 });
    const pod = { containers: [asks(one, one)], initContainers: [sidecar(one, one), init(one, one)] };
    expect([podRequests(pod), podLimits(pod), podRequests(pod)]).toEqual([
      { cpu: 2 },
      { cpu: 2 },
      { cpu: 2 },
    ]);
  });
});
