import { parseLiveQuantity, QuantityError, type Rounding } from "../model/quantity.ts";
import { isObject, object, printable } from "./kubeText.ts";

/** CPU in millicores, memory and ephemeral storage in bytes; a figure that is not stated is undefined. */
export type Figures = {
  readonly cpu?: number;
  readonly memory?: number;
  readonly ephemeralStorage?: number;
};

export type Figure = keyof Figures;

export const FIGURES = ["cpu", "memory", "ephemeralStorage"] as const satisfies readonly Figure[];

/** Kubernetes' names of the figures. */
export const RESOURCES = {
  cpu: "cpu",
  memory: "memory",
  ephemeralStorage: "ephemeral-storage",
} as const satisfies Record<Figure, string>;

const FIGURE_OF: ReadonlyMap<string, Figure> = new Map(FIGURES.map((f) => [RESOURCES[f], f]));

/** What else was found while figures were read. */
export interface Reading {
  /** Quantities that no API server takes, each as a sentence's part. */
  readonly faults: string[];
  /** Resources beside the three with a figure above 0: `nvidia.com/gpu`. */
  readonly others: Set<string>;
}

export function newReading(): Reading {
  return { faults: [], others: new Set() };
}

/** A thousand pods of one workload have the same few figures. */
const known = new Map<string, number>();
const MOST_KNOWN = 4096;

/** @throws QuantityError */
export function liveQuantity(value: string | number, unit: "milli" | "one", rounding: Rounding): number {
  const key = `${unit} ${rounding} ${typeof value} ${value}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const read = parseLiveQuantity(value, unit, rounding);
  if (known.size < MOST_KNOWN) known.set(key, read);
  return read;
}

/** The figures of a resource list, as `requests`, `limits`, `overhead` and `allocatable` are. */
export function figuresOf(list: unknown, path: string, rounding: Rounding, reading: Reading): Figures {
  if (!isObject(list)) return {};
  const figures: { -readonly [F in Figure]?: number } = {};
  for (const [name, value] of Object.entries(list)) {
    const figure = FIGURE_OF.get(name);
    const read = quantityAt(value, figure === "cpu" ? "milli" : "one", rounding, `${path}.${name}`, reading);
    if (read === undefined) continue;
    if (figure) figures[figure] = read;
    else if (read > 0) reading.others.add(printable(name));
  }
  return figures;
}

function quantityAt(
  value: unknown,
  unit: "milli" | "one",
  rounding: Rounding,
  path: string,
  { faults }: Reading,
): number | undefined {
  try {
    if (typeof value === "string" || typeof value === "number") return liveQuantity(value, unit, rounding);
    throw new QuantityError("a quantity");
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    faults.push(`\`${printable(path)}\` is ${shown(value)}, ${printable(error.message)}`);
    return undefined;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const all = printable(JSON.stringify(value));
  return all.length <= 60 ? all : `${all.slice(0, 57)}...`;
}

/** A quantity of another kind, like a quota's `pods`; undefined if it is none. */
export function quantityOf(value: unknown, unit: "milli" | "one", rounding: Rounding): number | undefined {
  return quantityAt(value, unit, rounding, "", newReading());
}

/** The larger of both, figure by figure. */
export function most(a: Figures, b: Figures): Figures {
  const result: { -readonly [F in Figure]?: number } = { ...a };
  for (const figure of FIGURES) {
    const value = b[figure];
    if (value !== undefined) result[figure] = Math.max(result[figure] ?? 0, value);
  }
  return result;
}

/** `resources` of a container or a pod. */
export function resourcesOf(
  owner: unknown,
  path: string,
  reading: Reading,
): { readonly requests: Figures; readonly limits: Figures } {
  const resources = object(object(owner).resources);
  const limits = figuresOf(resources.limits, `${path}.resources.limits`, "demand", reading);
  const requests = figuresOf(resources.requests, `${path}.resources.requests`, "demand", reading);
  return { requests, limits };
}
