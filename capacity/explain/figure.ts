import type { Host } from "../../model/host.ts";
import type { VM } from "../../model/vm.ts";

/**
 * Who decided a figure. `set`: the fleet says it. `default`: it does not, and a rule or a constant gives it. `placed`:
 * placement chose it just now, and nothing records it yet. `recorded`: placement chose it before, and it is kept.
 */
export type By = "set" | "default" | "placed" | "recorded";

export const PARTS = ["place", "CPU", "memory", "storage", "network", "devices"] as const;
export type Part = (typeof PARTS)[number];

/** Instead of a formula, of what follows from the host. */
export const NO_PLACE = "not known before it has a place";

/** One figure of a VM with where it comes from. */
export interface Figure {
  readonly part: Part;
  readonly name: string;
  /** In base units, for programs: bytes, bits a second, CPU numbers. null: there is none. */
  readonly value: unknown;
  /** The same for people. */
  readonly text: string;
  readonly by: By;
  /** How it comes about, with the VM's own figures; empty where it is merely what the fleet says. */
  readonly formula: string;
  /** Property of the fleet, or the rule with the file that has it. */
  readonly source: string;
}

/** Where the properties of a VM come from. */
export class Origin {
  /** Property path of the VM in the fleet: `vms[2]`. */
  readonly path: string;
  readonly #written: unknown;
  readonly #kept: string | undefined;

  /**
   * @param written the VM as the fleet has it, before defaults
   * @param kept the record that its place is from; `now` if it was placed just now, undefined if it never was
   */
  constructor(path: string, written: unknown, kept: string | undefined) {
    this.path = path;
    this.#written = written;
    this.#kept = kept;
  }

  /** Whether the fleet itself says it: `isSet("disks", 0, "pool")`. */
  isSet(...keys: readonly (string | number)[]): boolean {
    return isWritten(this.#written, keys);
  }

  /** `by` and `source` of a property that the VM has by itself or not at all. */
  of(keys: readonly (string | number)[], rule: string): Pick<Figure, "by" | "source"> {
    return this.isSet(...keys) ? { by: "set", source: this.at(...keys) } : { by: "default", source: rule };
  }

  /**
   * The same of a property that placement gives to a VM which does not say it.
   *
   * @param rule what gives it where placement does not
   * @param choice how placement chooses it
   */
  placed(keys: readonly (string | number)[], choice: string, rule = choice): Pick<Figure, "by" | "source"> {
    if (this.isSet(...keys)) return { by: "set", source: this.at(...keys) };
    if (this.#kept === undefined) return { by: "default", source: rule };
    return this.#kept === "now" ? { by: "placed", source: choice } : { by: "recorded", source: this.#kept };
  }

  at(...keys: readonly (string | number)[]): string {
    return keys.reduce<string>(
      (path, key) => (typeof key === "number" ? `${path}[${key}]` : `${path}.${key}`),
      this.path,
    );
  }
}

/** Whether a value that was written has something at these keys. */
export function isWritten(value: unknown, keys: readonly (string | number)[]): boolean {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return false;
    inner = (inner as Readonly<Record<string | number, unknown>>)[key];
  }
  return inner !== undefined;
}

/** What the program makes of a VM beyond the judgement: its components decide it, and it is handed in. */
export interface Built {
  /** Bytes. */
  readonly mostMemory: number;
  readonly mostVcpus: number;
  readonly topology: { readonly sockets: number; readonly cores: number; readonly threads: number };
  /** `vda` and so on, with the size of the volume; in the order of the disks. */
  readonly disks: readonly { readonly target: string; readonly capacity: number }[];
  /** Address of its interface. */
  readonly mac: string;
  /** Path of the cloud-init image; undefined if it has none, or no place for it. */
  readonly seed: string | undefined;
}

/** @param host undefined for a VM without a place */
export type Building = (vm: VM, host: Host | undefined) => Built;
