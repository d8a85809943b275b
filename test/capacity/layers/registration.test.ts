import { expect, test } from "vitest";
import { judgeLayers } from "../../../capacity/layers/layers.ts";
import { fleetOf, type NodeInput, texts, type VmInput, vm } from "../host/fleet.ts";

const disk = { name: "os", class: "ssd", size: "40 GB" } as const;
const agent: VmInput = vm("a", { role: "k3s-agent", disks: [disk] });
const recorded: NodeInput = {
  name: "n",
  cluster: "c",
  vm: "a",
  recorded: { source: "detected", date: "2026-05-03" },
  allocatable: { cpu: "2", memory: "4Gi", ephemeralStorage: "40G", pods: 110 },
};
const layers = (a: Partial<VmInput>, n: Partial<NodeInput>) =>
  fleetOf([{ ...agent, ...a }], {}, { nodes: [{ ...recorded, ...n }] });

const cases = [
  {
    name: "a VM without a k3s role cannot be a node",
    fleet: fleetOf([vm("a", { disks: [disk] })], {}, { nodes: [recorded] }),
    texts: [
      "warn layers/node-role nodes[0].vm: Node n in cluster c runs in VM a, which has no k3s role and would not join a cluster. | Give VM a the role k3s-server or k3s-agent.",
    ],
  },
  {
    name: "a server that an audit saw without the control-plane label",
    fleet: layers({ role: "k3s-server" }, {}),
    texts: [
      "warn layers/node-role nodes[0].labels: Node n in cluster c is recorded without the label node-role.kubernetes.io/control-plane, but its VM a has the role k3s-server. | Correct the VM's role, or audit the node again.",
    ],
  },
  {
    name: "a record written by a person need not list the label",
    fleet: layers({ role: "k3s-server" }, { recorded: { source: "configured", date: "2026-05-03" } }),
    texts: [],
  },
  {
    name: "an agent that is recorded as control plane",
    fleet: layers({}, { labels: { "node-role.kubernetes.io/control-plane": "true" } }),
    texts: [
      "warn layers/node-role nodes[0].labels: Node n in cluster c is recorded with the label node-role.kubernetes.io/control-plane, but its VM a has the role k3s-agent. | Correct the VM's role, or audit the node again.",
    ],
  },
  {
    name: "taints that only one side has; those of Kubernetes itself do not count",
    fleet: layers(
      { taints: [{ key: "workload", value: "slm", effect: "NoSchedule" }] },
      {
        taints: [
          { key: "other", effect: "NoExecute" },
          { key: "node.kubernetes.io/unreachable", effect: "NoExecute" },
        ],
      },
    ),
    texts: [
      "warn layers/node-taints nodes[0].taints: Node n in cluster c lacks the taint workload=slm:NoSchedule of its VM a and carries the taint other:NoExecute, which VM a does not declare; k3s applies them only when a node first registers. | Make the VM's taints and the node's agree, and set them on the node itself.",
    ],
  },
  {
    name: "labels that differ; those that Kubernetes and k3s write do not count",
    fleet: layers(
      { labels: { "x/y": "1", z: "2" } },
      {
        labels: {
          "kubernetes.io/arch": "amd64",
          "node.k3s.io/x": "1",
          z: "3",
          "capability.tinyland.dev/kvm": "true",
        },
      },
    ),
    texts: [
      "warn layers/node-labels nodes[0].labels: Node n in cluster c lacks the labels x/y=1 and z=2 of its VM a and carries the labels capability.tinyland.dev/kvm=true and z=3, which VM a does not declare; k3s applies them only when a node first registers. | Make the VM's labels and the node's agree, and set them on the node itself.",
    ],
  },
  {
    name: "taints and labels that agree pass",
    fleet: layers(
      { labels: { z: "2" }, taints: [{ key: "workload", value: "slm", effect: "NoSchedule" }] },
      { labels: { z: "2" }, taints: [{ key: "workload", value: "slm", effect: "NoSchedule" }] },
    ),
    texts: [],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeLayers(fleet))).toEqual(expected);
});
