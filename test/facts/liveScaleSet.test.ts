import { expect, test } from "vitest";
import { scaleSetFacts } from "../../facts/liveScaleSet.ts";

/** What steers the pods of a live scale set whose runner has this port, beside what a placement knows. */
function constraints(port: object, spec: object = {}): readonly string[] {
  const pod = { ...spec, containers: [{ name: "runner", ports: [port] }] };
  return scaleSetFacts({ metadata: { name: "s", namespace: "n" }, spec: { template: { spec: pod } } })
    .constraints;
}

test("a node has each of its ports once: with the host's network every port is one of them", () => {
  expect(constraints({ containerPort: 80 })).toEqual([]);
  expect(constraints({ containerPort: 80, hostPort: 80 })).toEqual(["hostPort"]);
  expect(constraints({ containerPort: 80 }, { hostNetwork: true })).toEqual(["hostPort"]);
});
