/** Waiting until the interfaces of a VM that was just started have IP addresses, as their `waitForIp` says. */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { childrenOf, find, parseDocument } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { asText, objectOf } from "../resource.ts";
import { isList, isProperties, type Properties } from "../values.ts";

/** Seconds to wait where `waitForIp` names no timeout. */
const WAIT_SECONDS = 300;
const POLL_MS = 1000;

/** Whom virsh asks, by the `source` of `waitForIp`. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  lease: ["lease"],
  agent: ["agent"],
  any: ["lease", "agent"],
};

interface Wait {
  readonly index: number;
  readonly mac: string;
  readonly seconds: number;
  readonly sources: readonly string[];
}

type Commands = Pick<Host, "run" | "pause">;

/** Throws when an interface has no address in time, or when the VM ends meanwhile. All of them wait at once. */
export async function awaitAddresses(host: Commands, uuid: string, inputs: Properties): Promise<void> {
  const interfaces = objectOf(inputs, "devices").interfaces;
  const declared = isList(interfaces) ? interfaces.map((item) => (isProperties(item) ? item : {})) : [];
  if (!declared.some((item) => item.waitForIp !== undefined)) return;
  const live = parseDocument(await host.run("dumpxml", { domain: uuid }, "reading a domain"));
  const devices = find(live, "devices");
  const macs = devices ? childrenOf(devices, "interface").map((item) => textAt(item, "mac/@address")) : [];
  const waits = declared.flatMap((item, index): Wait[] => {
    if (item.waitForIp === undefined) return [];
    const { timeout, source } = objectOf(item, "waitForIp");
    const mac = asText(objectOf(item, "mac").address) ?? macs[index];
    if (mac === undefined) return [];
    const sources = SOURCES[asText(source) ?? "any"] ?? [];
    return [{ index, mac: mac.toLowerCase(), seconds: Number(timeout ?? WAIT_SECONDS), sources }];
  });
  const since = Date.now();
  for (const wait of waits) await awaitAddress(host, uuid, String(inputs.name), wait, since);
}

async function awaitAddress(
  host: Commands,
  uuid: string,
  name: string,
  wait: Wait,
  since: number,
): Promise<void> {
  const deadline = since + wait.seconds * 1000;
  const complaints = new Map<string, string>();
  for (;;) {
    for (const source of wait.sources) {
      try {
        const options = { domain: uuid, source, full: true } as const;
        const text = await host.run("domifaddr", options, "asking for IP addresses");
        if (hasAddress(text, wait.mac)) return;
        complaints.set(source, "no address");
      } catch (failure) {
        // An agent that is not there yet is no failure; a connection that is lost is one.
        if (!(failure instanceof HostError) || failure.code !== "failed") throw failure;
        if (/not running/i.test(failure.message)) {
          throw new ProviderError(`VM ${name} ended before its interface ${wait.mac} had an IP address`);
        }
        complaints.set(source, failure.message.replace(/^.* failed: /, ""));
      }
    }
    if (Date.now() >= deadline) break;
    await host.pause(Math.min(POLL_MS, Math.max(0, deadline - Date.now())));
  }
  const seen = [...complaints].map(([source, text]) => `${source}: ${text}`).join("; ");
  throw new ProviderError(
    `VM ${name} runs, but devices.interfaces[${wait.index}] (${wait.mac}) has no IP address after ${wait.seconds} s (${seen}). Raise waitForIp.timeout, or leave waitForIp out`,
  );
}

/** An address of the link alone does not count: a guest has one before it has asked anybody. */
function hasAddress(text: string, mac: string): boolean {
  return text.split("\n").some((line) => {
    const [, address, , ip = ""] = line.trim().split(/\s+/);
    return address?.toLowerCase() === mac && /[.:]/.test(ip) && !/^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(ip);
  });
}
