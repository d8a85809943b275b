/**
 * A provider that is killed cannot end its virsh processes, and one of those in the middle of an upload would go on
 * with it: libvirt then refuses to let the next update remove the unfinished volume. So a shell is told of each
 * process group; the end of its input means that the provider is gone, and then it ends them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

const SCRIPT = `
groups=
while read -r sign group; do
  kept=
  for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done
  groups=$kept
  [ "$sign" = + ] && groups="$groups $group"
done
for each in $groups; do kill -s KILL -- "-$each" 2>/dev/null; done
`;

let shell: ChildProcess | undefined;

/** Ends the group when this process ends, however that happens. */
export function guard(group: number): void {
  shell ??= start();
  shell.stdin?.write(`+ ${group}\n`);
}

/** To be called once the group is gone, as its number can then be somebody else's. */
export function release(group: number): void {
  shell?.stdin?.write(`- ${group}\n`);
}

function start(): ChildProcess {
  // A group of its own: what ends the provider's group does not reach it.
  const child = spawn("sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const forget = () => {
    if (shell === child) shell = undefined;
  };
  child.on("error", forget).on("exit", forget);
  child.stdin.on("error", () => undefined);
  child.unref();
  (child.stdin as unknown as Socket).unref();
  return child;
}
