import { describe, expect, test } from "vitest";
import { withArrival } from "../../move/stackState.ts";

const URN = "urn:pulumi:dev::numafleet::";
const HOST = "numafleet:libvirt:HypervisorHost";
const VM = "numafleet:libvirt:NumaDomain";
const provider = (host: string) => `${URN}${HOST}$pulumi:providers:libvirt::${host}`;
const vmUrn = (name: string) => `${URN}${VM}::${name}`;
const domainUrn = (name: string) => `${URN}${VM}$libvirt:index/domain:Domain::${name}`;
const volumeUrn = (name: string) => `${URN}${VM}$libvirt:index/volume:Volume::${name}`;
const seedUrn = (name: string) => `${URN}${VM}$libvirt:index/cloudinitDisk:CloudinitDisk::${name}`;

const host = (name: string) => [
  { urn: `${URN}${HOST}::${name}`, type: HOST },
  {
    urn: provider(name),
    type: "pulumi:providers:libvirt",
    id: `id-${name}`,
    parent: `${URN}${HOST}::${name}`,
  },
];

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

function vm(name: string, on: string) {
  const connection = `${provider(on)}::id-${on}`;
  const inputs = {
    cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: "1" }] },
    devices: {
      disks: [
        { target: { dev: "vda" }, source: { volume: { pool: `${on}-ssd`, volume: `${name}-os.qcow2` } } },
      ],
    },
    destroy: { kubernetesNode: { kubeconfig: secret } },
  };
  const volume = { pool: `${on}-ssd`, name: `${name}-os.qcow2`, capacity: 1024 };
  const path = `/${on}/${name}-os.qcow2`;
  return [
    { urn: vmUrn(name), type: VM },
    {
      urn: volumeUrn(`${name}/os`),
      type: "libvirt:index/volume:Volume",
      parent: vmUrn(name),
      provider: connection,
      id: path,
      inputs: volume,
      outputs: { ...volume, key: path, path, allocation: 5 },
    },
    {
      urn: seedUrn(`${name}/seed`),
      type: "libvirt:index/cloudinitDisk:CloudinitDisk",
      parent: vmUrn(name),
      provider: connection,
      id: "/state/seed.iso",
      inputs: { userData: secret },
      outputs: { userData: secret },
    },
    {
      urn: domainUrn(name),
      type: "libvirt:index/domain:Domain",
      parent: vmUrn(name),
      provider: connection,
      id: "8e4b2b5c-6a1f-4e0e-9d0b-3b2f8a5c7d11",
      inputs,
      outputs: { ...inputs, uuid: "8e4b2b5c-6a1f-4e0e-9d0b-3b2f8a5c7d11" },
      dependencies: [volumeUrn(`${name}/os`)],
    },
  ];
}

const arrival = {
  vm: "web",
  from: "left",
  to: "right",
  isRehearsal: false,
  args: {
    cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: "9" }] },
    devices: {
      disks: [{ target: { dev: "vda" }, source: { volume: { pool: "right-ssd", volume: "web-os.qcow2" } } }],
    },
  },
  volumes: [
    {
      from: { pool: "left-ssd", vol: "web-os.qcow2", path: "/left/web-os.qcow2" },
      to: { pool: "right-ssd", vol: "web-os.qcow2" },
      path: "/right/web-os.qcow2",
    },
  ],
};

describe("a stack's state after a move", () => {
  test("has the VM on its new host's connection, and nothing else changed", () => {
    // The new host's connection comes last, as of a host that was declared later.
    const before = {
      resources: [...host("left"), ...vm("web", "left"), ...vm("data", "left"), ...host("right")],
    };
    const result = withArrival(before, arrival);
    const after = (result.deployment?.resources ?? []) as { urn: string }[];
    const moved = vm("web", "right").map((resource) =>
      resource.type === "libvirt:index/domain:Domain"
        ? {
            ...resource,
            inputs: { ...resource.inputs, cpuTune: arrival.args.cpuTune },
            outputs: { ...resource.outputs, cpuTune: arrival.args.cpuTune },
          }
        : resource,
    );
    const sorted = (list: readonly { urn: string }[]) => [...list].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    expect(sorted(after)).toEqual(
      sorted([...host("left"), ...host("right"), ...vm("data", "left"), ...moved]),
    );
    expect(result.changed).toEqual([volumeUrn("web/os"), seedUrn("web/seed"), domainUrn("web")]);
    const place = (urn: string) => after.findIndex((resource) => resource.urn === urn);
    expect(place(provider("right"))).toBeLessThan(place(volumeUrn("web/os")));
    expect(place(volumeUrn("web/os"))).toBeLessThan(place(domainUrn("web")));
    expect(place(vmUrn("web"))).toBeLessThan(place(volumeUrn("web/os")));
  });

  test("has the VM in the output by which the next update knows who is new, and others as they were", () => {
    const stack = (vms: object) => ({
      urn: `${URN}pulumi:pulumi:Stack::numafleet-dev`,
      type: "pulumi:pulumi:Stack",
      outputs: { capacity: {}, vms },
    });
    const disks = (pool: string) => ({ os: { pool, size: "1 GB" } });
    const [old, other] = [
      { host: "left", memory: "1Gi", disks: disks("left-ssd") },
      { host: "left", memory: "2Gi", disks: disks("left-ssd") },
    ];
    const told = (vms: object) => {
      const before = { resources: [stack(vms), ...host("left"), ...host("right"), ...vm("web", "left")] };
      const { deployment } = withArrival(before, arrival);
      return (deployment?.resources as readonly unknown[] | undefined)?.[0];
    };
    const there = { host: "right", memory: "1Gi", disks: disks("right-ssd") };
    expect(told({ web: old, data: other })).toEqual(stack({ web: there, data: other }));
    expect(told({ data: other })).toEqual(stack({ data: other }));
  });

  test("is the same when it is told again", () => {
    const before = { resources: [...host("left"), ...host("right"), ...vm("web", "left")] };
    const once = withArrival(before, arrival);
    const twice = withArrival(once.deployment ?? {}, arrival);
    expect(twice.changed).toEqual([]);
    expect(twice.deployment).toEqual(once.deployment);
  });

  test.each([
    ["it has no VM web", { resources: [...host("left"), ...host("right")] }],
    ["it has no host right yet", { resources: [...host("left"), ...vm("web", "left")] }],
    [
      "an update was cut off, and what it was at is not known",
      { resources: [...host("left"), ...host("right"), ...vm("web", "left")], pending_operations: [{}] },
    ],
    [
      "its VM web is on neither left nor right",
      { resources: [...host("left"), ...host("right"), ...host("third"), ...vm("web", "third")] },
    ],
  ])("is refused where %s", (why, deployment) => {
    expect(withArrival(deployment, arrival)).toMatchObject({ why });
  });
});
