/** Whether a domain runs, and how it is started and stopped. */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { ProviderError } from "../failure.ts";
import { objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";

export interface DomainInfo {
  readonly active: boolean;
  /** Number of the running domain; -1 while it is off. */
  readonly domainId: number;
  readonly autostart: boolean;
  readonly hasSavedState: boolean;
}

/** Undefined when there is no such domain. */
export async function domainInfo(host: Host, uuid: string): Promise<DomainInfo | undefined> {
  const text = await host.tryRun("dominfo", { domain: uuid }, "reading a domain");
  if (text === undefined) return undefined;
  const id = /^Id:\s+(\d+)/m.exec(text)?.[1];
  return {
    active: id !== undefined,
    domainId: id === undefined ? -1 : Number(id),
    autostart: /^Autostart:\s+enable/m.test(text),
    hasSavedState: /^Managed save:\s+yes/m.test(text),
  };
}

/** Starts a domain as its `create` options say. */
export async function start(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const create = objectOf(inputs, "create");
  const on = (value: unknown): true | undefined => (value === true ? true : undefined);
  const options = {
    domain: uuid,
    paused: on(create.paused),
    autodestroy: on(create.autodestroy),
    "bypass-cache": on(create.bypassCache),
    "force-boot": on(create.forceBoot),
    "reset-nvram": on(create.resetNvram),
  };
  try {
    await host.run("start", options, `starting domain ${String(inputs.name)}`);
  } catch (failure) {
    // A start that an interrupted update has asked for may only be through by now.
    if (failure instanceof HostError && failure.code === "failed" && (await domainInfo(host, uuid))?.active)
      return;
    throw failure;
  }
}

/**
 * Restarts a running domain, so that it takes up its persistent definition: asks the guest to shut down, and starts
 * it again. A guest that does not obey in time is ended where `restart.onTimeout` says so.
 * @throws ProviderError if it does not obey, and is left running
 */
export async function restart(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const name = String(inputs.name);
  const { timeout, onTimeout } = objectOf(inputs, "restart");
  const seconds = Number(timeout ?? SHUTDOWN_SECONDS);
  if (!(await shutDown(host, uuid, name, seconds))) {
    if (onTimeout !== "force") {
      throw new ProviderError(
        `domain ${name} did not shut down within ${seconds} s, and goes on running as it was; the change waits in its definition. If it obeys later it is off, and the next update starts it. Shut the guest down by hand, give it longer (restart.timeout), or let restart.onTimeout be "force"`,
      );
    }
    await host.run("destroy", { domain: uuid }, `stopping domain ${name}`);
  }
  await start(host, uuid, inputs);
}

/**
 * Asks the guest to shut down; tells whether it did in time. Its power button is pressed first: libvirt's own choice,
 * the guest agent, is waited for by libvirt for a minute where it does not answer. It is asked when the button has
 * not helped for a while.
 */
export async function shutDown(host: Host, uuid: string, name: string, seconds: number): Promise<boolean> {
  const what = `shutting down domain ${name}`;
  const started = Date.now();
  const deadline = started + seconds * 1000;
  const agentAt = started + Math.min(AGENT_AFTER_MS, (deadline - started) / 2);
  await host.run("shutdown", { domain: uuid, mode: "acpi" }, what);
  let isAgentAsked = false;
  while (Date.now() < deadline) {
    if (!(await domainInfo(host, uuid))?.active) return true;
    if (!isAgentAsked && Date.now() >= agentAt) {
      const options = { domain: uuid, mode: "agent" } as const;
      // No agent, or one that does not obey, leaves it at the button.
      host.run("shutdown", options, what, deadline - Date.now()).catch(() => undefined);
      isAgentAsked = true;
    }
    await host.pause(POLL_MS);
  }
  return false;
}

/** Milliseconds that a guest has to obey its power button before its agent is asked too. */
const AGENT_AFTER_MS = 15_000;

/** Seconds that a guest may take to shut down where no timeout is named. */
const SHUTDOWN_SECONDS = 300;
const POLL_MS = 500;

/**
 * Stops a domain as its `destroy` options say: with `shutdown` the guest is asked first. A guest that does not obey
 * in time is then ended, as somebody has asked for exactly that.
 */
export async function stop(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const name = String(inputs.name);
  const destroy = objectOf(inputs, "destroy");
  if (destroy.shutdown !== undefined) {
    const seconds = Number(objectOf(destroy, "shutdown").timeout ?? SHUTDOWN_SECONDS);
    if (await shutDown(host, uuid, name, seconds)) return;
  }
  const graceful = destroy.graceful === true ? true : undefined;
  try {
    await host.run("destroy", { domain: uuid, graceful }, `stopping domain ${name}`);
  } catch (failure) {
    // The guest may have ended by itself just now.
    if (failure instanceof HostError && !(await domainInfo(host, uuid))?.active) return;
    throw failure;
  }
}
