/** The recorded slm VM, cut down: pinned, bound, tuned. */
export const PINNED_VM = {
  name: "slm",
  type: "kvm",
  title: "Small models",
  description: "CPUs 16-19 & their siblings",
  vcpu: 4,
  ioThreads: 1,
  memory: 30720,
  memoryUnit: "MiB",
  currentMemory: 24,
  currentMemoryUnit: "GiB",
  cpuTune: {
    vcpuPins: [
      { vcpu: 0, cpuSet: "16" },
      { vcpu: 1, cpuSet: "52" },
      { vcpu: 2, cpuSet: "17" },
      { vcpu: 3, cpuSet: "53" },
    ],
    emulatorPin: { cpuSet: "0-1,36-37" },
    ioThreadPins: [{ ioThread: 1, cpuSet: "0,36" }],
    shares: 2048,
  },
  numaTune: {
    memory: { mode: "strict", nodeset: "0" },
    memNodes: [{ cellId: 0, mode: "strict", nodeset: "0" }],
  },
  memoryBacking: { memoryHugePages: { hugepages: [{ size: 1, unit: "GiB" }] }, memoryLocked: true },
  cpu: {
    mode: "host-passthrough",
    topology: { sockets: 1, cores: 2, threads: 2 },
    numa: { cells: [{ id: 0, cpus: "0-3", memory: 30720, unit: "MiB" }] },
  },
  os: {
    type: "hvm",
    typeArch: "x86_64",
    typeMachine: "q35",
    firmware: "efi",
    bootDevices: [{ dev: "hd" }],
  },
  features: { acpi: true, kvm: { hintDedicated: { state: "on" } } },
  clock: { offset: "utc", timers: [{ name: "rtc", tickPolicy: "catchup" }] },
  devices: {
    disks: [
      {
        device: "disk",
        driver: { name: "qemu", type: "qcow2", cache: "none", io: "native", discard: "unmap", ioThread: 1 },
        source: { volume: { pool: "ssd", volume: "slm-root" } },
        target: { dev: "vda", bus: "virtio" },
        ioTune: { totalIopsSec: 5000 },
        serial: "slm-root",
      },
      {
        device: "cdrom",
        source: { file: { file: "/var/lib/libvirt/images/slm-seed.iso" } },
        target: { dev: "sda", bus: "sata" },
        readOnly: true,
      },
    ],
    interfaces: [
      {
        source: { bridge: { bridge: "br0" } },
        mac: { address: "52:54:00:aa:bb:cc" },
        model: { type: "virtio" },
        bandwidth: { inbound: { average: 1250000 } },
        mtu: { size: 9000 },
      },
    ],
    consoles: [{ source: { pty: {} }, target: { type: "serial", port: 0 } }],
    channels: [{ target: { virtIo: { name: "org.qemu.guest_agent.0" } } }],
    hostdevs: [
      {
        managed: true,
        subsysPci: { source: { address: { domain: 0, bus: 0x3b, slot: 0, function: 1 } } },
      },
    ],
    watchdogs: [{ model: "i6300esb", action: "reset" }],
    memBalloon: { model: "virtio", freePageReporting: "on", stats: { period: 10 } },
    rngs: [{ model: "virtio", backend: { random: "/dev/urandom" } }],
  },
} as const;
