import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type MoveEvent, MoveJournal, type MovePlan } from "../../move/journal.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { Crash, crashing, killBehind, noting } from "./moveCrash.ts";
import { type MoveHosts, makeImage, sha256Of, startMoveHosts, TODAY, variablesFolder } from "./moveHosts.ts";

/** `fleet move` between two real libvirt daemons. */

const why = whyNoLibvirtd();

describe.skipIf(why !== undefined)(`fleet move${why ? ` (skipped: ${why})` : ""}`, () => {
  let hosts: MoveHosts;
  const at = (end: "left" | "right", file = "web-os.qcow2") => join(hosts[end].folder, end, file);
  const move = (file: string, ...args: string[]) =>
    hosts.move("web", "--to", "right", "--fleet", file, ...args);
  const variables = (end: "left" | "right") => join(variablesFolder(hosts[end]), "web_VARS.fd");
  const names = (end: "left" | "right") => hosts[end].virsh("list", "--all", "--name").trim();
  const isRunning = (end: "left" | "right") =>
    names(end) !== "" && /running|paused/.test(hosts[end].virsh("domstate", "web"));
  /** What nobody may be able to do while a move is under way. */
  const expectUnstartable = (end: "left" | "right", to = "right") =>
    expect(() => hosts[end].virsh("start", "web")).toThrow(new RegExp(`moved-to-${to}`));

  beforeAll(async () => {
    hosts = await startMoveHosts();
  });
  afterAll(() => hosts?.stop());
  afterEach(() => hosts.clear());

  test("takes disks and definition to the other host, and holds what stays", async () => {
    const { left, right } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "1M"], ["100M", "3M"], ["900M", "64k"]);
    hosts.define(left, "left", {});
    const uuid = left.virsh("domuuid", "web").trim();

    const planned = await move(file, "--dry-run");
    expect(planned.err).toBe("");
    expect(planned.code).toBe(0);
    expect(planned.out).toContain("VM web fits on right; nothing was touched.");
    expect(names("right")).toBe("");
    expect(readdirSync(join(right.folder, "right"))).toEqual([]);

    const moved = await move(file, "--no-start", "--write");
    expect(moved.err).toContain("verified web-os.qcow2");
    expect(moved.code).toBe(0);
    expect(sha256Of(at("right"))).toBe(sha256Of(at("left")));
    expect(statSync(at("right")).blocks).toBeLessThanOrEqual(statSync(at("left")).blocks + 2048);
    expect(right.virsh("domuuid", "web").trim()).toBe(uuid);
    expect(right.virsh("dumpxml", "web", "--inactive")).toContain("pool='right-ssd'");
    expect(right.virsh("vol-dumpxml", "--pool", "right-ssd", "web-os.qcow2")).toContain("type='qcow2'");
    expectUnstartable("left");
    expect(left.virsh("dominfo", "web")).toMatch(/Autostart: +disable/);
    expect(right.virsh("dominfo", "web")).toMatch(/Autostart: +enable/);
    expect(JSON.parse(readFileSync(file, "utf8")).vms[0].host).toBe("right");

    const back = await hosts.move("web", "--to", "left", "--fleet", file);
    expect(back.err).toContain("VM web went from left to right, and left still has what it was.");
    expect(back.code).toBe(1);

    // Nothing is deleted that may be all there is.
    renameSync(at("right"), at("right", "elsewhere"));
    const early = await move(file, "--remove-source");
    expect(early.err).toContain("so what is on left may be all there is of it");
    expect([early.code, existsSync(at("left"))]).toEqual([1, true]);
    renameSync(at("right", "elsewhere"), at("right"));
    const removed = await move(file, "--remove-source");
    expect(removed.err).toContain("deleted web-os.qcow2 on left");
    expect(removed.out).toContain("Unless the stack knows of right already, before the next pulumi up: ");
    expect(removed.code).toBe(0);
    expect(names("left")).toBe("");
    expect(existsSync(at("left"))).toBe(false);
    expect(existsSync(at("right"))).toBe(true);

    // It is known where the VM went, for the stack; and it can go back.
    const again = await move(file);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining("VM web is on right.")]);
    expect((await move(file, "--remove-source")).err).toContain("No move of VM web to right is known");
    const returned = await hosts.move("web", "--to", "left", "--fleet", file, "--no-start", "--json");
    expect([returned.code, JSON.parse(returned.out)]).toMatchObject([
      0,
      { verdict: "moved", from: "right", to: "left", stage: "done", volumes: [{ kind: "disk" }] },
    ]);
    expectUnstartable("right", "left");
  });

  test("goes on after a crash before and behind every entry of its journal", async () => {
    const { left } = hosts;
    const file = hosts.write({ cloudInit: {} });
    makeImage(at("left"), "1G", ["0", "1M"]);
    writeFileSync(at("left", "web-cloud-init.iso"), Buffer.alloc(64 * 1024, 3));
    // It ends in a hole.
    truncateSync(at("left", "web-cloud-init.iso"), 1024 ** 2 - 4096);
    hosts.define(left, "left", { cloudInit: {} });
    hosts.edit(left, withFirmware);
    writeFileSync(variables("left"), Buffer.alloc(8192, 5));

    const seen: string[] = [];
    let crashes = 0;
    const note = MoveJournal.prototype.note;
    const begin = MoveJournal.prototype.begin;
    try {
      // Each entry is first lost, as by a crash before it was written; the next time it is the last thing done.
      const lost = new Set<string>();
      const keyOf = (event: MoveEvent) =>
        `${event.event}${"volume" in event ? event.volume : ""}${"sha256" in event ? event.sha256 : ""}`;
      const crashing = async function (this: MoveJournal, event: MoveEvent): Promise<void> {
        const key = keyOf(event);
        if (!lost.has(key)) {
          lost.add(key);
          throw new Crash(`before ${event.event}`);
        }
        await note.call(this, event);
        if (seen.includes(key)) return;
        seen.push(key);
        throw new Crash(`behind ${event.event}`);
      };
      MoveJournal.prototype.note = crashing;
      MoveJournal.prototype.begin = async function (this: MoveJournal, plan: MovePlan): Promise<void> {
        await this.remove();
        await crashing.call(this, { event: "planned", plan });
      };
      for (;;) {
        try {
          expect((await move(file, "--no-start")).code).toBe(0);
          break;
        } catch (failure) {
          if (!(failure instanceof Crash)) throw failure;
          crashes += 1;
          const isHeld = seen.includes("held") || failure.message === "before held";
          if (isHeld) expectUnstartable("left");
          else expect(hosts.left.virsh("dumpxml", "web", "--inactive")).not.toContain("moved-to-right");
          expect(names("right")).toBe(
            seen.includes("copied") && failure.message !== "behind copied" ? "web" : "",
          );
        }
      }
    } finally {
      MoveJournal.prototype.note = note;
      MoveJournal.prototype.begin = begin;
    }
    expect(seen.map((key) => key.replace(/\d.*/, ""))).toEqual([
      "planned",
      "held",
      ...["begun", "segment", "segment", "verified"],
      ...["begun", "segment", "verified"],
      ...["begun", "segment", "verified"],
      "copied",
      "defined",
      "released",
      "done",
    ]);
    expect(crashes).toBe(2 * seen.length);
    for (const name of ["web-os.qcow2", "web-cloud-init.iso"]) {
      expect(sha256Of(at("right", name))).toBe(sha256Of(at("left", name)));
    }
    expect(sha256Of(variables("right"))).toBe(sha256Of(variables("left")));
    expectUnstartable("left");
    // The folder of the variables is a pool only while a command runs.
    for (const end of ["left", "right"] as const)
      expect(hosts[end].virsh("pool-list", "--all", "--name").trim()).toBe(`${end}-ssd`);
    expect((await move(file, "--remove-source")).code).toBe(0);
    expect([existsSync(variables("left")), existsSync(variables("right"))]).toEqual([false, true]);
  });

  test("goes on after kill -9 behind segment, copied and released", async () => {
    const { left } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "4M"]);
    hosts.define(left, "left", {});
    const args = ["web", "--to", "right", "--fleet", file, "--today", TODAY, "--no-start"];
    // What the first process has compiled the others need not.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(hosts.folder, "compiled") };
    for (const stage of ["segment", "copied", "released"]) {
      const program = join(ROOT, "test", "system", "moveProcess.ts");
      const child = spawn(process.execPath, [program, ...args], { stdio: "ignore", env });
      await killBehind(child, hosts.journals, stage);
      expectUnstartable("left");
    }
    const again = await move(file, "--no-start");
    expect(again.err).not.toContain("error");
    expect(again.code).toBe(0);
    expect(sha256Of(at("right"))).toBe(sha256Of(at("left")));
    expectUnstartable("left");
    expect(isRunning("left")).toBe(false);
  });

  test("is taken back before the VM has run on the other host", async () => {
    const { left } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "1M"]);
    hosts.define(left, "left", {});
    const before = left.virsh("dumpxml", "web", "--inactive", "--security-info");
    await crashing("defined", () => move(file));

    expectUnstartable("left");
    expectUnstartable("right");

    // Another VM of that name, of another fleet say, is not this one.
    const held = left.virsh("dumpxml", "web", "--inactive", "--security-info");
    left.virsh("undefine", "web");
    hosts.define(left, "left", {});
    const stranger = await move(file);
    expect(stranger.err).toContain("VM web on left is another one than that with the UUID");
    expect(stranger.code).toBe(1);
    left.virsh("undefine", "web");
    const gone = await move(file);
    expect(gone.err).toContain("VM web is no longer on left: somebody has undefined it there.");
    hosts.edit(left, () => held);

    // As where two machines have begun at once: whoever lets go would let the other one's VM start.
    const [, id = ""] = /numafleet-move:to [^>]*id=.([0-9a-f]{16})/.exec(held) ?? [];
    hosts.edit(left, (xml) => xml.replace(id, "fedcba9876543210"));
    const other = await move(file, "--abandon");
    expect(other.err).toContain("is held for a move to right of which this machine has no journal");
    expectUnstartable("left");
    hosts.edit(left, (xml) => xml.replace("fedcba9876543210", id));

    const early = await move(file, "--remove-source");
    expect(early.err).toContain("so what is on left is all there is of it");
    expect(early.code).toBe(1);

    // Another machine has no journal of it, and leaves it alone.
    const state = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = join(hosts.folder, "state", "elsewhere");
    const elsewhere = await move(file);
    process.env.XDG_STATE_HOME = state;
    expect(elsewhere.err).toContain("is held for a move to right of which this machine has no journal");
    expect(elsewhere.code).toBe(1);

    expect((await move(file, "--abandon")).code).toBe(0);
    expect(left.virsh("dumpxml", "web", "--inactive", "--security-info")).toBe(before);
    expect(left.virsh("dominfo", "web")).toMatch(/Autostart: +enable/);
    expect(names("right")).toBe("");
    expect(readdirSync(join(hosts.right.folder, "right"))).toEqual([]);
    expect((await move(file, "--abandon")).err).toContain("No move of VM web to right is known");
  });

  test("is taken back where the other host is lost, which is said", async () => {
    const { left, right } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "1M"]);
    hosts.define(left, "left", {});
    await crashing("defined", () => move(file));
    const lost = ["--uri", `right=${right.uri}.none`, "--abandon"];
    const asked = await move(file, ...lost);
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining("--target-lost")]);
    expectUnstartable("left");
    const taken = await move(file, ...lost, "--target-lost");
    expect([taken.code, taken.err]).toEqual([0, expect.stringContaining("left on right whatever was made")]);
    expect(left.virsh("dumpxml", "web", "--inactive")).not.toContain("moved-to-right");
    // Comes the host back, its copy stays one that nobody can start, and is not overwritten.
    expectUnstartable("right");
    expect((await move(file)).err).toContain("It is what a move to right has begun there");
  });

  test("goes on once a pool that has filled up has room again", async () => {
    const { left, right } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "4M"]);
    hosts.define(left, "left", {});
    // A small file system that only that daemon sees, and that goes with it.
    const inside = (...command: string[]) =>
      execFileSync("nsenter", ["--target", right.pid, "--mount", ...command], QUIET);
    inside("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", at("right", ""));
    const filler = at("right", "filler");
    const fill = () => inside("dd", "if=/dev/zero", `of=${filler}`, "bs=1M", "count=4");
    const filled = await noting("begun", fill, () => move(file, "--no-start"));
    expect(filled.err).toContain("pool right-ssd has no room left (0 B of 6.00 MiB are free)");
    expect(filled.code).toBe(2);
    expectUnstartable("left");
    const still = await move(file, "--no-start");
    expect(still.code).toBe(2);
    inside("rm", filler);
    const again = await move(file, "--no-start");
    expect([again.code, again.err]).toEqual([0, expect.stringContaining("behind segment")]);
    inside("umount", at("right", ""));
  });

  test("does not take a copy that is not the same, nor a source that was written to", async () => {
    const { left } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "1M"]);
    hosts.define(left, "left", {});
    const spoilt = (victim: string, behind: MoveEvent["event"] = "segment") => {
      const spoil = () => {
        execFileSync("dd", ["if=/dev/zero", `of=${victim}`, ...ONE_BYTE], QUIET);
      };
      return noting(behind, spoil, () => move(file, "--no-start"));
    };
    const corrupt = await spoilt(at("right"));
    expect(corrupt.err).toContain("Volume web-os.qcow2 on right is not what was sent");
    expect(corrupt.code).toBe(1);
    expect(names("right")).toBe("");
    const written = await spoilt(at("left"));
    const wrote = "Volume web-os.qcow2 on left was written to after the move had begun";
    expect(written.err).toContain(wrote);
    expect(written.code).toBe(1);
    expectUnstartable("left");
    expect((await move(file, "--abandon")).code).toBe(0);
    // Behind the proof, before the VM is let go: what was written would be lost.
    for (const behind of ["copied", "defined"] as const) {
      const late = await spoilt(at("left"), behind);
      expect([late.code, late.err]).toEqual([1, expect.stringContaining(wrote)]);
      expectUnstartable("left");
      expect((await move(file, "--abandon")).code).toBe(0);
    }
    const again = await move(file, "--no-start");
    expect(again.code).toBe(0);
    expect(sha256Of(at("right"))).toBe(sha256Of(at("left")));
  });

  test("refuses what it would overwrite or leave behind, and touches nothing", async () => {
    const { left, right } = hosts;
    makeImage(at("left"), "1G", ["0", "1M"]);
    hosts.define(left, "left", {});
    const before = left.virsh("dumpxml", "web", "--inactive");
    const refusals: string[] = [];
    const refused = async (vm: Parameters<MoveHosts["write"]>[0], ...args: string[]) => {
      const { code, err } = await move(hosts.write(vm), ...args);
      expect(code).toBe(1);
      refusals.push(err.trim());
      expect(left.virsh("dumpxml", "web", "--inactive")).toBe(before);
      expect(names("right")).toBe("");
    };
    await refused({ memory: "100 GiB" });
    await refused({ memory: "256 MiB" });
    await refused({ vcpus: 2 });
    await refused({
      disks: [
        { name: "os", class: "ssd", size: "1 GiB" },
        { name: "data", class: "ssd", size: "1 GiB" },
      ],
    });
    makeImage(at("right"), "1G", ["0", "2M"]);
    await refused({});
    expect(sha256Of(at("right"))).not.toBe(sha256Of(at("left")));
    right.virsh("pool-destroy", "right-ssd");
    await refused({});
    right.virsh("pool-start", "right-ssd");
    rmSync(at("right"));
    // Another VM with the same disk here, another one with the same address there.
    const xml = before.replace(/<uuid>.*<\/uuid>/, "");
    const nic = "<interface type='user'><mac address='52:54:00:0A:00:01'/></interface></devices>";
    hosts.edit(left, () => before.replace("</devices>", nic));
    hosts.edit(left, () => xml.replace("<name>web<", "<name>clone<"));
    const { code, err } = await move(hosts.write({}));
    expect([code, err]).toEqual([1, expect.stringContaining("is a disk of VM clone too")]);
    left.virsh("undefine", "clone");
    const twin = `<name>twin</name>${MINIMAL}<devices>${nic}`;
    hosts.edit(right, () => `<domain type='qemu'>${twin}</domain>`);
    expect((await move(hosts.write({}))).err).toContain(
      "VM twin on right has the MAC address 52:54:00:0a:00:01 of VM web",
    );
    right.virsh("undefine", "twin");
    const saved = `<domaincheckpoint><name>monday</name><creationTime>1</creationTime>${before}</domaincheckpoint>`;
    hosts.checkpoint(left, saved);
    expect((await move(hosts.write({}))).err).toContain("VM web has checkpoints on left");
    left.virsh("checkpoint-delete", "web", "monday", "--metadata");
    expect(names("right")).toBe("");
    expect(refusals.map((text) => text.replace(/\(.*?\)/g, ""))).toEqual([
      expect.stringMatching(/^error: .*right.*memory/),
      "error: VM web has 128Mi of memory, and the fleet declares 256Mi, so its place on the target was judged for another VM. Bring one to the other with pulumi up, on the host where it is, and move it then.",
      "error: VM web has 1 vCPUs, and the fleet declares 2, so its place on the target was judged for another VM. Bring one to the other with pulumi up, on the host where it is, and move it then.",
      "error: The fleet declares disk vdb of VM web, which it does not have on left yet. Make it with pulumi up, on the host where the VM is, and move it then.",
      "error: Pool right-ssd of host right has another file web-os.qcow2 already, and it is left alone. Look whose it is, and delete it if it is nobody's: virsh vol-delete --pool right-ssd web-os.qcow2.",
      "error: Pool right-ssd of host right does not run. Start it there: virsh pool-start right-ssd.",
    ]);
  });

  test("is placed on the other host where placement has chosen its place, and its record follows", async () => {
    const { left, right } = hosts;
    const placed = { vm: "web", host: "left", cells: "0", pins: ["1"], emulator: "0" };
    const file = hosts.write({ host: undefined }, { placements: [placed] });
    makeImage(at("left"), "1G", ["0", "1M"]);
    hosts.define(left, "left", { pins: ["1"], emulator: "0", numa: { nodeset: "0" } });
    // Cut off, it goes on with the place that was chosen then, and whatever the fleet has become.
    await crashing("held", () => move(file));
    hosts.write({ host: undefined, memory: "100 GiB" }, { placements: [placed] });
    expect((await move(file, "--no-start")).code).toBe(0);
    // What nobody has recorded is known of the stack, and recorded then.
    hosts.write({ host: undefined });
    const outputs = join(hosts.folder, "outputs.json");
    writeFileSync(outputs, JSON.stringify({ placements: [placed] }));
    const moved = await move(file, "--no-start", "--write", "--outputs", outputs);
    expect([moved.code, moved.out]).toEqual([0, expect.stringMatching(/^\+.*placements/m)]);
    const written = JSON.parse(readFileSync(file, "utf8"));
    expect(written.vms[0].host).toBeUndefined();
    const [record] = written.placements;
    expect(record).toMatchObject({ vm: "web", host: "right", cells: "0", pools: { os: "right-ssd" } });
    const xml = right.virsh("dumpxml", "web", "--inactive");
    expect(xml).toContain(`<vcpupin vcpu='0' cpuset='${record.pins[0]}'/>`);
    expect(xml).toContain(`<emulatorpin cpuset='${record.emulator}'/>`);
    // Somebody has made an image over what was left behind.
    const clone = at("left", "clone.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", at("left"), "-F", "qcow2", clone]);
    left.virsh("pool-refresh", "left-ssd");
    const removed = await move(file, "--remove-source");
    expect(removed.err).toContain("left web-os.qcow2 on left: left-ssd/clone.qcow2 is based on it");
    expect([removed.code, existsSync(at("left"))]).toEqual([0, true]);
  });

  test("can be taken back, or gone on with, where the other host does not start it", async () => {
    const { left, right } = hosts;
    const file = hosts.write({});
    makeImage(at("left"), "1G", ["0", "1M"]);
    hosts.define(left, "left", {});
    hosts.edit(left, (xml) => xml.replace("</devices>", `${ABSENT_BRIDGE}</devices>`));
    for (let attempt = 0; attempt < 2; attempt++) {
      const failed = await move(file);
      expect(failed.err).toContain("starting VM web on right failed");
      expect(failed.code).toBe(2);
      expect(isRunning("right")).toBe(false);
      expectUnstartable("left");
      expectUnstartable("right");
    }
    expect((await move(file, "--abandon")).code).toBe(0);
    expect(names("right")).toBe("");
    expect(left.virsh("dumpxml", "web", "--inactive")).not.toContain("moved-to-right");
    expect(right.virsh("vol-list", "right-ssd").trim()).toBe("");
  });

  test("wants the base image to be the same file on the other host", async () => {
    const { left, right } = hosts;
    const base = join(hosts.folder, "base", "base.qcow2");
    const vm = { disks: [{ name: "os", class: "ssd", size: "1 GiB", baseImage: base }] } as const;
    const file = hosts.write({ disks: [...vm.disks] });
    hosts.makeOverlay(at("left"), base);
    hosts.define(left, "left", { disks: [...vm.disks] });
    const missing = await move(file);
    expect(missing.err).toContain(`The base image ${base} is in no pool that libvirt on left has in view`);
    left.virsh("pool-create-as", "base", "dir", "--target", join(hosts.folder, "base"));
    const nowhere = await move(file);
    expect(nowhere.err).toContain(
      `The base image ${base} is not on right, and no pool of its has that folder.`,
    );
    expect(nowhere.code).toBe(1);
    // Both daemons have this machine's files, so it is the same one.
    right.virsh("pool-create-as", "base", "dir", "--target", join(hosts.folder, "base"));
    // The disk is there too, as on shared storage: it may be the only one there is.
    copyFileSync(at("left"), at("right"));
    const moved = await move(file, "--no-start");
    expect(moved.out).toMatch(/disk vda +left-ssd\/web-os.qcow2 +right-ssd\/web-os.qcow2 +is there/);
    expect(moved.out).toMatch(/base image +base\/base.qcow2 +base\/base.qcow2 +is there/);
    expect(moved.code).toBe(0);
    expect(right.virsh("vol-dumpxml", "--pool", "right-ssd", "web-os.qcow2")).toContain(base);
    expect((await move(file, "--remove-source")).code).toBe(0);
    expect([existsSync(base), existsSync(at("left"))]).toEqual([true, true]);
  });
});

/** libvirt looks for it before it starts QEMU. */
const ABSENT_BRIDGE = "<interface type='bridge'><source bridge='absent0'/></interface>";

const MINIMAL = "<memory>1024</memory><os><type arch='x86_64' machine='q35'>hvm</type></os>";

/** A UEFI guest's definition; what its firmware is does not matter where it is not started. */
function withFirmware(xml: string): string {
  const code = "<loader readonly='yes' type='pflash'>/usr/share/OVMF/code.fd</loader>";
  return xml.replace("</os>", `${code}<nvram>/var/lib/libvirt/qemu/nvram/web_VARS.fd</nvram></os>`);
}

/** Arguments of dd that change one byte in the middle of the first segment. */
const ONE_BYTE = ["bs=1", "count=1", "seek=500000", "conv=notrunc"];
const QUIET = { stdio: "ignore" } as const;
