import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Context } from "../../libvirt/provider/resource.ts";
import { pool } from "../../libvirt/provider/resources/pool.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";

const UUID = "01234567-89ab-4cde-8f01-23456789abcd";
const INPUTS = { name: "vg", type: "logical", destroy: { delete: true } };

interface Group {
  active: boolean;
  readonly volumes?: readonly string[];
  readonly allocation?: number;
  readonly isGone?: true;
}

/** A host with one volume group, which notes what is done to it. */
function hostWith(group: Group) {
  const done: string[] = [];
  const messages: string[] = [];
  const stateDir = mkdtempSync(join(tmpdir(), "numafleet-pool-"));
  afterAll(() => rmSync(stateDir, { recursive: true }));
  const answers: Record<string, () => string> = {
    "pool-info": () => `State:          ${group.active ? "running" : "inactive"}\nAutostart:      yes\n`,
    "pool-refresh": () => "",
    "vol-list": () => (group.volumes ?? []).map((name) => ` ${name}   /dev/vg/${name}\n`).join(""),
    "pool-dumpxml": () => `<pool type="logical"><allocation>${group.allocation ?? 0}</allocation></pool>`,
    domstats: () => "",
  };
  const host = {
    pools: async () => [{ name: "vg", uuid: UUID }],
    async run(name: string) {
      const answer = answers[name];
      if (answer) return answer();
      if (name === "pool-start" && group.isGone) {
        throw new HostError("not-found", 'starting pool vg failed: Volume group "vg" not found');
      }
      done.push(name);
      if (name === "pool-start") group.active = true;
      if (name === "pool-destroy") group.active = false;
      return "";
    },
  };
  const context = {
    host: async () => host,
    uri: "qemu:///system",
    urn: "urn:a",
    stateDir,
    log: (severity: string, text: string) => messages.push(`${severity}: ${text}`),
  } as unknown as Context;
  const remove = () => pool.delete(UUID, { inputs: INPUTS, outputs: {} }, context);
  return { done, messages, remove };
}

describe("a pool that is deleted with what it is made of", () => {
  it("goes when nothing is in it", async () => {
    const { done, remove } = hostWith({ active: true });
    await remove();
    expect(done).toEqual(["pool-destroy", "pool-delete", "pool-undefine"]);
  });

  it("is looked into when it is off, and is off again when there is something in it", async () => {
    const { done, remove } = hostWith({ active: false, volumes: ["models"] });
    await expect(remove()).rejects.toThrow(
      "pool vg is not deleted: destroy.delete would take its data too, and it holds models.",
    );
    expect(done).toEqual(["pool-start", "pool-destroy"]);
    const empty = hostWith({ active: false });
    await empty.remove();
    expect(empty.done).toEqual(["pool-start", "pool-destroy", "pool-delete", "pool-undefine"]);
  });

  it("stays where it holds what libvirt does not list", async () => {
    const { done, remove } = hostWith({ active: true, allocation: 3 * 1024 ** 3 });
    await expect(remove()).rejects.toThrow(
      "3.00 GiB of its volume group are used by what libvirt does not list, such as a thin pool",
    );
    expect(done).toEqual([]);
  });

  it("is forgotten where nobody can see what is in it, and its data stay", async () => {
    const { done, messages, remove } = hostWith({ active: false, isGone: true });
    await remove();
    expect(done).toEqual(["pool-undefine"]);
    expect(messages).toEqual([
      expect.stringMatching(/^warning: pool vg is off and does not start.*Volume group "vg" not found/),
    ]);
  });
});
