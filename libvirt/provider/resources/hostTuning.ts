/** libvirt:index/hostTuning:HostTuning */
import { resourceSchema } from "../../schema/resources.ts";
import { type CheckFailure, ProviderError } from "../failure.ts";
import type { Context, ReadAnswer, Resource, State } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { type Result, reach } from "../tuning/change.ts";
import { possibleHarm } from "../tuning/disruption.ts";
import { liveValueOf, type Observation, observe } from "../tuning/observation.ts";
import { NUMA_BALANCING, type Settings, settingsOf, valuesOf, words } from "../tuning/setting.ts";
import { hasUnknown, isList, isProperties, type Properties, type Value } from "../values.ts";

const TOKEN = "libvirt:index/hostTuning:HostTuning";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

/** A host has one kernel. */
const ID = "host";
const OUTPUTS = ["before", "live", "pending"] as const;
const NONE: Settings = new Map();

export const hostTuning: Resource = {
  check(request) {
    const { inputs, failures } = standardCheck(schema, request);
    return { inputs, failures: [...failures, ...inconsistencies(inputs)] };
  },

  diff: (before, after) => standardDiff(schema, before, after),

  async create(inputs, context) {
    const result = await reach({ ...goalOf(inputs), released: NONE, before: NONE, isNew: true }, context);
    return { id: ID, outputs: outputsOf(result) };
  },

  async read(_id, known, context) {
    const found = await observe(await context.shell());
    return known ? compared(known, found) : adopted(found, context);
  },

  async update(_id, { inputs, outputs }, after, context) {
    const result = await reach(
      { ...goalOf(after), released: settingsOf(inputs), before: beforeOf(outputs), isNew: false },
      context,
    );
    return outputsOf(result);
  },

  async delete(_id, { inputs, outputs }, context) {
    await reach(
      {
        declared: NONE,
        released: settingsOf(inputs),
        before: beforeOf(outputs),
        allowDisruption: inputs.allowDisruption === true,
        isNew: false,
      },
      context,
    );
  },

  changedOutputs: (before, after) =>
    standardDiff(schema, before, after).changes.some(({ property }) => property !== "allowDisruption")
      ? OUTPUTS
      : ["pending", "live"],

  notices(before, after) {
    const harms = after.allowDisruption === true ? [] : possibleHarm(settingsOf(before), settingsOf(after));
    if (harms.length === 0) return [];
    const message = `while guests run on the host this waits for its next boot, unless allowDisruption is true: ${harms.join("; ")}`;
    return [{ severity: "warning", message }];
  },
};

const goalOf = (inputs: Properties) => ({
  declared: settingsOf(inputs),
  allowDisruption: inputs.allowDisruption === true,
});

const beforeOf = (outputs: Properties): Settings =>
  settingsOf(isProperties(outputs.before) ? outputs.before : {});

const outputsOf = ({ before, live, pending }: Result): Properties => ({
  before: valuesOf(before),
  live: valuesOf(live),
  pending,
});

/** What is wrong with the inputs as a whole. */
function inconsistencies(inputs: Properties): CheckFailure[] {
  const out: CheckFailure[] = [];
  if (Object.keys(inputs).every((name) => name === "allowDisruption")) {
    const reason = "declares nothing: give governor, numaBalancing, transparentHugepages or hugepages";
    out.push({ property: "", reason });
  }
  const thp = inputs.transparentHugepages;
  if (isProperties(thp) && Object.keys(thp).length === 0) {
    out.push({ property: "transparentHugepages", reason: "declares nothing: give enabled or defrag" });
  }
  const seen = new Map<string, number>();
  for (const [index, pages] of listOf(inputs.hugepages).entries()) {
    if (!isProperties(pages) || hasUnknown(pages)) continue;
    const key = `${String(pages.cell)} ${String(pages.size)}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else {
      const reason = `names the same cell and size as hugepages[${first}]; give their count once`;
      out.push({ property: `hugepages[${index}]`, reason });
    }
  }
  return out;
}

const listOf = (value: Value | undefined): readonly Value[] => (isList(value) ? value : []);

/** What our files say that the host is set to after a reboot. */
function persistent({ tmpfiles, sysctl }: Observation): Settings {
  const numa = sysctl.owner === "us" ? sysctl.settings.get(NUMA_BALANCING) : undefined;
  return new Map([
    ...(tmpfiles.owner === "us" ? tmpfiles.settings : []),
    ...(numa === undefined ? [] : ([[NUMA_BALANCING, numa]] as const)),
  ]);
}

/**
 * The declared settings as they are: the kernel's value where that differs, else what our files say. One that waits
 * for the next boot is as declared as long as nobody touches it.
 */
function compared({ inputs, outputs }: State, found: Observation): ReadAnswer {
  const declared = settingsOf(inputs);
  const recorded = settingsOf(isProperties(outputs.live) ? outputs.live : {});
  const files = persistent(found);
  const actual = new Map<string, string>();
  const live = new Map<string, string>();
  const waiting = new Set<string>();
  for (const [key, wanted] of declared) {
    const is = liveValueOf(found, key);
    if (is !== undefined) live.set(key, is);
    const waits = is !== wanted && is === recorded.get(key) && files.get(key) === wanted;
    if (waits) waiting.add(words(key, wanted));
    const value = is === wanted || waits ? files.get(key) : is;
    if (value !== undefined) actual.set(key, value);
  }
  const { allowDisruption } = inputs;
  return {
    id: ID,
    inputs: { ...valuesOf(actual), ...(allowDisruption === undefined ? {} : { allowDisruption }) },
    outputs: {
      before: outputs.before ?? {},
      live: valuesOf(live),
      pending: listOf(outputs.pending).filter(
        (text) => typeof text === "string" && waiting.has(text.split(": ", 1)[0] ?? ""),
      ),
    },
  };
}

/** For an import: what another state, now lost, had declared. */
function adopted(found: Observation, context: Context): ReadAnswer {
  const { tmpfiles } = found;
  if (tmpfiles.owner !== "us") {
    throw new ProviderError(
      `the host of ${context.uri} was not tuned by a HostTuning, so there is nothing to import: declare one, and the update takes the host over as it is`,
    );
  }
  const declared = persistent(found);
  const live = new Map(
    [...declared.keys()].flatMap((key): [string, string][] => {
      const value = liveValueOf(found, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return {
    id: ID,
    inputs: valuesOf(declared),
    outputs: { before: valuesOf(tmpfiles.before), live: valuesOf(live), pending: [] },
  };
}
