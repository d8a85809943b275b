/** Bringing a host's kernel, and our files on it, to what is declared. */
import type { HostShell } from "../../transport/shell.ts";
import { ProviderError } from "../failure.ts";
import type { Context } from "../resource.ts";
import { countGuests, harmOn } from "./disruption.ts";
import { liveValueOf, type Observation, observe } from "./observation.ts";
import { render, SYSCTL, TMPFILES } from "./persistence.ts";
import { conflicts, shortfalls, unmet } from "./problems.ts";
import { hugepagesOf, type Settings, words, writesOf } from "./setting.ts";
import { runSteps, type Step, undone } from "./steps.ts";

export interface Goal {
  /** What is to be, now and after a reboot. */
  readonly declared: Settings;
  /** What was declared until now and is no longer: set back to what was before. */
  readonly released: Settings;
  /** What was before, as far as the state knows. */
  readonly before: Settings;
  readonly allowDisruption: boolean;
  /** Whether the resource is new, so that files on the host may be those of another one. */
  readonly isNew: boolean;
}

export interface Result {
  readonly before: Settings;
  readonly live: Settings;
  readonly pending: readonly string[];
}

interface Change {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** @throws ProviderError with everything that is in the way, and then nothing was changed or all was set back */
export async function reach(goal: Goal, context: Context): Promise<Result> {
  const shell = await context.shell();
  const found = await observe(shell);
  const isDeleted = goal.declared.size === 0;
  const problems = isDeleted
    ? []
    : [...conflicts(found, context.urn, goal.isNew), ...unmet(found, goal.declared)];
  if (problems.length > 0) throw failure(context, "cannot be tuned", problems);
  warnOfTuned(found, goal.declared, context);
  const before = remembered(goal, found);
  const wanted = [...changesTo(goal.declared, found), ...changesBack(goal, before, found, context)];
  const { changes, pending } = await withoutHarm(wanted, goal, found, shell, context);
  const kept = new Map([...before].filter(([key]) => goal.declared.has(key)));
  const files = fileSteps(found, isDeleted ? undefined : render(context.urn, goal.declared, kept), context);
  if (files.length + changes.length === 0) {
    return { before: kept, live: declaredLive(goal.declared, found), pending };
  }
  const live = await make(files, changes, found, context, shell);
  return { before: kept, live: declaredLive(goal.declared, live), pending };
}

/** What the declared and released settings were before anything of ours touched them. */
function remembered(goal: Goal, found: Observation): Map<string, string> {
  const noted = found.tmpfiles.owner === "us" ? found.tmpfiles.before : new Map<string, string>();
  const out = new Map<string, string>();
  for (const key of [...goal.declared.keys(), ...goal.released.keys()]) {
    const value = goal.before.get(key) ?? noted.get(key) ?? found.live.get(key);
    if (value !== undefined) out.set(key, value);
  }
  return out;
}

function changesTo(declared: Settings, found: Observation): Change[] {
  return [...declared].flatMap(([key, to]) => {
    const from = liveValueOf(found, key);
    return from === undefined || from === to ? [] : [{ key, from, to }];
  });
}

/** A setting that is no longer as it was declared is somebody else's by now, and stays. */
function changesBack(goal: Goal, before: Settings, found: Observation, context: Context): Change[] {
  return [...goal.released].flatMap(([key, declared]) => {
    const from = found.live.get(key);
    const to = before.get(key);
    if (goal.declared.has(key) || from === undefined || to === undefined || from === to) return [];
    if (from === declared) return [{ key, from, to }];
    context.log("info", `${words(key, from)} was set by somebody else and stays as it is`);
    return [];
  });
}

/** Takes out what can hurt guests that run, unless the program allows it. */
async function withoutHarm(
  wanted: readonly Change[],
  goal: Goal,
  found: Observation,
  shell: HostShell,
  context: Context,
): Promise<{ changes: Change[]; pending: string[] }> {
  const harms = new Map(
    wanted.flatMap((change): [Change, string][] => {
      const harm = harmOn(found, change.key, change.from, change.to);
      return harm === undefined ? [] : [[change, harm]];
    }),
  );
  const guests = harms.size === 0 || goal.allowDisruption ? 0 : await countGuests(shell);
  if (guests === 0) return { changes: inOrder(wanted), pending: [] };
  const pending: string[] = [];
  const run = guests === 1 ? "1 guest runs" : `${guests} guests run`;
  for (const [{ key, from, to }, harm] of harms) {
    const isDeclared = goal.declared.has(key);
    const then = isDeclared ? "waits for the next boot" : "is set back by the next boot";
    if (isDeclared) pending.push(`${words(key, to)}: ${run}, and it ${harm}`);
    context.log(
      "warning",
      `${words(key, to)} ${then}, and is ${from} until then: ${run} on the host, and it ${harm}. To change it now all the same, set allowDisruption to true`,
    );
  }
  return { changes: inOrder(wanted.filter((change) => !harms.has(change))), pending };
}

/** Pages that are given back come first: others may be made of their memory. */
function inOrder(changes: readonly Change[]): Change[] {
  const growth = ({ key, from, to }: Change): number => (hugepagesOf(key) ? Number(to) - Number(from) : 0);
  return [...changes].sort((a, b) => Math.sign(growth(a)) - Math.sign(growth(b)));
}

/** Files whose text is not yet, or no longer, what it should be; without `rendered` they go, if they are ours. */
function fileSteps(
  found: Observation,
  rendered: ReadonlyMap<string, string | undefined> | undefined,
  context: Context,
): Step[] {
  return [TMPFILES, SYSCTL].flatMap((path): Step[] => {
    const text = rendered?.get(path);
    if (found.texts.get(path) === text) return [];
    const isOther = (path === TMPFILES ? found.tmpfiles : found.sysctl).owner === "other";
    if (!isOther) return [{ kind: "file", path, text }];
    context.log("warning", `${path} on the host is not ours and stays`);
    return [];
  });
}

/** Files first: they hold what was before, should this be interrupted. */
async function make(
  files: readonly Step[],
  changes: readonly Change[],
  found: Observation,
  context: Context,
  shell: HostShell,
): Promise<Observation> {
  const timeoutMs = context.timeout === undefined ? undefined : context.timeout * 1000;
  const writes = changes.flatMap(({ key, to }) =>
    writesOf(key, to).map(([path, value]) => ({ key, step: { kind: "value", path, value } as const })),
  );
  const back: Step[] = [
    ...changes.flatMap(({ key, from }) =>
      writesOf(key, from).map(([path, value]): Step => ({ kind: "value", path, value })),
    ),
    ...files.map((step): Step => ({ kind: "file", path: step.path, text: found.texts.get(step.path) })),
  ];
  const setBack = (message: string): Promise<ProviderError> => undone(shell, back, timeoutMs, message);
  try {
    const refusals = await runSteps(shell, [...files, ...writes.map(({ step }) => step)], timeoutMs);
    const said = new Map<string, string>();
    for (const [position, text] of refusals) {
      const key = writes[position - files.length]?.key;
      if (key !== undefined && !said.has(key)) said.set(key, text);
    }
    const after = await observe(shell);
    const missed = shortfalls(after, new Map(changes.map(({ key, to }) => [key, to])), said);
    if (missed.length === 0) return after;
    throw failure(context, "did not take all of its tuning", missed);
  } catch (problem) {
    throw problem instanceof ProviderError ? await setBack(problem.message) : problem;
  }
}

function warnOfTuned(found: Observation, declared: Settings, context: Context): void {
  if (found.tuned === undefined || declared.size === 0) return;
  const profile = found.tuned === "" ? "" : ` with the profile ${found.tuned}`;
  context.log(
    "warning",
    `tuned runs on the host${profile} and may set the same things otherwise, now or at the next boot. Switch it off there (tuned-adm off), or leave out what it sets`,
  );
}

function declaredLive(declared: Settings, found: Observation): Map<string, string> {
  return new Map(
    [...declared.keys()].flatMap((key): [string, string][] => {
      const value = liveValueOf(found, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function failure(context: Context, what: string, problems: readonly string[]): ProviderError {
  return new ProviderError(
    `the host of ${context.uri} ${what}:\n${problems.map((text) => `  - ${text}`).join("\n")}`,
  );
}
