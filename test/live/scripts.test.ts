import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { GUESTS_SCRIPT } from "../../live/scripts.ts";

const UUID = "01234567-89ab-4cde-8f01-23456789abcd";
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the script finds on a host where one process has this name. */
function guests(name: string): string {
  const proc = mkdtempSync(join(tmpdir(), "numafleet-proc-"));
  folders.push(proc);
  mkdirSync(join(proc, "12"));
  writeFileSync(join(proc, "12", "stat"), `12 (${name}) S 1 12 12 0 -1\n`);
  writeFileSync(join(proc, "12", "cmdline"), ["qemu", "-uuid", UUID, "-no-user-config", ""].join("\0"));
  return execFileSync("sh", ["-c", `set -eu\n${GUESTS_SCRIPT.replaceAll("/proc/", `${proc}/`)}`], {
    encoding: "utf8",
  });
}

it.each(["qemu-system-x86", "qemu-kvm", "qemu:slm", "kvm", "kvm-spice", ".qemu-system-x8"])(
  "a guest is found by the name %s",
  (name) => expect(guests(name)).toContain(`guest 12 ${UUID}`),
);

it("another process with such an argument is no guest", () => expect(guests("virtqemud")).toBe(""));
