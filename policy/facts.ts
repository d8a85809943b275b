import { parseCpuset } from "../model/cpuset.ts";
import { type Finding, finding } from "../model/finding.ts";
import { type Plain, type PlainObject, UNKNOWN } from "./plain.ts";

/**
 * Reads a resource's figures. Whatever is missing, unknown or of another form becomes a finding that names
 * the property, and reading goes on, so that all of them are told at once. A value that was not found reads
 * as undefined; whoever asks for findings at the end learns whether the resource can be judged at all.
 */
export class Facts {
  readonly subject: string;
  readonly findings: Finding[] = [];

  constructor(subject: string) {
    this.subject = subject;
  }

  /** The value at a key; undefined if it is absent, null, or unknown (which is a finding). */
  get(owner: PlainObject | undefined, key: string, path: string): Exclude<Plain, null | symbol> | undefined {
    const value = owner === undefined || !Object.hasOwn(owner, key) ? undefined : owner[key];
    if (value !== UNKNOWN) return value ?? undefined;
    this.unknown(path);
    return undefined;
  }

  /** A nested object; empty if it is absent. */
  object(owner: PlainObject | undefined, key: string, path: string): PlainObject {
    const value = this.get(owner, key, path);
    if (value === undefined) return {};
    if (isObject(value)) return value;
    this.invalid(path, value, "an object");
    return {};
  }

  /** The objects of a list, each with its path; empty if the list is absent. */
  objects(owner: PlainObject | undefined, key: string, path: string): { item: PlainObject; at: string }[] {
    const value = this.get(owner, key, path);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.invalid(path, value, "a list");
      return [];
    }
    return value.flatMap((entry, i) => {
      const at = `${path}[${i}]`;
      if (isObject(entry)) return [{ item: entry, at }];
      if (entry === UNKNOWN) this.unknown(at);
      else this.invalid(at, entry, "an object");
      return [];
    });
  }

  text(owner: PlainObject | undefined, key: string, path: string): string | undefined {
    const value = this.get(owner, key, path);
    if (value === undefined || typeof value === "string") return value;
    this.invalid(path, value, "a text");
    return undefined;
  }

  /** A whole number from `least`; Helm values, and programs without types, may hold it as a text. */
  count(
    owner: PlainObject | undefined,
    key: string,
    path: string,
    least: number,
    expected = `a whole number from ${least}`,
  ): number | undefined {
    const value = this.get(owner, key, path);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= least) return number;
    this.invalid(path, value, expected);
    return undefined;
  }

  /** A libvirt CPU set; a program without types may hold a single CPU as a number. */
  cpuset(owner: PlainObject | undefined, key: string, path: string): number[] | undefined {
    const value = this.get(owner, key, path);
    if (value === undefined) return undefined;
    const cpus =
      typeof value === "string" || typeof value === "number" ? parseCpuset(String(value)) : undefined;
    if (cpus === undefined) this.invalid(path, value, 'a CPU set, like "16-17,52-53"');
    return cpus;
  }

  /**
   * Hands on a value, and refuses if there is none. A value that was unknown or invalid is told only once, also
   * where it was its unit, something in it, or something around it.
   */
  required<T>(value: T | undefined, path: string, remedy: string): T | undefined {
    if (value === undefined && !this.findings.some((f) => isTold(path, f.path))) {
      this.add({
        rule: "resource/missing-figure",
        path,
        message: `\`${path}\` of ${this.subject} is missing: it cannot be proven that it fits.`,
        remedy,
      });
    }
    return value;
  }

  /** Refuses a value that will only be known after the update. */
  unknown(path: string): void {
    this.add({
      rule: "resource/unknown-figure",
      path,
      message: `\`${path}\` of ${this.subject} is not known before the update: it cannot be proven that it fits.`,
      remedy: "Give it as a plain value, neither an output of another resource nor a secret.",
    });
  }

  add(init: Pick<Finding, "rule" | "path" | "message" | "remedy">): void {
    this.findings.push(finding({ ...init, subject: this.subject }));
  }

  /** Refuses a value of another form; `expected` completes the sentence "expected …". */
  invalid(path: string, value: Plain, expected: string): void {
    const text = typeof value === "symbol" ? "unknown" : JSON.stringify(value);
    this.add({
      rule: "resource/invalid-figure",
      path,
      message: `\`${path}\` of ${this.subject} is ${text.length > 60 ? `${text.slice(0, 57)}...` : text}; expected ${expected}.`,
      remedy: "Correct the value.",
    });
  }
}

function isTold(path: string, told: string): boolean {
  return told === path || told === `${path}Unit` || isWithin(told, path) || isWithin(path, told);
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

export function isObject(value: Plain | undefined): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
