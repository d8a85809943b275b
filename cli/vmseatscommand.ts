import { count } from "../capacity/host/names.ts";
import { recallPlacements } from "../capacity/placement/recall.ts";
import { askVmSeats, type VmSeatsAnswer } from "../capacity/questions/vmSeats.ts";
import { type Finding, FleetError, finding } from "../model/finding.ts";
import { type Fleet, type FleetInput, parseFleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { isUnplaced } from "../model/placements.ts";
import type { VM } from "../model/vm.ts";
import { formatReach } from "../report/stops.ts";
import { describeVm, vmSeatsSections } from "../report/vmSeats.ts";
import { readCount } from "./figureOptions.ts";
import { once } from "./fleetInput.ts";
import { collect } from "./optionValues.ts";
import { pressureIn, readOutputs } from "./placementFiles.ts";
import {
  contradiction,
  type QuestionOptions,
  questionCommand,
  runQuestion,
  unknownName,
  wrongOption,
} from "./question.ts";
import type { ExitCode, Streams } from "./streams.ts";

interface Options extends QuestionOptions {
  readonly vcpus?: string;
  readonly memory?: string;
  readonly cpuPolicy?: string;
  readonly guestCells?: string;
  readonly hugepages?: string;
  readonly disk?: readonly string[];
  readonly gpu?: readonly string[];
  readonly bridge?: string;
  readonly like?: string;
  readonly outputs?: string;
  readonly pressure?: string;
  readonly survive: string;
  readonly atLeast: string;
}

/** Runs `fleet seats --vm` with its arguments. Never throws for a mistake of the user's. */
export function runVmSeatsCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const command = questionCommand(
    "seats",
    "With --vm: tells how many more VMs of a shape fit, on which hosts and cells, and what stops the next one. " +
      "Nothing is touched.\nExit code 0: as many fit as --at-least tells. 1: fewer do. 2: wrong input.",
  )
    .option("--vm", "VMs, not runners")
    .option("--vcpus <number>", "vCPUs of one VM", once)
    .option("--memory <size>", 'memory of one VM, like "32 GiB"', once)
    .option("--cpu-policy <policy>", "dedicated (default): whole cores of its own; shared: it floats", once)
    .option(
      "--guest-cells <number>",
      "NUMA cells of the guest, each on a host cell of its own; 1 by default",
      once,
    )
    .option("--hugepages <size>", "2MiB or 1GiB; ordinary memory by default", once)
    .option("--disk <class=size>", "a disk, like ssd=40GB; may be repeated", collect)
    .option(
      "--gpu <kind>",
      "a GPU: passthrough, a model like 10de:20b5, or a type of vGPU; may be repeated",
      collect,
    )
    .option("--bridge <name>", "the bridge that it joins; none by default", once)
    .option("--like <vm>", "the shape of this VM, without its pins, cells, pools and files", once)
    .option(
      "--outputs <file>",
      "the stack's outputs (`pulumi stack output --json`): placements that it remembers are kept",
      once,
    )
    .option("--pressure <file>", "state of fleet watch: what is under pressure takes nothing new", once)
    .option("--survive <hosts>", "1: also with any one host lost", "0")
    .option("--at-least <seats>", "fewer seats than this end with exit code 1", "1");
  return runQuestion<Options>(command, args, streams, async (options, declared, wrong) => {
    const shape = options.like === undefined ? shapeOf(options, wrong) : likeOf(options, declared, wrong);
    const survive = readCount(wrong, "--survive", options.survive, 0, 1);
    const atLeast = readCount(wrong, "--at-least", options.atLeast, 0);
    const files = declared && (await placementFiles(options, declared, wrong));
    if (!shape || !files || survive === undefined || atLeast === undefined) return undefined;
    return () => {
      const { fleet, pressure } = files;
      const answer = askVmSeats(fleet, { shape, survive: survive === 1, pressure });
      const findings = tooFew(answer, shape, atLeast);
      return {
        verdict: answer.exact ? "exact" : "bound",
        code: findings.length === 0 ? 0 : 1,
        answer: { question: { ...echo(shape), survive, atLeast }, ...answer },
        findings,
        sections: vmSeatsSections(shape, answer, findings),
      };
    };
  });
}

const PASSTHROUGH = "passthrough";
const MODEL = /^[0-9a-f]{4}:[0-9a-f]{4}$/;
/** Of a vGPU that nobody has: each seat gets some of its own. */
const noUuid = (i: number) => `00000000-0000-0000-0000-${String(i).padStart(12, "0")}`;

/** The question as data, so that an answer that is kept tells what it is about. */
function echo({
  vcpus,
  memory,
  cpuPolicy = "dedicated",
  guestCells = 1,
  hugepages,
  disks,
  gpus,
  bridge,
}: VM) {
  return {
    vcpus,
    memory,
    cpuPolicy,
    guestCells,
    hugepages: hugepages ?? null,
    disks: disks.map((disk) => ({ class: disk.class, size: disk.size })),
    gpus: gpus.map(({ model, vgpu }) => vgpu?.type ?? model ?? PASSTHROUGH),
    bridge: bridge ?? null,
  };
}

async function placementFiles({ outputs, pressure }: Options, declared: Fleet, wrong: Finding[]) {
  try {
    const { fleet, findings } = recallPlacements(
      declared,
      outputs === undefined ? [] : await readOutputs(outputs),
    );
    wrong.push(...findings.filter((f) => f.severity === "refuse"));
    return { fleet, pressure: pressure === undefined ? undefined : await pressureIn(pressure, fleet) };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    wrong.push(...error.findings);
    return undefined;
  }
}

/** Options that a VM's own shape answers. */
const SHAPE = {
  vcpus: "--vcpus",
  memory: "--memory",
  cpuPolicy: "--cpu-policy",
  guestCells: "--guest-cells",
  hugepages: "--hugepages",
  disk: "--disk",
  gpu: "--gpu",
  bridge: "--bridge",
} as const satisfies Partial<Record<keyof Options, string>>;

function likeOf(options: Options, fleet: Fleet | undefined, wrong: Finding[]): VM | undefined {
  const beside = Object.entries(SHAPE).flatMap(([key, option]) =>
    options[key as keyof typeof SHAPE] === undefined ? [] : [option],
  );
  if (beside.length > 0) {
    const message = `--like takes the shape of a VM, and ${beside.join(", ")} would change it`;
    wrong.push(contradiction(message, "Leave them out, or spell the whole shape without --like."));
  }
  const name = options.like as string;
  const vm = fleet?.vms.find((each) => each.name === name);
  if (vm)
    return shapeLike(
      vm,
      fleet?.hosts.find(({ name: on }) => on === vm.host),
    );
  if (fleet)
    wrong.push(
      unknownName(
        "--like",
        "VM",
        name,
        fleet.vms.map((each) => each.name),
      ),
    );
  return undefined;
}

/** What another VM of its kind asks for: all that it has of a host is taken away. Of a GPU its model is asked for. */
function shapeLike(vm: VM, host: Host | undefined): VM {
  const { host: _host, pins, emulator: _emulator, numa: _numa, ...shape } = vm;
  const isShared = vm.cpuPolicy === "shared" || (pins === undefined && !isUnplaced(vm));
  return {
    ...shape,
    name: "seat",
    cpuPolicy: isShared ? "shared" : "dedicated",
    iothreads: vm.iothreads.map(() => ({})),
    disks: vm.disks.map(({ pool: _pool, file: _file, ...disk }) => disk),
    gpus: vm.gpus.map(({ address, model, vgpu }, i) => {
      const its = model ?? host?.gpus.find((gpu) => gpu.address === address)?.model;
      return {
        ...(its !== undefined && { model: its }),
        ...(vgpu && { vgpu: { ...vgpu, uuid: noUuid(i) } }),
      };
    }),
  };
}

/** A VM with the figures that are given, read as a fleet's. */
function shapeOf(options: Options, wrong: Finding[]): VM | undefined {
  const before = wrong.length;
  for (const [key, like] of [
    ["vcpus", "8"],
    ["memory", "32GiB"],
  ] as const) {
    if (options[key] !== undefined) continue;
    const message = `\`${SHAPE[key]}\` is missing: without it nothing can be proven to fit`;
    wrong.push(contradiction(message, `Add it, like ${SHAPE[key]} ${like}, or name a VM with --like.`));
  }
  const vcpus = readCount(wrong, "--vcpus", options.vcpus, 1);
  const guestCells = readCount(wrong, "--guest-cells", options.guestCells, 1);
  const disks = (options.disk ?? []).flatMap((text, d) => {
    const [, kind, size] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (kind !== undefined && size !== undefined) return [{ name: `disk${d + 1}`, class: kind, size }];
    wrong.push(wrongOption("--disk", text, "expected a class and a size, like ssd=40GB"));
    return [];
  });
  const gpus = (options.gpu ?? []).map((kind, i) => {
    if (kind === PASSTHROUGH) return {};
    return MODEL.test(kind) ? { model: kind } : { vgpu: { type: kind, uuid: noUuid(i) } };
  });
  const { memory, cpuPolicy, hugepages, bridge } = options;
  const input = {
    name: "seat",
    // Others are told beside a figure that is wrong or missing.
    vcpus: vcpus ?? guestCells ?? 1,
    memory: memory ?? "1024 GiB",
    disks,
    gpus,
    ...(cpuPolicy !== undefined && { cpuPolicy }),
    ...(guestCells !== undefined && { guestCells }),
    ...(hugepages !== undefined && { hugepages }),
    ...(bridge !== undefined && { bridge }),
  };
  const { fleet, findings } = parseFleet({ vms: [input] } as FleetInput);
  wrong.push(...findings.map(ofOption));
  return wrong.length > before ? undefined : fleet?.vms[0];
}

/** A fault of the shape as one of the option that it is from: `vms[0].disks[1].size` is `--disk`. */
function ofOption(fault: Finding): Finding {
  const optionOf = (key: string) => SHAPE[key.replace(/^(disk|gpu)s$/, "$1") as keyof typeof SHAPE] ?? "--vm";
  const [, key = ""] = /^vms\[0\]\.(\w+)/.exec(fault.path) ?? [];
  const option = optionOf(key);
  const message = fault.message.replace(
    /`vms\[0\]\.(\w+)[^`]*`/g,
    (_, name: string) => `\`${optionOf(name)}\``,
  );
  const remedy = fault.remedy.replace(/\bvcpus\b/g, "--vcpus").replace(/\bguestCells\b/g, "--guest-cells");
  return { ...fault, path: option, subject: `option ${option}`, message, remedy };
}

function tooFew({ seats, survive }: VmSeatsAnswer, shape: VM, atLeast: number): Finding[] {
  const proven = Math.min(
    seats.atLeast ?? 0,
    survive ? (survive.seats.atLeast ?? 0) : Number.POSITIVE_INFINITY,
  );
  if (proven >= atLeast) return [];
  const reach = survive ? `${formatReach(survive.seats)} with any one host lost` : formatReach(seats);
  return [
    finding({
      rule: "ask/too-few-seats",
      path: "",
      subject: "hosts",
      have: proven,
      need: atLeast,
      limit: proven,
      unit: "VMs",
      message: `${count(atLeast, "more VM")} asked for of ${describeVm(shape)}, but the hosts take ${reach}.`,
      remedy: "Make room as the answer says, or ask for a smaller shape.",
    }),
  ];
}
