import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A `virsh` for the front of PATH that plays a host with guests of which every driver obeys at once. What it is told is
 * written down; before or after one of its commands it can end the process that started it, as `kill -9` does.
 */

const MIB = 1024 ** 2;

export interface FakeGuest {
  readonly uuid: string;
  /** MiB; what the guest uses stays with it. */
  current: number;
  readonly whole: number;
  readonly used: number;
  /** Seconds between reports as the definition has them; 0: none. */
  period: number;
  /** Counts reports; stays where the driver is gone. */
  lastUpdate: number;
  readonly hasDriver: boolean;
  /** XML of more devices. */
  readonly devices?: string;
}

export interface FakeHost {
  readonly guests: Record<string, FakeGuest>;
  /** MiB. */
  readonly total: number;
  readonly free: number;
  /** The command, counted from 0, at which whoever started this is ended, and whether it is done before that. */
  kill?: { readonly at: number; readonly isDone: boolean };
}

const SCRIPT = (file: string) => `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const file = ${JSON.stringify(file)};
const read = () => JSON.parse(readFileSync(file, "utf8"));
const kib = (mebibytes) => String(Math.round(mebibytes * 1024));
function run(command) {
  const words = command.split(" ");
  const option = (name) => new RegExp("--" + name + "='([^']*)'").exec(command)?.[1];
  const host = read();
  const guest = () => Object.values(host.guests).find((g) => g.uuid === option("domain"));
  const names = Object.keys(host.guests);
  switch (words[0]) {
    case "uri": return "test";
    case "list": return names.map((name) => host.guests[name].uuid + " " + name).join("\\n");
    case "nodememstats":
      return "total  : " + kib(host.total) + " KiB\\nfree   : " + kib(host.free) + " KiB\\nbuffers: 0 KiB\\ncached : 0 KiB";
    case "domstats": {
      const text = names.map((name) => {
        const g = host.guests[name];
        if (g.hasDriver && g.period > 0) g.lastUpdate += 1;
        const report = g.lastUpdate === 0 ? [] : ["balloon.last-update=" + (1800000000 + g.lastUpdate),
          "balloon.available=" + kib(g.whole), "balloon.usable=" + kib(Math.max(0, g.current - g.used)), "balloon.swap_in=0", "balloon.swap_out=0"];
        return ["Domain: '" + name + "'", "state.state=1", "balloon.current=" + kib(g.current), "balloon.maximum=" + kib(g.whole), ...report].join("\\n  ");
      }).join("\\n\\n");
      writeFileSync(file, JSON.stringify(host));
      return text;
    }
    case "dumpxml": {
      const g = guest();
      return "<domain type='kvm'><memory>" + kib(g.whole) + "</memory><vcpu>1</vcpu><devices>" + (g.devices ?? "") + "<memballoon model='virtio'>" + (g.period > 0 ? "<stats period='" + g.period + "'/>" : "") + "</memballoon></devices></domain>";
    }
    case "dommemstat": guest().period = Number(option("period")); break;
    case "setmem": guest().current = Number(/^\\d+/.exec(option("size"))[0]) / ${MIB}; break;
    default: throw new Error("what is " + command + "?");
  }
  writeFileSync(file, JSON.stringify(host));
  return "";
}
const log = file + ".log";
let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => {
  rest += chunk;
  const lines = rest.split("\\n");
  rest = lines.pop();
  for (const line of lines) for (const part of line.split("; ")) {
    const echo = /^echo (--err )?'(.)''([0-9a-f]+)'$/.exec(part);
    if (echo) { (echo[1] ? process.stderr : process.stdout).write(echo[2] + echo[3] + "\\n"); continue; }
    const count = existsSync(log) ? readFileSync(log, "utf8").split("\\n").length - 1 : 0;
    const { kill } = read();
    const isNow = kill?.at === count;
    if (isNow && !kill.isDone) { process.kill(process.ppid, "SIGKILL"); process.exit(); }
    appendFileSync(log, part + "\\n");
    const answer = run(part);
    if (isNow) { process.kill(process.ppid, "SIGKILL"); process.exit(); }
    process.stdout.write(answer + "\\n");
  }
});
`;

export interface FakeVirsh {
  /** PATH with it in front. */
  readonly path: string;
  /** A URI whose lock is this host's own. */
  readonly uri: string;
  readonly folder: string;
  host(): FakeHost;
  change(edit: (host: FakeHost) => void): void;
  /** Commands so far, whole. */
  commands(): string[];
  /** Forgets the commands. */
  clear(): void;
  remove(): void;
}

export function createFakeVirsh(host: FakeHost): FakeVirsh {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-fake-virsh-"));
  const file = join(folder, "host.json");
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "virsh"), SCRIPT(file));
  chmodSync(join(folder, "bin", "virsh"), 0o755);
  writeFileSync(file, JSON.stringify(host));
  const read = (): FakeHost => JSON.parse(readFileSync(file, "utf8"));
  const log = `${file}.log`;
  return {
    path: `${join(folder, "bin")}:${process.env.PATH}`,
    uri: `qemu+unix:///system?socket=${join(folder, "libvirt-sock")}`,
    folder,
    host: read,
    change(edit) {
      const next = read();
      edit(next);
      writeFileSync(file, JSON.stringify(next));
    },
    commands: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : []),
    clear: () => rmSync(log, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A fleet file for the host: memory in MiB, floors of the VMs that have one. */
export function fleetFor(
  { uri }: Pick<FakeVirsh, "uri">,
  memory: number,
  vms: Readonly<Record<string, { readonly memory: number; readonly floor?: number }>>,
): string {
  return JSON.stringify({
    hosts: [
      {
        name: "h",
        uri,
        recorded: { source: "configured", date: "2026-11-21" },
        cells: [{ id: 0, cores: ["0", "1"], memory: `${memory} MiB` }],
        reserved: { memoryPerCell: "0 MiB" },
      },
    ],
    vms: Object.entries(vms).map(([name, vm]) => ({
      name,
      host: "h",
      vcpus: 1,
      memory: `${vm.memory} MiB`,
      ...(vm.floor && { minimumMemory: `${vm.floor} MiB` }),
    })),
  });
}
