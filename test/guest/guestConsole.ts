import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What the test guest says of itself once a second; see tools/guest/init.sh. */
export interface GuestFacts {
  /** Of this boot: another one after a restart. */
  readonly boot: string;
  /** Seconds since the boot. */
  readonly uptime: number;
  /** Without what the balloon has taken. */
  readonly memTotalKiB: number;
  readonly memAvailableKiB: number;
  /** CPUs in use, such as `0-1`. */
  readonly onlineCpus: string;
  /** Block devices by name, such as `vda`. */
  readonly disks: Readonly<Record<string, { readonly bytes: number; readonly serial: string }>>;
  /** MAC addresses by interface. */
  readonly interfaces: Readonly<Record<string, string>>;
  /** Whether the guest agent was started. */
  readonly agent: boolean;
  /** How often it was asked to shut down and, told so by `guest.obeys=no`, did not. */
  readonly ignoredShutdowns: number;
}

/** All that the guest has said so far, in order; a line that is cut short or mixed with others is left out. */
export function guestReports(file: string): GuestFacts[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return []; // The file is made when the guest starts.
  }
  return text.split("\n").flatMap((line) => {
    const json = /^GUEST (\{.*\})\r*$/.exec(line)?.[1];
    if (json === undefined) return [];
    try {
      return [JSON.parse(json) as GuestFacts];
    } catch {
      return [];
    }
  });
}

/** The last that the guest has said. */
export function guestFacts(file: string): GuestFacts | undefined {
  return guestReports(file).at(-1);
}

/**
 * Waits until the guest says what is expected, and returns that. With no expectation: until it says anything.
 * It looks at what the guest says from now on only, so an older state is not taken for the answer.
 *
 * @throws Error with the last facts and the console's last lines after `seconds`
 */
export async function untilGuest(
  file: string,
  expected: (facts: GuestFacts) => boolean = () => true,
  { seconds = 60, what = "what is expected" } = {},
): Promise<GuestFacts> {
  const before = guestReports(file).length;
  for (let attempt = 0; attempt < seconds * 5; attempt++) {
    const found = guestReports(file).slice(before).find(expected);
    if (found) return found;
    await sleep(200);
  }
  const last = guestFacts(file);
  throw new Error(
    `the guest does not say ${what}; ${last ? `it says ${JSON.stringify(last)}` : lastLines(file)}`,
  );
}

function lastLines(file: string): string {
  try {
    return `its console says:\n${readFileSync(file, "utf8").split("\n").slice(-20).join("\n")}`;
  } catch {
    return "its console's file does not exist";
  }
}
