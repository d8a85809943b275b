import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { crashing, noting } from "./moveCrash.ts";
import { type MoveHosts, makeImage, startMoveHosts } from "./moveHosts.ts";

/** What others do to a VM's definitions and files while it moves, and after that: nothing of theirs is lost. */

const why = whyNoLibvirtd();

describe.skipIf(why !== undefined)(`fleet move, and what others do${why ? ` (skipped: ${why})` : ""}`, () => {
  let hosts: MoveHosts;
  const at = (end: "left" | "right", file = "web-os.qcow2") => join(hosts[end].folder, end, file);
  const move = (file: string, ...args: string[]) =>
    hosts.move("web", "--to", "right", "--fleet", file, ...args);
  const xmlOn = (end: "left" | "right") =>
    hosts[end].virsh("dumpxml", "web", "--inactive", "--security-info");
  const filesOn = (end: "left" | "right") => readdirSync(join(hosts[end].folder, end));
  const defineOn = (end: "left" | "right", xml: string) => hosts.edit(hosts[end], () => xml);
  /** A refusal, word by word where it matters; code 1. */
  const expectRefused = ({ code, err }: { code: number; err: string }, message: string) => {
    expect(err).toContain(message);
    expect(code).toBe(1);
  };
  const begin = () => {
    makeImage(at("left"), "16M", ["0", "64k"]);
    hosts.define(hosts.left, "left", {});
    return hosts.write({});
  };

  beforeAll(async () => {
    hosts = await startMoveHosts();
  });
  afterAll(() => hosts?.stop());
  afterEach(() => hosts.clear());

  test("takes back only what is its own, and nothing that may be all there is", async () => {
    const { left, right } = hosts;
    const file = begin();
    const before = xmlOn("left");
    await crashing("defined", () => move(file));
    const held = xmlOn("right");

    renameSync(at("left"), at("left", "elsewhere"));
    expectRefused(
      await move(file, "--abandon"),
      "Volume web-os.qcow2 is no longer on left, so the copy may be all there is of it, and is left.",
    );
    renameSync(at("left", "elsewhere"), at("left"));
    expect([filesOn("right"), xmlOn("right")]).toEqual([["web-os.qcow2"], held]);

    // Somebody has let the VM go on the target by hand: it may have written to the copy.
    defineOn("right", withoutHold(held));
    const freed = xmlOn("right");
    expectRefused(
      await move(file, "--abandon"),
      "VM web on right has the copy web-os.qcow2 in pool right-ssd, which this move has not let go, so it is left.",
    );
    // It is not this move's to start either.
    expectRefused(await move(file), "Host right has got a VM of the same UUID as web");
    expect([filesOn("right"), xmlOn("right")]).toEqual([["web-os.qcow2"], freed]);
    expect(right.virsh("domstate", "web").trim()).toBe("shut off");
    expect(() => left.virsh("start", "web")).toThrow(/moved-to-right/);

    right.virsh("undefine", "web");
    expectRefused(
      await move(file),
      "VM web is no longer on right: somebody has undefined it there. Take the move back with --abandon",
    );
    // One of somebody's that has nothing of the copy stays, and the copy goes.
    defineOn("right", strangerOf(before));
    const stranger = xmlOn("right");
    const taken = await move(file, "--abandon");
    expect([taken.code, taken.err]).toEqual([0, expect.stringContaining("deleted web-os.qcow2 on right")]);
    expect([filesOn("right"), xmlOn("right")]).toEqual([[], stranger]);
    expect(xmlOn("left")).toBe(before);
  });

  test("copies nothing that libvirt there does not take, and overwrites no VM of the same UUID", async () => {
    const { right } = hosts;
    const file = begin();
    const stranger = strangerOf(xmlOn("left"));
    // Behind the look at the target: a VM of the name is there all of a sudden, and libvirt refuses the definition.
    const other = stranger.replace(/<uuid>.*<\/uuid>/, "");
    const refused = await noting(
      "held",
      () => defineOn("right", other),
      () => move(file),
    );
    expect(refused.err).toMatch(/defining VM web on right failed: .*already exists/);
    expect([refused.code, filesOn("right")]).toEqual([2, []]);
    right.virsh("undefine", "web");

    const taken = "Host right has got a VM of the same UUID as web, and it is not of this move.";
    defineOn("right", stranger);
    const is = xmlOn("right");
    expectRefused(await move(file), taken);
    expect([filesOn("right"), xmlOn("right")]).toEqual([[], is]);
    right.virsh("undefine", "web");
    // And behind the copy, which took a while.
    expectRefused(
      await noting(
        "copied",
        () => defineOn("right", stranger),
        () => move(file),
      ),
      taken,
    );
    expect(xmlOn("right")).toBe(is);
    right.virsh("undefine", "web");
    expect((await move(file, "--no-start")).code).toBe(0);
  });

  test("that is over tells where the VM is, and deletes no file that another VM has", async () => {
    const { left, right } = hosts;
    const file = begin();
    const before = xmlOn("left");
    await crashing("released", () => move(file, "--no-start"));
    const held = xmlOn("right");
    right.virsh("undefine", "web");
    expectRefused(await move(file, "--no-start"), "VM web is no longer on right");
    defineOn("right", held);
    expect((await move(file, "--no-start")).code).toBe(0);
    const arrived = xmlOn("right");

    // A stack is not told of a volume that is not there: an empty path would be its id.
    const state = join(hosts.folder, "stack.json");
    writeFileSync(state, '{"version":3,"deployment":{"resources":[]}}');
    const exported = readFileSync(state, "utf8");
    renameSync(at("right"), at("right", "elsewhere"));
    expectRefused(
      await move(file, "--state", state),
      "cannot be pointed to VM web on right: volume web-os.qcow2 is not in pool right-ssd of right.",
    );
    expect(readFileSync(state, "utf8")).toBe(exported);
    renameSync(at("right", "elsewhere"), at("right"));

    right.virsh("undefine", "web");
    for (const args of [[], ["--remove-source"]])
      expectRefused(
        await move(file, ...args),
        "VM web went from left to right, and right does not have it any more.",
      );
    for (const [xml, to] of [
      [held, "right"],
      [held.replace("moved-to-right", "moved-to-third").replace(/host=.right./, 'host="third"'), "third"],
    ] as const) {
      defineOn("right", xml);
      for (const args of [[], ["--remove-source"]])
        expectRefused(
          await move(file, ...args),
          `VM web went from left to right, and right holds it for a move to ${to}.`,
        );
    }
    defineOn("right", arrived);
    expect(filesOn("left")).toEqual(["web-os.qcow2"]);

    // By its path, and off: the VM that is started next would find no disk.
    const clone = before
      .replace(/<uuid>.*<\/uuid>/, "")
      .replace("<name>web<", "<name>clone<")
      .replace("type='volume'", "type='file'")
      .replace(/<source pool=[^>]*>/, `<source file='${at("left")}'/>`);
    defineOn("left", clone);
    const removed = await move(file, "--remove-source");
    expect(removed.err).toContain("left web-os.qcow2 on left: VM clone has it too");
    expect([removed.code, existsSync(at("left"))]).toEqual([0, true]);
    expect(left.virsh("list", "--all", "--name").trim()).toBe("clone");
  });
});

/** The definition without the disk that nobody has, as somebody would write it by hand. */
function withoutHold(xml: string): string {
  return xml.replace(/<disk type='volume'(?:(?!<\/disk>)[\s\S])*moved-to-[\s\S]*?<\/disk>/, "");
}

/** A VM of the same name and UUID, and nothing else of it. */
function strangerOf(xml: string): string {
  const [uuid = ""] = /<uuid>.*<\/uuid>/.exec(xml) ?? [];
  return `<domain type='qemu'><name>web</name>${uuid}<memory>1024</memory><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;
}
