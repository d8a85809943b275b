import { PAGE_SIZES, type PageSize } from "../model/host.ts";
import { emptySeats } from "./topology.ts";
import type { Accelerator, Twin, TwinCell } from "./twin.ts";

/** The command line of a twin's QEMU. */

export interface MachineFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** Tables of ACPI, see acpi/. */
  readonly madt: string;
  readonly frequency: string;
  /** Takes what the kernel and the start-up say. */
  readonly console: string;
}

export interface MachineSettings {
  readonly files: MachineFiles;
  readonly accelerator: Accelerator;
  /** Port of this machine's loopback that leads to the twin's ssh. */
  readonly sshPort: number;
}

const MIB = 1024 ** 2;

/** An emulated CPU is called Intel's, since one of AMD's has no siblings in QEMU's emulation. */
const EMULATED_CPU = "max,vendor=GenuineIntel,family=6,model=85,stepping=4,la57=off";

export const MACHINE_TYPE = "q35";

export function qemuArguments(twin: Twin, { files, accelerator, sshPort }: MachineSettings): string[] {
  const { host, topology, cells, distances, memory } = twin;
  return [
    ["-name", `numafleet-lab-${host}`],
    ["-nodefaults", "-no-user-config", "-no-reboot"],
    ["-display", "none"],
    ["-machine", `${MACHINE_TYPE},usb=off,vmport=off,smbus=off,sata=off`],
    ["-accel", accelerator === "kvm" ? "kvm" : "tcg,thread=multi"],
    ["-cpu", accelerator === "kvm" ? "host,host-phys-bits=on" : EMULATED_CPU],
    ...cpus(twin, accelerator),
    ["-m", `${memory / MIB}M`],
    ...cells.flatMap(cellArguments),
    ...topology.cellOfSocket.map((cell, socket) => ["-numa", `cpu,node-id=${cell},socket-id=${socket}`]),
    ...distances.flatMap((row, from) =>
      row.flatMap((distance, to) =>
        from === to ? [] : [["-numa", `dist,src=${from},dst=${to},val=${distance}`]],
      ),
    ),
    ["-acpitable", `file=${escaped(files.madt)}`],
    ["-acpitable", `file=${escaped(files.frequency)}`],
    ["-kernel", files.kernel],
    ["-initrd", files.initrd],
    ["-append", kernelArguments(twin).join(" ")],
    ["-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"],
    ["-nic", `user,model=virtio-net-pci,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
    ["-serial", `file:${escaped(files.console)}`],
  ].flat();
}

/** Where the host's cells are not alike, QEMU's regular machine has seats without a CPU: each CPU is then named. */
function cpus({ topology }: Twin, accelerator: Accelerator): string[][] {
  const { sockets, cores, threads } = topology;
  const shape = `sockets=${sockets},cores=${cores},threads=${threads}`;
  if (emptySeats(topology) === 0) return [["-smp", `${topology.cpus.length},${shape}`]];
  const driver = accelerator === "kvm" ? "host-x86_64-cpu" : "max-x86_64-cpu";
  return [
    ["-smp", `1,maxcpus=${sockets * cores * threads},${shape}`],
    ...topology.cpus
      // The first is there from the start.
      .filter(({ index }) => index > 0)
      .map(({ socket, core, thread }) => [
        "-device",
        `${driver},socket-id=${socket},core-id=${core},thread-id=${thread}`,
      ]),
  ];
}

/** Memory is reserved nowhere: pages are this machine's only once the twin has written to them. */
function cellArguments({ id, physical }: TwinCell): string[][] {
  return [
    ["-object", `memory-backend-ram,id=cell${id},size=${physical / MIB}M,reserve=off`],
    ["-numa", `node,nodeid=${id},memdev=cell${id}`],
  ];
}

/** QEMU's options end at a comma unless it is doubled. */
function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}

const PAGE_NAMES: Readonly<Record<PageSize, string>> = { "2MiB": "2M", "1GiB": "1G" };

/** What the twin's kernel is told. */
export function kernelArguments({ cells, reservesHugepages }: Twin): string[] {
  return [
    // Our table of CPUs, not QEMU's.
    "acpi_apic_instance=2",
    "console=ttyS0",
    // All that it says: a kernel that hangs is known by its silence.
    "loglevel=7",
    "panic=-1",
    "net.ifnames=0",
    // There is nobody to be protected from in it, and what protects costs each switch between its processes.
    ...["mitigations=off", "apparmor=0", "audit=0"],
    // Checks that take long where CPUs are emulated, and find that they are slow.
    ...["nowatchdog", "tsc=reliable", "cryptomgr.notests", "random.trust_cpu=on"],
    // Pages that are set to zero as they are handed out are this machine's memory: hugepages that are only reserved, say.
    "init_on_alloc=0",
    // As a host comes up that nobody has tuned.
    ...["cpufreq.default_governor=powersave", "transparent_hugepage=madvise"],
    ...(reservesHugepages
      ? PAGE_SIZES.flatMap((size) => {
          const counts = cells.flatMap(({ id, hugepages }) => {
            const count = hugepages[size] ?? 0;
            return count === 0 ? [] : [`${id}:${count}`];
          });
          return counts.length === 0
            ? []
            : [`hugepagesz=${PAGE_NAMES[size]}`, `hugepages=${counts.join(",")}`];
        })
      : []),
  ];
}
