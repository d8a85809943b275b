import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { writePressed } from "../watch/pressedState.ts";
import { createStack, type ExportedResource, succeeded, type TestStack } from "./engine.ts";
import { type MoveHosts, sha256Of, startMoveHosts, TODAY } from "./moveHosts.ts";

/** What the stack sees of a move: the real engine, and two real libvirt daemons. */

const why = whyNoLibvirtd();

describe.skipIf(why !== undefined)(`a stack whose VM has moved${why ? ` (skipped: ${why})` : ""}`, () => {
  let hosts: MoveHosts;
  beforeAll(async () => {
    hosts = await startMoveHosts({ pools: false });
  });
  afterAll(() => hosts?.stop());

  test("has it on the other host with nothing replaced and nothing deleted", async () => {
    const { left, right } = hosts;
    const vm = {
      memory: "64 MiB",
      emulator: "0",
      cloudInit: { users: [{ name: "admin" }] },
      disks: [
        { name: "os", class: "ssd", size: "8 MiB" },
        { name: "hot", class: "ssd", size: "8 MiB", mount: "/data/hot" },
      ],
    } as const;
    const declared = {
      ...vm,
      disks: vm.disks.map((disk) => ({ ...disk })),
      cloudInit: { users: [{ name: "admin" }] },
    };
    const file = hosts.write(declared);
    const stack = await createStack({
      directory: ROOT,
      env: { XDG_STATE_HOME: join(hosts.folder, "state") },
      config: {
        "numafleet:fleet": file,
        "numafleet:today": TODAY,
        "numafleet:domainType": "qemu",
      },
    });
    succeeded(await stack.up());
    const image = join(left.folder, "left", "web-hot.qcow2");
    const uuid = left.virsh("domuuid", "web").trim();
    const definition = left.virsh("dumpxml", "web", "--inactive");

    const running = await hosts.move("web", "--to", "right", "--fleet", file);
    expect(running.err).toContain("VM web runs on left, and only a VM that is off can be moved.");
    expect(running.code).toBe(1);
    left.virsh("destroy", "web");
    execFileSync("qemu-io", ["-c", "write -P 9 0 1M", image]);

    const exported = join(hosts.folder, "stack.json");
    succeeded(await stack.pulumi("stack", "export", "--stack", "dev", "--file", exported));
    const moved = await hosts.move("web", "--to", "right", "--fleet", file, "--write", "--state", exported);
    expect(moved.err).toContain("5 resources point to right now");
    expect(moved.code).toBe(0);
    expect(right.virsh("domstate", "web").trim()).toBe("running");
    expect(() => left.virsh("start", "web")).toThrow(/moved-to-right/);

    // Without the state the engine would make the VM anew; what is held on the old host is not touched, and a refresh
    // takes it for no drift.
    const files = readdirSync(join(left.folder, "left"));
    const held = ofVm(await stack.exportStack());
    const early = await stack.up("--refresh");
    expect(held).toHaveLength(5);
    expect(ofVm(await stack.exportStack())).toEqual(held);
    expect(early.exitCode).not.toBe(0);
    expect(readdirSync(join(left.folder, "left"))).toEqual(files);
    expect(right.virsh("domstate", "web").trim()).toBe("running");
    expect(`${early.stdout}${early.stderr}`).toContain("domain web moves to host right, or has gone there");

    succeeded(await stack.pulumi("stack", "import", "--stack", "dev", "--file", exported));
    // That it is there already is known from the state: pressure keeps out only what is new.
    const pressure = join(hosts.folder, "pressure.json");
    writePressed(pressure, { left: "ready", right: "pressed" });
    await stack.setConfig("numafleet:pressure", pressure);
    const { steps } = JSON.parse(succeeded(await stack.preview("--json")).stdout) as {
      steps: { op: string; urn: string }[];
    };
    // The judgement tells of the other host; every resource on a host stays.
    const changes = steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    expect(changes).toEqual(["update plan"]);
    succeeded(await stack.up("--refresh"));
    expect(right.virsh("domuuid", "web").trim()).toBe(uuid);
    const places = (xml: string) =>
      xml.split("\n").filter((line) => /<(mac|uuid|serial|address type='pci'|type arch)/.test(line));
    expect(places(right.virsh("dumpxml", "web", "--inactive"))).toEqual(places(definition));

    const again = await hosts.move("web", "--to", "right", "--fleet", file, "--remove-source");
    expect(again.code).toBe(0);
    expect(existsSync(image)).toBe(false);
    const known = await hosts.move("web", "--to", "right", "--fleet", file, "--state", exported);
    expect(known.err).toContain("0 resources point to right now");
    succeeded(await stack.up("--refresh", "--expect-no-changes"));
    expect(sha256Of(join(right.folder, "right", "web-hot.qcow2"))).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** What the state knows of the VM: its resources, with the connection of each. */
function ofVm({ deployment }: Awaited<ReturnType<TestStack["exportStack"]>>) {
  const resources = (deployment.resources ?? []) as (ExportedResource & { provider?: string })[];
  return resources
    .filter(({ urn }) => urn.includes("NumaDomain$libvirt"))
    .map(({ urn, id, provider }) => ({ urn, id, provider }));
}
