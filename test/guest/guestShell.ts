import { setTimeout as sleep } from "node:timers/promises";
import type { PrivateLibvirtd } from "../libvirt/privateLibvirtd.ts";

/** Runs a command of the test guest through its agent and returns what it prints. */
export async function inGuest(daemon: PrivateLibvirtd, domain: string, ...argv: string[]): Promise<string> {
  const [path, ...arg] = argv;
  const start = { path: "/bin/sh", arg: ["-c", 'exec "$@"', "sh", path, ...arg], "capture-output": true };
  const { pid } = ask(daemon, domain, "guest-exec", start) as { pid: number };
  // A command that takes long is asked for less often: each question is a process on this machine.
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 1000)) {
    const status = ask(daemon, domain, "guest-exec-status", { pid }) as {
      exited: boolean;
      exitcode?: number;
      "out-data"?: string;
      "err-data"?: string;
    };
    if (status.exited) {
      const text = (data: string | undefined) => Buffer.from(data ?? "", "base64").toString();
      if (status.exitcode !== 0) throw new Error(`${argv.join(" ")}: ${text(status["err-data"])}`);
      return text(status["out-data"]);
    }
    await sleep(wait);
  }
}

/** Waits until the agent of a guest answers; it has to be started first, and libvirt has to hear of it. */
export async function untilAgent(daemon: PrivateLibvirtd, domain: string, seconds = 60): Promise<void> {
  for (let attempt = 0; attempt < seconds * 5; attempt++) {
    try {
      ask(daemon, domain, "guest-ping", {});
      return;
    } catch {
      await sleep(200);
    }
  }
  throw new Error(`the guest agent of ${domain} does not answer after ${seconds} s`);
}

function ask(daemon: PrivateLibvirtd, domain: string, execute: string, args: object): unknown {
  const command = JSON.stringify({ execute, arguments: args });
  const answer = daemon.virsh("qemu-agent-command", domain, command);
  return (JSON.parse(answer) as { return: unknown }).return;
}
