import { expect, test } from "vitest";
import { judgeLayers } from "../../../capacity/layers/layers.ts";
import { kubeletArgs } from "../../../components/kubeletArgs.ts";
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
    name: "a node may offer all that its VM has",
    fleet: layers({}, {}),
    texts: [],
  },
  {
    name: "a node that offers more is short of CPU, memory and disk",
    fleet: layers({}, { allocatable: { cpu: "2001m", memory: "4097Mi", ephemeralStorage: "41G" } }),
    texts: [
      "refuse layers/node-cpu nodes[0].allocatable.cpu: Node n in cluster c offers more CPUs than its VM a on host h has: requested 2.001, available 2 (vCPUs), short by 0.001. | Audit the node again, or raise the vcpus of VM a.",
      "refuse layers/node-memory nodes[0].allocatable.memory: Node n in cluster c offers more memory than its VM a on host h has: requested 4.00Gi, available 4Gi (memory), short by 1Mi. | Audit the node again, or raise the memory of VM a.",
      "refuse layers/node-ephemeral-storage nodes[0].allocatable.ephemeralStorage: Node n in cluster c offers more ephemeral storage than its VM a on host h has: requested 38.18Gi, available 37.25Gi (disk os of 40 GB), short by 953.67Mi. | Audit the node again, or give VM a a larger disk for /var/lib/kubelet.",
    ],
  },
  {
    name: "what the record lacks cannot be proven, and the rest is judged all the same",
    fleet: layers({}, { allocatable: { cpu: "4", pods: 110 } }),
    texts: [
      "refuse layers/node-unknown nodes[0].allocatable: Cannot prove that node n in cluster c fits into its VM a on host h: its record lacks allocatable memory and ephemeral storage. | Record the node's status.allocatable with the date of the audit.",
      "refuse layers/node-cpu nodes[0].allocatable.cpu: Node n in cluster c offers more CPUs than its VM a on host h has: requested 4, available 2 (vCPUs), short by 2. | Audit the node again, or raise the vcpus of VM a.",
    ],
  },
  {
    name: "a VM without a disk has no ephemeral storage",
    fleet: layers({ disks: [] }, {}),
    texts: [
      "refuse layers/node-ephemeral-storage nodes[0].allocatable.ephemeralStorage: Node n in cluster c offers more ephemeral storage than its VM a on host h has: requested 37.25Gi, available 0 (no disk), short by 37.25Gi. | Audit the node again, or give VM a a larger disk for /var/lib/kubelet.",
    ],
  },
  {
    name: "the disk under the kubelet's directory counts, not one beside it",
    fleet: layers(
      {
        disks: [
          { ...disk, mount: "/" },
          { ...disk, name: "var", size: "10 GB", mount: "/var/lib" },
          { ...disk, name: "beside", size: "90 GB", mount: "/var/lib/kube" },
        ],
      },
      {},
    ),
    texts: [
      "refuse layers/node-ephemeral-storage nodes[0].allocatable.ephemeralStorage: Node n in cluster c offers more ephemeral storage than its VM a on host h has: requested 37.25Gi, available 9.31Gi (disk var of 10 GB), short by 27.94Gi. | Audit the node again, or give VM a a larger disk for /var/lib/kubelet.",
    ],
  },
  {
    name: "a disk mounted at the root stands for all that is not mounted apart",
    fleet: layers(
      {
        disks: [
          { ...disk, name: "boot", size: "1 GB" },
          { ...disk, mount: "/" },
        ],
      },
      {},
    ),
    texts: [],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeLayers(fleet))).toEqual(expected);
});

test("a node outside of the fleet's VMs is no matter of the layers, whatever its record lacks", () => {
  const { vm: _vm, ...outside } = recorded;
  expect(judgeLayers(fleetOf([agent], {}, { nodes: [{ ...outside, allocatable: {} }] }))).toEqual([]);
});

test("a VM that shrinks below what its node offers is found out, down to the pod's node", () => {
  const before = layers({}, {});
  const after = layers({ memory: "3 GiB" }, {});
  expect(judgeLayers(before)).toEqual([]);
  expect(judgeLayers(after).map((f) => [f.rule, f.need, f.have])).toEqual([
    ["layers/node-memory", 4 * 1024 ** 3, 3 * 1024 ** 3],
  ]);
});

test("what the kubelet keeps back of the VM cannot be offered, and is what its config file says", () => {
  const k3s: VmInput["k3s"] = {
    reserved: {
      system: { cpu: "500m", memory: "512Mi", ephemeralStorage: "1G" },
      kube: { cpu: "250m", memory: "256Mi" },
    },
    evictionHard: { memory: "256Mi", ephemeralStorage: "2G" },
  };
  const most = { cpu: "1250m", memory: "3Gi", ephemeralStorage: "37G", pods: 110 };
  expect(texts(judgeLayers(layers({ k3s }, { allocatable: most })))).toEqual([]);
  const more = { cpu: "1251m", memory: "3073Mi", ephemeralStorage: "38G", pods: 110 };
  expect(texts(judgeLayers(layers({ k3s }, { allocatable: more })))).toEqual([
    "refuse layers/node-cpu nodes[0].allocatable.cpu: Node n in cluster c offers more CPUs than its VM a on host h has: requested 1.251, available 1.25 (vCPUs, less 0.75 that its kubelet keeps back), short by 0.001. | Audit the node again, or raise the vcpus of VM a.",
    "refuse layers/node-memory nodes[0].allocatable.memory: Node n in cluster c offers more memory than its VM a on host h has: requested 3.00Gi, available 3Gi (memory, less 1Gi that its kubelet keeps back), short by 1Mi. | Audit the node again, or raise the memory of VM a.",
    "refuse layers/node-ephemeral-storage nodes[0].allocatable.ephemeralStorage: Node n in cluster c offers more ephemeral storage than its VM a on host h has: requested 35.39Gi, available 34.46Gi (disk os of 40 GB, less 2.79Gi that its kubelet keeps back), short by 953.67Mi. | Audit the node again, or give VM a a larger disk for /var/lib/kubelet.",
  ]);
  const parts = kubeletArgs(fleetOf([{ ...agent, k3s }]).vms[0]?.k3s).join();
  const sum = (pattern: RegExp) => [...parts.matchAll(pattern)].reduce((total, m) => total + Number(m[1]), 0);
  expect(sum(/cpu=(\d+)m/g)).toBe(2000 - 1250);
  expect(sum(/memory(?:\.available<|=)(\d+)/g)).toBe(1024 ** 3);
  expect(sum(/(?:ephemeral-storage=|nodefs\.available<)(\d+)/g)).toBe(3e9);
});
