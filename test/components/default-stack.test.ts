import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseFleet } from "../../model/fleet.ts";
import { type ProgramRun, runProgram } from "./program.ts";
import { Secret } from "./recorder.ts";
import { userDataOf } from "./seed.ts";

const TOKEN = "K10-agent-token";
const PLAN = "numafleet:capacity:Plan";
const DOMAIN = "libvirt:index/domain:Domain";
const TUNING = "libvirt:index/hostTuning:HostTuning";
const VOLUME = "libvirt:index/volume:Volume";
const SEED = "libvirt:index/cloudinitDisk:CloudinitDisk";
const RELEASE = "kubernetes:helm.sh/v3:Release";

const images = (volume: string) => ({ volume: { pool: "images", volume } });

/** `0-15` with siblings `36-51`: core by core, both threads beside each other. */
const pins = (first: number, cores: number) =>
  Array.from({ length: cores }, (_, i) => [first + i, first + i + 36])
    .flat()
    .map((cpu, vcpu) => ({ vcpu, cpuSet: String(cpu) }));

let run: ProgramRun;
beforeAll(async () => {
  run = await runProgram({ today: "2026-05-06", k3sToken: TOKEN }, { preview: false });
});

describe("the default stack", () => {
  test("registers, and ends without an error", () => {
    expect(run.error).toBeUndefined();
    expect(run.outputs).toHaveProperty("capacity");
  });

  test("registers the plan first, with the fleet as written and no secret", () => {
    const plan = run.recorder.registrations[0];
    expect(plan).toMatchObject({ type: PLAN, name: "plan", custom: false, dependencies: [] });
    expect(Object.keys(plan?.inputs ?? {}).sort()).toEqual(["capacity", "findings", "fleet", "verdict"]);
    expect(plan?.inputs.verdict).toBe("fits");
    expect(parseFleet(plan?.inputs.fleet).findings).toEqual([]);
    expect(JSON.stringify(plan?.inputs)).not.toContain(TOKEN);
  });

  test("takes another way to its host from the config, and all else as it is written", async () => {
    const uris = JSON.stringify({ numa: "qemu+ssh://root@numa/system?command=/lab/ssh" });
    const timeouts = '{ "connect": 60, "command": 600 }';
    const other = await runProgram(
      { today: "2026-05-06", k3sToken: TOKEN, uris, timeouts },
      { preview: false },
    );
    expect(other.error).toBeUndefined();
    const provider = "pulumi:providers:libvirt";
    expect(other.recorder.get(provider, "numa").inputs).toEqual({
      ...run.recorder.get(provider, "numa").inputs,
      uri: "qemu+ssh://root@numa/system?command=/lab/ssh",
      connectTimeout: "60",
      commandTimeout: "600",
    });
    const rest = ({ recorder }: ProgramRun) =>
      recorder.registrations
        .filter(({ type }) => type === DOMAIN || type === PLAN)
        .map(({ inputs }) => inputs);
    expect(rest(other)).toEqual(rest(run));
  });

  test("makes one connection and two pools per host", () => {
    const { recorder } = run;
    expect(recorder.get("pulumi:providers:libvirt", "numa").inputs).toMatchObject({
      uri: "qemu+ssh://root@numa/system",
    });
    expect(recorder.get("libvirt:index/pool:Pool", "numa/images")).toMatchObject({
      provider: "pulumi:providers:libvirt numa",
      inputs: {
        name: "images",
        type: "dir",
        target: { path: "/var/lib/libvirt/images" },
        create: { build: true, start: true, autostart: true },
        destroy: { delete: false },
      },
    });
    expect(recorder.names("libvirt:index/pool:Pool").sort()).toEqual(["numa/images", "numa/lake"]);
  });

  test("tunes the host as the VM specification says, before any VM", () => {
    expect(run.recorder.get(TUNING, "numa")).toMatchObject({
      provider: "pulumi:providers:libvirt numa",
      inputs: {
        governor: "performance",
        numaBalancing: 0,
        transparentHugepages: { enabled: "always", defrag: "always" },
      },
    });
    // What belongs to a component waits for what the component waits for, and is deleted before it.
    const nodes = run.recorder.registrations.filter(({ type }) =>
      /^numafleet:k3s:(Server|Agent)$/.test(type),
    );
    expect(nodes.map(({ name }) => name).sort()).toEqual(run.recorder.names(DOMAIN).sort());
    for (const { dependencies } of nodes) expect(dependencies).toContain(`${TUNING} numa`);
  });

  test("leaves the kernel of a machine alone that plays the host", async () => {
    const config = { today: "2026-05-06", k3sToken: TOKEN, rehearsal: '{ "cpus": 2, "memory": "4 GiB" }' };
    const { recorder } = await runProgram(config, { preview: false });
    expect(recorder.names(DOMAIN)).toHaveLength(4);
    expect(recorder.names(TUNING)).toEqual([]);
  });

  test("sends every pin of k3s-worker-data, and nothing beside it", () => {
    expect(run.recorder.get(DOMAIN, "k3s-worker-data").inputs).toEqual({
      name: "k3s-worker-data",
      type: "kvm",
      title: "Database + data lake workload",
      vcpu: 12,
      cpuTune: { vcpuPins: pins(18, 6), emulatorPin: { cpuSet: "34-35,70-71" } },
      numaTune: { memory: { mode: "strict", nodeset: "1" } },
      memory: 61440,
      memoryUnit: "MiB",
      currentMemory: 61440,
      currentMemoryUnit: "MiB",
      // Room to grow live, which takes nothing before it is used.
      maximumMemory: 131072,
      maximumMemoryUnit: "MiB",
      maximumMemorySlots: 16,
      cpu: {
        mode: "host-passthrough",
        topology: { sockets: 1, cores: 6, threads: 2 },
        numa: { cells: [{ id: 0, cpus: "0-11", memory: 61440, unit: "MiB" }] },
      },
      os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35", bootDevices: [{ dev: "hd" }] },
      features: { acpi: true, apic: {} },
      clock: { offset: "utc" },
      devices: {
        disks: [
          {
            device: "disk",
            driver: { name: "qemu", type: "qcow2", discard: "unmap" },
            source: images("data.qcow2"),
            target: { dev: "vda", bus: "virtio" },
            serial: "os",
          },
          {
            device: "disk",
            driver: { name: "qemu", type: "qcow2", discard: "unmap" },
            source: images("k3s-worker-data-hot.qcow2"),
            target: { dev: "vdb", bus: "virtio" },
            serial: "hot",
          },
          {
            device: "disk",
            driver: { name: "qemu", type: "qcow2", discard: "unmap" },
            source: { volume: { pool: "lake", volume: "k3s-worker-data-cold.qcow2" } },
            target: { dev: "vdc", bus: "virtio" },
            serial: "cold",
          },
          {
            device: "disk",
            driver: { name: "qemu", type: "raw" },
            source: images("data-cloud-init.iso"),
            target: { dev: "vdzz", bus: "virtio" },
            readOnly: true,
          },
        ],
        interfaces: [
          {
            source: { bridge: { bridge: "br0" } },
            mac: { address: "52:54:00:d6:5c:9d" },
            model: { type: "virtio" },
          },
        ],
        controllers: [{ type: "pci", index: 16, model: "pcie-root-port" }],
        channels: [{ source: { unix: {} }, target: { virtIo: { name: "org.qemu.guest_agent.0" } } }],
        serials: [{ source: { pty: {} }, target: { port: 0 } }],
        consoles: [{ source: { pty: {} }, target: { type: "serial", port: 0 } }],
        rngs: [{ model: "virtio", backend: { random: "/dev/urandom" } }],
        memBalloon: { model: "virtio", autoDeflate: "on", freePageReporting: "on", stats: { period: 10 } },
      },
      autostart: true,
      running: true,
      destroy: { shutdown: { timeout: 120 } },
    });
  });

  test.each([
    { vm: "k3s-worker-slm-heavy", vcpu: 32, memory: 120832, first: 0, cell: "0", emulator: "16-17,52-53" },
    { vm: "k3s-worker-data", vcpu: 12, memory: 61440, first: 18, cell: "1", emulator: "34-35,70-71" },
    { vm: "k3s-worker-slm", vcpu: 8, memory: 32768, first: 24, cell: "1", emulator: "34-35,70-71" },
    { vm: "k3s-server-tasks", vcpu: 12, memory: 24576, first: 28, cell: "1", emulator: "34-35,70-71" },
  ])("binds $vm as specified", ({ vm, vcpu, memory, first, cell, emulator }) => {
    expect(run.recorder.get(DOMAIN, vm).inputs).toMatchObject({
      vcpu,
      memory,
      memoryUnit: "MiB",
      cpuTune: { vcpuPins: pins(first, vcpu / 2), emulatorPin: { cpuSet: emulator } },
      numaTune: { memory: { mode: "strict", nodeset: cell } },
      cpu: { topology: { sockets: 1, cores: vcpu / 2, threads: 2 } },
    });
  });

  test("lets a domain wait for its volumes and its seed", () => {
    expect(run.recorder.get(DOMAIN, "k3s-worker-data").dependencies).toEqual(
      expect.arrayContaining([
        `${VOLUME} k3s-worker-data/os`,
        `${VOLUME} k3s-worker-data/hot`,
        `${VOLUME} k3s-worker-data/cold`,
        `${VOLUME} k3s-worker-data/cloud-init/seed`,
      ]),
    );
  });

  test("backs the system disk by the base image, and protects precious data alone", () => {
    const { recorder } = run;
    expect(recorder.get(VOLUME, "k3s-worker-data/os")).toMatchObject({
      protect: false,
      retainOnDelete: false,
      inputs: {
        name: "data.qcow2",
        pool: "images",
        capacity: 40e9,
        target: { format: { type: "qcow2" } },
        backingStore: { path: "/var/lib/libvirt/images/base.qcow2", format: { type: "qcow2" } },
      },
    });
    expect(recorder.get(VOLUME, "k3s-worker-data/cold")).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { pool: "lake", capacity: 8e12, precious: true },
    });
    const kept = recorder.registrations.filter((r) => r.protect || r.retainOnDelete).map((r) => r.name);
    expect(kept.sort()).toEqual(["k3s-worker-data/cold", "k3s-worker-data/hot"]);
  });

  test("tells the guest by cloud-init, as a secret", () => {
    const seed = run.recorder.get(SEED, "k3s-worker-data/cloud-init/seed").inputs;
    expect(seed.userData).toBeInstanceOf(Secret);
    const text = String((seed.userData as Secret).value);
    expect(text.split("\n")[0]).toBe("#cloud-config");
    const config = userDataOf(run.recorder.get(SEED, "k3s-worker-data/cloud-init/seed"));
    expect(config).toMatchObject({
      hostname: "k3s-worker-data",
      users: [{ name: "admin", ssh_authorized_keys: ["ssh-rsa AAAAB3NzaC1yc2E... user@host"] }],
      bootcmd: [
        [
          ...["sh", "-c", expect.any(String), "numafleet-disks", "k3s-agent.service"],
          ...["disk", "/dev/disk/by-id/virtio-hot", "/data/hot", "folder", "clean", "folder", "staging"],
          ...["disk", "/dev/disk/by-id/virtio-cold", "/data/lake"],
          ...["clean/bronze", "clean/silver", "clean/gold", "archive", "raw"].flatMap((f) => ["folder", f]),
        ],
      ],
      runcmd: [["systemctl", "enable", "--now", "k3s-agent"]],
    });
    const files = Object.fromEntries(
      config.write_files.map((f: { path: string; permissions: string; content: string }) => {
        if (f.path.startsWith("/etc/rancher")) expect(f.permissions).toBe("0600");
        return [f.path, f.content];
      }),
    );
    expect(parse(files["/etc/rancher/k3s/config.yaml"])).toEqual({
      "node-name": "k3s-worker-data",
      server: "https://k3s-server-tasks:6443",
      "token-file": "/etc/rancher/k3s/agent-token",
      "node-taint": ["workload=data:NoSchedule"],
    });
    expect(files["/etc/rancher/k3s/agent-token"]).toBe(`${TOKEN}\n`);
    expect(parse(String(seed.metaData))).toEqual({
      "instance-id": "k3s-worker-data",
      "local-hostname": "k3s-worker-data",
    });
  });

  test("gives the server the agents' token, and no server to join", () => {
    const config = userDataOf(run.recorder.get(SEED, "k3s-server-tasks/cloud-init/seed"));
    expect(parse(config.write_files[0].content)).toEqual({
      "node-name": "k3s-server-tasks",
      "agent-token-file": "/etc/rancher/k3s/agent-token",
      "node-taint": ["node-role.kubernetes.io/control-plane:NoSchedule", "workload=tasks:NoSchedule"],
    });
    expect(config.runcmd).toEqual([["systemctl", "enable", "--now", "k3s"]]);
  });

  test("gives an agent no token but the agents'", async () => {
    const server = "only-for-servers";
    const config = { today: "2026-05-06", k3sToken: TOKEN, k3sServerToken: server };
    const { recorder } = await runProgram(config, { preview: false });
    const holders = recorder.registrations.filter((r) => JSON.stringify(r.inputs).includes(server));
    expect(holders.map((r) => `${r.type} ${r.name}`)).toEqual([`${SEED} k3s-server-tasks/cloud-init/seed`]);
    const hide = (_: string, value: unknown) => (value instanceof Secret ? "secret" : value);
    expect(JSON.stringify(recorder.registrations, hide)).not.toContain(server);
  });

  test("sends the token nowhere in the clear", () => {
    const hide = (_: string, value: unknown) => (value instanceof Secret ? "secret" : value);
    expect(JSON.stringify(run.recorder.registrations)).toContain(TOKEN);
    expect(JSON.stringify(run.recorder.registrations, hide)).not.toContain(TOKEN);
  });

  test("renders the VM-test lane's release whole", () => {
    const release = run.recorder.get(RELEASE, "honey/jesssullivan-nix-vm-test-kvm");
    expect(release.provider).toBe("pulumi:providers:kubernetes honey");
    expect(release.dependencies).toEqual(
      expect.arrayContaining(["kubernetes:core/v1:ResourceQuota honey/jesssullivan-nix-vm-test-kvm"]),
    );
    const toleration = {
      key: "dedicated.tinyland.dev/compute-expansion",
      operator: "Equal",
      value: "true",
      effect: "NoSchedule",
    };
    expect(release.inputs).toMatchObject({
      name: "jesssullivan-nix-vm-test-kvm",
      namespace: "arc-jesssullivan-nix-vm-test-kvm",
      chart: "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set",
      version: "0.14.2",
      values: {
        githubConfigUrl: "https://github.com/Jesssullivan/nix-vm-test",
        githubConfigSecret: "github-config",
        runnerGroup: "default",
        runnerScaleSetName: "jesssullivan-nix-vm-test-kvm",
        scaleSetLabels: ["tinyland-nix-kvm"],
        minRunners: 0,
        maxRunners: 2,
        template: {
          spec: {
            nodeSelector: { "capability.tinyland.dev/kvm": "true" },
            tolerations: [toleration],
            restartPolicy: "Never",
            containers: [
              {
                name: "runner",
                image: "ghcr.io/actions/actions-runner:latest",
                command: ["/home/runner/run.sh"],
                resources: {
                  requests: { cpu: "4", memory: "32Gi", "ephemeral-storage": "24Gi" },
                  limits: { cpu: "8", memory: "64Gi", "ephemeral-storage": "40Gi" },
                },
              },
            ],
          },
        },
        listenerTemplate: { spec: { tolerations: [toleration], containers: [{ name: "listener" }] } },
      },
    });
  });

  test("walls each namespace in by its envelope at maximum", () => {
    expect(
      run.recorder.get("kubernetes:core/v1:ResourceQuota", "honey/jesssullivan-nix-vm-test-kvm").inputs,
    ).toMatchObject({
      metadata: { name: "envelope", namespace: "arc-jesssullivan-nix-vm-test-kvm" },
      spec: {
        hard: {
          pods: "2",
          "requests.cpu": "8",
          "requests.memory": "64Gi",
          "requests.ephemeral-storage": "48Gi",
          "limits.cpu": "16",
          "limits.memory": "128Gi",
          "limits.ephemeral-storage": "80Gi",
        },
      },
    });
    expect(
      run.recorder.get("kubernetes:core/v1:ResourceQuota", "honey/tinyland-nix-kvm").inputs.spec,
    ).toEqual({
      hard: {
        pods: "1",
        "requests.cpu": "2",
        "requests.memory": "8Gi",
        "limits.cpu": "8",
        "limits.memory": "16Gi",
      },
    });
  });
});
