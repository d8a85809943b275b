import type { Change, Figures, Target } from "../capacity/questions/change.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { type Node, node as nodeSchema } from "../model/node.ts";
import type { Container, ScaleSet } from "../model/scaleset.ts";
import { FIGURES, readCount, readQuantity, readSelector, readTaint } from "./figureOptions.ts";
import { contradiction, resolveName, unknownName, wrongOption } from "./question.ts";

/** The options of `fleet what-if` that change something, read into changes. */

export interface ChangeFlags {
  readonly drop?: readonly string[];
  readonly cordon?: readonly string[];
  readonly uncordon?: readonly string[];
  readonly addNode?: readonly string[];
  readonly requests?: readonly string[];
  readonly limits?: readonly string[];
  readonly maxRunners?: readonly string[];
  readonly ceiling?: readonly string[];
  readonly budget?: readonly string[];
  readonly limitRatio?: string;
  readonly memoryPressure?: readonly string[];
  readonly diskPressure?: readonly string[];
  readonly pidPressure?: readonly string[];
}

/** Every change that the options ask for; what is wrong with any of them goes to `wrong`. */
export function readChanges(
  flags: ChangeFlags,
  fleet: Fleet,
  added: readonly Node[],
  today: string,
  wrong: Finding[],
): Change[] {
  return [
    ...addedNodes(flags.addNode ?? [], fleet, added, today, wrong),
    ...nodeChanges(flags, fleet, wrong),
    ...envelopes(flags, fleet, wrong),
    ...counts(flags.maxRunners, "--max-runners", wrong).flatMap(({ name, n }): Change[] => {
      const set = setOf(fleet, "--max-runners", name, wrong);
      return set ? [{ kind: "max-runners", scaleSet: targetOf(set), maximum: n }] : [];
    }),
    ...counts(flags.ceiling, "--ceiling", wrong).flatMap(({ name, n }): Change[] => {
      const known = fleet.policy.labels.map((l) => l.label);
      if (known.includes(name)) return [{ kind: "ceiling", label: name, ceiling: n }];
      wrong.push(unknownName("--ceiling", "label with a ceiling", name, known));
      return [];
    }),
    ...counts(flags.budget, "--budget", wrong).flatMap(({ name, n }): Change[] => {
      const set = setOf(fleet, "--budget", name, wrong);
      return set ? [{ kind: "budget", scaleSet: set.name, maximum: n, date: today }] : [];
    }),
    ...ratio(flags.limitRatio, wrong),
  ];
}

function targetOf({ cluster, name }: Target): Target {
  return { cluster, name };
}

function nodeChanges(flags: ChangeFlags, { nodes }: Fleet, wrong: Finding[]): Change[] {
  const seen = new Map<string, string>();
  const find = (option: string, name: string): Target | undefined => {
    const n = resolveName(wrong, option, "node", name, nodes);
    return n === undefined ? undefined : targetOf(nodes[n] as Node);
  };
  const told = (option: string, { cluster, name }: Target): boolean => {
    const key = `${cluster}/${name}`;
    const other = seen.get(key);
    const excludes =
      [option, other].includes("--drop") || (option.endsWith("cordon") && other?.endsWith("cordon"));
    seen.set(key, option);
    if (other === undefined || !excludes || other === option) return other === option && option === "--drop";
    wrong.push(
      contradiction(`${other} and ${option} exclude each other for node ${name}`, "Choose one of them."),
    );
    return true;
  };
  const plain = (["drop", "cordon", "uncordon"] as const).flatMap((kind) =>
    (flags[kind] ?? []).flatMap((name): Change[] => {
      const node = find(`--${kind}`, name);
      return node && !told(`--${kind}`, node) ? [{ kind, node }] : [];
    }),
  );
  const pressed = (
    [
      ["memory", flags.memoryPressure],
      ["disk", flags.diskPressure],
      ["pid", flags.pidPressure],
    ] as const
  ).flatMap(([of, names = []]) => {
    const option = `--${of}-pressure`;
    const targets = names.flatMap((name) =>
      name === "all" ? nodes.map(targetOf) : (find(option, name) ?? []),
    );
    const distinct = new Map(targets.map((t) => [`${t.cluster}/${t.name}`, t]));
    return [...distinct.values()].flatMap((node): Change[] =>
      told(option, node) ? [] : [{ kind: "pressure", of, node }],
    );
  });
  return [...plain, ...pressed];
}

function setOf({ scaleSets }: Fleet, option: string, name: string, wrong: Finding[]): ScaleSet | undefined {
  const s = resolveName(wrong, option, "scale set", name, scaleSets);
  return s === undefined ? undefined : scaleSets[s];
}

/** The model takes no larger count. */
const MOST = 1_000_000;

/** `NAME=4`, several of them; one name twice with another number is an error. */
function counts(
  values: readonly string[] = [],
  option: string,
  wrong: Finding[],
): { name: string; n: number }[] {
  const found = new Map<string, number>();
  for (const value of values) {
    const at = value.lastIndexOf("=");
    const name = value.slice(0, Math.max(0, at));
    if (name === "") {
      wrong.push(wrongOption(option, value, "expected a name and a number, like name=4"));
      continue;
    }
    const n = readCount(wrong, option, value.slice(at + 1), 0, MOST, value);
    if (n === undefined) continue;
    const before = found.get(name);
    if (before !== undefined && before !== n)
      wrong.push(
        contradiction(`${option} is given twice for ${name}, as ${before} and ${n}`, "Choose one of them."),
      );
    found.set(name, n);
  }
  return [...found].map(([name, n]) => ({ name, n }));
}

const ENVELOPE = "expected a scale set and quantities, like name:cpu=4,memory=32Gi or name/dind:memory=2Gi";

function envelopes(flags: ChangeFlags, fleet: Fleet, wrong: Finding[]): Change[] {
  return (["requests", "limits"] as const).flatMap((kind) => {
    const given = new Map<string, number>();
    return (flags[kind] ?? []).flatMap((value): Change[] => {
      const option = `--${kind}`;
      const at = value.lastIndexOf(":");
      if (at <= 0) {
        wrong.push(wrongOption(option, value, ENVELOPE));
        return [];
      }
      const owner = value.slice(0, at);
      const figures = figuresOf(option, owner, value.slice(at + 1), wrong);
      const [, bare = owner, container] = /^(.+)\/(runner|dind|workflow)$/.exec(owner) ?? [];
      const set = setOf(fleet, option, bare, wrong);
      if (!set || !figures) return [];
      const name = (container ?? "runner") as Container["name"];
      for (const [figure, amount] of Object.entries(figures)) {
        const key = JSON.stringify([set.cluster, set.name, name, figure]);
        if ((given.get(key) ?? amount) !== amount)
          wrong.push(contradiction(`${option} is given twice for ${owner}`, "Choose one of them."));
        given.set(key, amount);
      }
      if (set.containers.some((c) => c.name === name))
        return [{ kind, scaleSet: targetOf(set), container: name, figures }];
      const known = set.containers.map((c) => c.name).join(", ");
      wrong.push(
        finding({
          ...wrongOption(option, value, ""),
          message: `\`${option}\` is ${JSON.stringify(value)}, but scale set ${set.name} has no container ${name}; expected ${known}.`,
        }),
      );
      return [];
    });
  });
}

/** All that is wrong with them is told; undefined if something is. */
function figuresOf(option: string, owner: string, text: string, wrong: Finding[]): Figures | undefined {
  const before = wrong.length;
  const figures: { cpu?: number; memory?: number; ephemeralStorage?: number } = {};
  for (const pair of text.split(",")) {
    const given = `${owner}:${pair}`;
    const [key = "", value, ...more] = pair.split("=");
    const figure = Object.hasOwn(FIGURES, key.trim()) ? FIGURES[key.trim()] : undefined;
    if (!figure || value === undefined || more.length > 0) {
      wrong.push(wrongOption(option, given, ENVELOPE));
      continue;
    }
    if (figures[figure] !== undefined)
      wrong.push(contradiction(`${option} is given twice for ${owner}`, "Choose one of them."));
    const amount = readQuantity(wrong, option, figure, value.trim(), "demand", given);
    if (amount !== undefined) figures[figure] = amount;
  }
  return wrong.length > before ? undefined : figures;
}

function ratio(value: string | undefined, wrong: Finding[]): Change[] {
  if (value === undefined) return [];
  const number = /^\d{1,6}(\.\d{1,6})?$/.test(value) ? Number(value) : 0;
  if (number > 0) return [{ kind: "limit-ratio", ratio: number }];
  wrong.push(wrongOption("--limit-ratio", value, "expected a number above 0, like 1.5"));
  return [];
}

const ADDED =
  "expected a node like name=honey-2,like=honey or name=n,cpu=32,memory=128Gi,ephemeral-storage=500Gi,pods=110,label=a=b,taint=a=b:NoSchedule";

function addedNodes(
  specs: readonly string[],
  fleet: Fleet,
  fromFile: readonly Node[],
  today: string,
  wrong: Finding[],
): Change[] {
  const own = specs.flatMap((spec) => nodeOf(spec, fleet, today, wrong) ?? []);
  const known = new Set(fleet.nodes.map((n) => `${n.cluster}/${n.name}`));
  return [...own, ...fromFile].flatMap((node): Change[] => {
    const name = `${node.cluster}/${node.name}`;
    if (known.has(name)) {
      const remedy = "Give the new node a name of its own, or drop the other one in a question of its own.";
      wrong.push(contradiction(`Node ${name} is in the fleet already`, remedy));
      return [];
    }
    known.add(name);
    return [{ kind: "add", node }];
  });
}

function nodeOf(spec: string, fleet: Fleet, today: string, wrong: Finding[]): Node | undefined {
  const before = wrong.length;
  const single = new Map<string, string>();
  const labels: string[] = [];
  const taints: string[] = [];
  for (const pair of spec.split(",")) {
    const at = pair.indexOf("=");
    const [key, value] = [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
    if (key === "label") labels.push(value);
    else if (key === "taint") taints.push(value);
    else if (ADDED_KEYS.includes(key) && !single.has(key)) single.set(key, value);
    else {
      wrong.push(wrongOption("--add-node", spec, ADDED));
      return undefined;
    }
  }
  const like = single.get("like");
  const n = like === undefined ? undefined : resolveName(wrong, "--add-node", "node", like, fleet.nodes);
  const base = n === undefined ? undefined : fleet.nodes[n];
  const name = single.get("name");
  if (name === undefined) wrong.push(wrongOption("--add-node", spec, `it has no name; ${ADDED}`));
  const figures = Object.entries(FIGURES).flatMap(([key, figure]) => {
    const value = readQuantity(wrong, "--add-node", figure, single.get(key), "capacity", spec);
    return value === undefined ? [] : [[figure, value] as const];
  });
  const pods = readCount(wrong, "--add-node", single.get("pods"), 0, MOST, spec);
  const ownLabels = labels.length === 0 ? {} : readSelector(wrong, "--add-node", labels);
  const ownTaints = taints.flatMap((t) => readTaint(wrong, "--add-node", t) ?? []);
  if (like === undefined && (!single.has("cpu") || !single.has("memory") || !single.has("pods")))
    wrong.push(wrongOption("--add-node", spec, `without like= it needs cpu, memory and pods; ${ADDED}`));
  const cluster = single.get("cluster") ?? base?.cluster ?? onlyCluster(fleet);
  if (cluster === undefined)
    wrong.push(wrongOption("--add-node", spec, "the fleet has several clusters, so it needs cluster="));
  if (wrong.length > before || name === undefined) return undefined;
  const { "kubernetes.io/hostname": _, ...inherited } = base?.labels ?? {};
  const parsed = nodeSchema.safeParse({
    name,
    cluster,
    recorded: { source: "configured", date: base?.recorded.date ?? today },
    allocatable: {},
    labels: { ...inherited, ...ownLabels },
    taints: taints.length > 0 ? ownTaints : (base?.taints ?? []),
    unschedulable: false,
  });
  if (!parsed.success) {
    wrong.push(wrongOption("--add-node", spec, parsed.error.issues.map((i) => i.message).join("; ")));
    return undefined;
  }
  return {
    ...parsed.data,
    allocatable: {
      ...base?.allocatable,
      ...Object.fromEntries(figures),
      ...(pods !== undefined && { pods }),
    },
    running: NOTHING,
  };
}

const ADDED_KEYS = ["name", "like", "cluster", "cpu", "memory", "ephemeral-storage", "pods"];
/** A new node runs nothing yet. */
const NOTHING = { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 };

function onlyCluster({ nodes }: Fleet): string | undefined {
  const clusters = [...new Set(nodes.map((n) => n.cluster))];
  return clusters.length > 1 ? undefined : (clusters[0] ?? "default");
}
