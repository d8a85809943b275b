import type { ResourceValidationArgs } from "@pulumi/policy";
import type { Finding, FleetError } from "../model/finding.ts";
import type { Ledger } from "./ledger.ts";
import { plainObject } from "./plain.ts";
import type { Resource } from "./resource.ts";

/**
 * What the policies of one pack process share: the config and the running total. The engine keeps the process
 * for the whole update, and calls the policies in their order, resource by resource.
 *
 * Schema, capacity and budget are loaded after the engine's handshake, which the program's start waits for.
 */
export class Session {
  #config: unknown = {};
  #ledger: Promise<Ledger> | undefined;
  #unconfigured: Promise<Ledger> | undefined;

  /**
   * Loads what judging needs, and the ledger of a pack without config, which most packs are. To be called while
   * the program starts: the first resource would wait for it.
   */
  warmUp(): void {
    this.#unconfigured ??= open({});
    this.#unconfigured.catch(() => {});
  }

  /**
   * Sets the pack's config; the first resource of an update brings it, before anything is judged: that resource
   * is the stack itself.
   */
  configure(config: unknown): void {
    this.#config = config;
    // Whoever judges first learns why there is no budget; nobody may ever ask.
    this.ledger().catch(() => {});
  }

  /** The running total. @throws FleetError if the budget cannot be read */
  ledger(): Promise<Ledger> {
    this.#ledger ??= (isEmpty(this.#config) ? this.#unconfigured : undefined) ?? open(this.#config);
    return this.#ledger;
  }

  /** The findings that a resource causes. Without a budget nothing fits; why it has none is told elsewhere. */
  async judge(args: ResourceValidationArgs): Promise<readonly Finding[]> {
    const resource = toResource(args);
    try {
      return (await this.ledger()).judge(resource);
    } catch (error) {
      if (!isFleetError(error)) throw error;
      return [withoutBudget(resource)];
    }
  }

  /** What is to be said of the plan that was judged last; nothing without a budget. */
  async notice(): Promise<Finding | undefined> {
    return (await this.ledger().catch(() => undefined))?.notice;
  }
}

/** True for an error that carries findings; known by its name, so that its class need not be loaded for it. */
export function isFleetError(error: unknown): error is FleetError {
  return error instanceof Error && error.name === "FleetError";
}

function withoutBudget({ name }: Resource): Finding {
  return {
    rule: "budget/unreadable",
    severity: "refuse",
    path: "",
    subject: name,
    have: null,
    need: null,
    limit: null,
    unit: "",
    message: `The policy pack has no budget to judge ${name} by: it cannot be proven that it fits.`,
    remedy: "Correct what capacity-budget reports.",
  };
}

function isEmpty(config: unknown): boolean {
  return typeof config === "object" && config !== null && Object.keys(config).length === 0;
}

async function open(config: unknown): Promise<Ledger> {
  const [{ Ledger }, { currentDay, readSettings }] = await Promise.all([
    import("./ledger.ts"),
    import("./settings.ts"),
  ]);
  return new Ledger(await readSettings(plainObject(config), process.cwd(), currentDay()));
}

function toResource({ urn, type, name, props, provider }: ResourceValidationArgs): Resource {
  return { urn, type, name, inputs: plainObject(props), provider: plainObject(provider?.props) };
}
