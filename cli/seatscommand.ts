import { count } from "../capacity/host/names.ts";
import { askSeats, type Beside, type SeatsAnswer } from "../capacity/questions/seats.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { type ScaleSet, scaleSet } from "../model/scaleset.ts";
import { describeShape, seatsSections } from "../report/seats.ts";
import { formatReach } from "../report/stops.ts";
import {
  type Figure,
  formatToleration,
  readCount,
  readQuantity,
  readSelector,
  readTolerations,
} from "./figureOptions.ts";
import { once } from "./fleetInput.ts";
import { collect } from "./optionValues.ts";
import {
  contradiction,
  type QuestionOptions,
  questionCommand,
  resolveName,
  runQuestion,
  unknownName,
  wrongOption,
} from "./question.ts";
import type { ExitCode, Streams } from "./streams.ts";

interface Options extends QuestionOptions {
  readonly cpu?: string;
  readonly memory?: string;
  readonly ephemeralStorage?: string;
  readonly limitCpu?: string;
  readonly limitMemory?: string;
  readonly limitEphemeralStorage?: string;
  readonly like?: string;
  readonly selector?: readonly string[];
  readonly toleration?: readonly string[];
  readonly label?: readonly string[];
  readonly cluster?: string;
  readonly beside: string;
  readonly survive: string;
  readonly atLeast: string;
}

/** Runs `fleet seats` with its arguments. Never throws for a mistake of the user's. */
export async function runSeatsCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  if (args.includes("--vm")) return (await import("./vmseatscommand.ts")).runVmSeatsCommand(args, streams);
  const command = questionCommand(
    "seats",
    "Tells how many more runners of a shape fit, where, and what stops the next one, by capacity and by policy. " +
      "Nothing is touched.\nExit code 0: as many fit as --at-least tells. 1: fewer do. 2: wrong input.",
  )
    .option("--vm", "VMs of a shape, not runners; fleet seats --vm --help has its options")
    .option("--cpu <quantity>", "CPU request of one runner, all its containers together", once)
    .option("--memory <quantity>", "memory request", once)
    .option("--ephemeral-storage <quantity>", "ephemeral-storage request; none by default", once)
    .option("--limit-cpu <quantity>", "CPU limit; does not count", once)
    .option("--limit-memory <quantity>", "memory limit; the request by default", once)
    .option(
      "--limit-ephemeral-storage <quantity>",
      "ephemeral-storage limit; the request without one of its own",
      once,
    )
    .option(
      "--like <scale-set>",
      "the shape of this scale set: envelope, selector, tolerations and labels",
      once,
    )
    .option("--selector <key=value>", "node selector; may be repeated, or a list with commas", collect)
    .option(
      "--toleration <key=value:effect>",
      "toleration, like key=value:NoSchedule, key:NoSchedule, key or *; may be repeated",
      collect,
    )
    .option(
      "--label <label>",
      "label that the runners would advertise: its ceiling counts; may be repeated",
      collect,
    )
    .option("--cluster <context>", "the cluster; needed where the fleet has several", once)
    .option(
      "--beside <what>",
      "whose seats are kept: maxima (of all scale sets), minima (kept warm) or nothing",
      "maxima",
    )
    .option("--survive <nodes>", "1: also with any one node lost", "0")
    .option("--at-least <seats>", "fewer seats than this end with exit code 1", "1");
  return runQuestion<Options>(command, args, streams, (options, fleet, wrong) => {
    const shape = shapeOf(options, fleet, wrong);
    const beside = besideOf(options.beside, wrong);
    const survive = readCount(wrong, "--survive", options.survive, 0, 1);
    const atLeast = readCount(wrong, "--at-least", options.atLeast, 0);
    if (!shape || beside === undefined || survive === undefined || atLeast === undefined) return undefined;
    return (checked, today) => {
      const question = { shape, beside, survive: survive === 1 };
      const answer = askSeats(checked, question, { today });
      const findings = tooFew(answer, shape, atLeast);
      return {
        verdict: answer.exact ? "exact" : "bound",
        code: findings.length === 0 ? 0 : 1,
        answer: { question: { ...echo(shape), beside, survive, atLeast }, ...answer },
        findings,
        sections: seatsSections(question, answer, findings),
      };
    };
  });
}

/** The question as data, so that an answer that is kept tells what it is about. */
function echo({ cluster, containers, selector, tolerations, labels }: ScaleSet) {
  return {
    cluster,
    containers: containers.map(({ name, requests, limits }) => ({ name, requests, limits })),
    selector,
    tolerations: tolerations.map(formatToleration),
    labels,
  };
}

function besideOf(given: string, wrong: Finding[]): Beside | undefined {
  if (given === "maxima" || given === "minima" || given === "nothing") return given;
  wrong.push(wrongOption("--beside", given, "expected maxima, minima or nothing"));
  return undefined;
}

function shapeOf(options: Options, fleet: Fleet | undefined, wrong: Finding[]): ScaleSet | undefined {
  const like = options.like === undefined ? undefined : likeOf(options.like, options, fleet, wrong);
  const container = options.like === undefined ? containerOf(options, wrong) : undefined;
  const selector = readSelector(wrong, "--selector", options.selector ?? []);
  const tolerations = readTolerations(wrong, "--toleration", options.toleration ?? []);
  const cluster = options.like === undefined ? clusterOf(options.cluster, fleet, wrong) : like?.cluster;
  const known = fleet?.policy.labels.map((l) => l.label) ?? [];
  for (const label of options.label ?? []) {
    if (fleet && !known.includes(label))
      wrong.push(unknownName("--label", "label with a ceiling", label, known));
  }
  if (like) return like;
  if (!container || cluster === undefined) return undefined;
  return {
    ...scaleSet.parse({ ...UNNAMED, cluster, containers: [container] }),
    labels: [...(options.label ?? [])],
    selector,
    tolerations,
  };
}

/** What a scale set has to have beside its shape. */
const UNNAMED = { name: "seat", scope: "seat", labels: ["seat"], maxRunners: 0 };

/** Options that a scale set's own shape answers. */
const SHAPE = [
  ["cpu", "--cpu"],
  ["memory", "--memory"],
  ["ephemeralStorage", "--ephemeral-storage"],
  ["limitCpu", "--limit-cpu"],
  ["limitMemory", "--limit-memory"],
  ["limitEphemeralStorage", "--limit-ephemeral-storage"],
  ["selector", "--selector"],
  ["toleration", "--toleration"],
  ["label", "--label"],
  ["cluster", "--cluster"],
] as const satisfies readonly (readonly [keyof Options, string])[];

function likeOf(
  name: string,
  options: Options,
  fleet: Fleet | undefined,
  wrong: Finding[],
): ScaleSet | undefined {
  const beside = SHAPE.filter(([key]) => options[key] !== undefined).map(([, option]) => option);
  if (beside.length > 0) {
    const remedy = "Leave them out, or spell the whole shape without --like.";
    wrong.push(
      contradiction(
        `--like takes the shape of a scale set, and ${beside.join(", ")} would change it`,
        remedy,
      ),
    );
  }
  const index = fleet && resolveName(wrong, "--like", "scale set", name, fleet.scaleSets);
  return index === undefined ? undefined : fleet?.scaleSets[index];
}

/** One container with the figures that are given, as a fleet file has it. */
function containerOf(options: Options, wrong: Finding[]) {
  const before = wrong.length;
  const requests = {
    cpu: readQuantity(wrong, "--cpu", "cpu", options.cpu),
    memory: readQuantity(wrong, "--memory", "memory", options.memory),
    ephemeralStorage: readQuantity(
      wrong,
      "--ephemeral-storage",
      "ephemeralStorage",
      options.ephemeralStorage,
    ),
  };
  const limits = {
    cpu: readQuantity(wrong, "--limit-cpu", "cpu", options.limitCpu),
    memory: readQuantity(wrong, "--limit-memory", "memory", options.limitMemory),
    ephemeralStorage: readQuantity(
      wrong,
      "--limit-ephemeral-storage",
      "ephemeralStorage",
      options.limitEphemeralStorage,
    ),
  };
  for (const [figure, option, like] of [
    ["cpu", "--cpu", "4"],
    ["memory", "--memory", "32Gi"],
  ] as const) {
    if (options[figure] !== undefined) continue;
    const message = `\`${option}\` is missing: without a request nothing can be proven to fit`;
    wrong.push(contradiction(message, `Add it, like ${option} ${like}, or name a scale set with --like.`));
  }
  for (const [figure, option] of [
    ["cpu", "--limit-cpu"],
    ["memory", "--limit-memory"],
    ["ephemeralStorage", "--limit-ephemeral-storage"],
  ] as const) {
    const [request, limit] = [requests[figure], limits[figure]];
    if (request === undefined || limit === undefined || limit >= request) continue;
    const given = String(options[`limit${figure[0]?.toUpperCase()}${figure.slice(1)}` as "limitCpu"]);
    wrong.push(wrongOption(option, given, "it is below the request, and Kubernetes rejects such a pod"));
  }
  if (wrong.length > before) return undefined;
  return {
    name: "runner" as const,
    requests: written(requests),
    limits: written({ ...limits, memory: limits.memory ?? requests.memory }),
  };
}

function written({ cpu, memory, ephemeralStorage }: Readonly<Record<Figure, number | undefined>>) {
  return {
    ...(cpu !== undefined && { cpu: `${cpu}m` }),
    ...(memory !== undefined && { memory: `${memory}` }),
    ...(ephemeralStorage !== undefined && { ephemeralStorage: `${ephemeralStorage}` }),
  };
}

function clusterOf(
  given: string | undefined,
  fleet: Fleet | undefined,
  wrong: Finding[],
): string | undefined {
  if (!fleet) return undefined;
  const known = [...new Set(fleet.nodes.map((n) => n.cluster))];
  if (given === undefined) {
    if (known.length <= 1) return known[0] ?? "default";
    const message = `\`--cluster\` is missing: the fleet has nodes in ${known.join(", ")}`;
    wrong.push(contradiction(message, "Name one of them."));
    return undefined;
  }
  if (known.includes(given)) return given;
  wrong.push(unknownName("--cluster", "cluster", given, known));
  return undefined;
}

function tooFew({ policy }: SeatsAnswer, shape: ScaleSet, atLeast: number): Finding[] {
  const { seats, survive } = policy;
  const proven = Math.min(
    seats.atLeast ?? 0,
    survive ? (survive.seats.atLeast ?? 0) : Number.POSITIVE_INFINITY,
  );
  if (proven >= atLeast) return [];
  const reach = survive
    ? `${formatReach(survive.seats)} with any one node lost`
    : `${formatReach(seats)} by policy`;
  return [
    finding({
      rule: "ask/too-few-seats",
      path: "",
      subject: `cluster ${shape.cluster}`,
      have: proven,
      need: atLeast,
      limit: proven,
      unit: "runners",
      message: `Cluster ${shape.cluster}: ${count(atLeast, "more seat")} asked for of ${describeShape(shape)}, but ${reach}.`,
      remedy: "Make room as the answer says, or ask for a smaller shape.",
    }),
  ];
}
