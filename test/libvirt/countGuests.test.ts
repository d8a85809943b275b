import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { COUNT_GUESTS } from "../../libvirt/provider/tuning/disruption.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The script's answer on a host where one process has this name and these arguments. */
function counted(name: string, ...args: string[]): string {
  const proc = mkdtempSync(join(tmpdir(), "numafleet-proc-"));
  folders.push(proc);
  mkdirSync(join(proc, "12"));
  writeFileSync(join(proc, "12", "comm"), `${name}\n`);
  writeFileSync(join(proc, "12", "cmdline"), args.map((text) => `${text}\0`).join(""));
  return execFileSync("sh", ["-c", `set -eu\n${COUNT_GUESTS.replaceAll("/proc/", `${proc}/`)}`], {
    encoding: "utf8",
  });
}

it.each([
  ["qemu-system-x86", "Debian's"],
  ["qemu-kvm", "Red Hat's"],
  ["kvm", "older Debian's"],
  ["kvm-spice", "older Ubuntu's"],
  [".qemu-system-x8", "a wrapped one"],
  ["qemu:slm", "one with libvirt's set_process_name"],
])("a guest is counted by the name %s: %s", (name) => {
  expect(counted(name, "/usr/bin/qemu", "-machine", "q35")).toBe("1");
});

it.each([
  ["qemu-ga", ["/usr/bin/qemu-ga", "-m", "virtio-serial"]],
  ["qemu-img", ["qemu-img", "convert"]],
  ["kvm-nx-lpage-re", []],
  ["qemu-system-x86", ["qemu", "-machine", "none,accel=kvm:tcg"]],
  ["qemu-system-x86", ["qemu", "-machine", "none"]],
  ["qemu-system-x86", []],
])("no guest is %s with %j", (name, args) => {
  expect(counted(name, ...args)).toBe("0");
});
