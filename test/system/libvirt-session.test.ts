/** Connections to a real libvirt: in parallel, given up in time, cancelled, and through a real ssh. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Host, type HostSettings } from "../../libvirt/virsh/host.ts";
import { cancelled, type HostError } from "../../libvirt/virsh/hostError.ts";
import { type Bag, type PluginClient, secret, startPlugin, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `a connection to libvirt (skipped: ${why})` : "a connection to libvirt";

/** The virsh processes of this one. */
function virshs(): string[] {
  const rows = execFileSync("ps", ["--ppid", String(process.pid), "-o", "stat=,args="], { encoding: "utf8" });
  return rows.split("\n").filter((row) => /^[^Z]\S*\s+virsh /.test(row));
}

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let settings: HostSettings;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    daemon.virsh("domcapabilities");
    settings = {
      timeoutMs: 60_000,
      connectMs: 10_000,
      maxConcurrency: 4,
      cacheDir: join(daemon.folder, "cache"),
    };
  });
  afterAll(() => daemon?.stop());

  const daemonPid = () => Number(readFileSync(join(daemon.folder, "..", "libvirtd.pid"), "utf8"));
  const plugin = (more: Bag = {}): Promise<PluginClient> =>
    startPlugin({ uri: daemon.uri, stateDir: join(daemon.folder, "state"), ...more });
  const small = (name: string): Bag => ({
    name,
    type: "qemu",
    memory: 32,
    memoryUnit: "MiB",
    running: true,
    os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
  });

  it("is one while commands are short, and grows to the bound for long ones", async () => {
    const host = await Host.connect(daemon.uri, { ...settings, maxConcurrency: 3 });
    await Promise.all(Array.from({ length: 40 }, () => host.run("uri", {}, "asking")));
    expect(virshs()).toHaveLength(1);

    const held = Array.from({ length: 5 }, () =>
      host.apart(async (connection) => {
        await connection.run("uri", {}, "asking", 5000);
        await sleep(600);
      }),
    );
    await sleep(300);
    expect(await host.run("uri", {}, "asking")).toContain("qemu");
    // Three at work, and one for what is short.
    expect(virshs()).toHaveLength(4);
    await Promise.all(held);
    host.close();
  });

  it("ends in the same state with 30 operations in parallel as with one after another", async () => {
    const path = join(daemon.folder, "parallel");
    const provider = await plugin();
    const pool: Bag = { name: "parallel", type: "dir", target: { path } };
    const poolState = await provider.create(TYPES.pool, pool, { name: "parallel" });
    const image = join(daemon.folder, "small.raw");
    execFileSync("truncate", ["-s", "2M", image]);

    const volume = (index: number): Bag => ({
      name: `v${index}`,
      pool: "parallel",
      ...(index % 3 === 0
        ? { create: { content: { url: image } } }
        : {
            capacity: 1 + index,
            capacityUnit: "MiB",
            target: { format: { type: index % 3 === 1 ? "raw" : "qcow2" } },
          }),
    });
    /** What an operation leaves behind, in words that do not depend on the run. */
    const operations: readonly (() => Promise<unknown>)[] = [
      ...Array.from({ length: 18 }, (_, index) => async () => {
        const inputs = volume(index);
        const made = await provider.create(TYPES.volume, inputs, { name: `v${index}` });
        if (index % 2 === 0) {
          const grown = { ...inputs, capacity: 32, capacityUnit: "MiB" };
          await provider.update(TYPES.volume, made.id, inputs, grown, made.properties);
        }
        if (index % 5 === 0) await provider.delete(TYPES.volume, made.id, inputs, made.properties);
      }),
      ...Array.from({ length: 8 }, (_, index) => async () => {
        const inputs = { ...small(`d${index}`), running: index < 2 };
        const made = await provider.create(TYPES.domain, inputs, { name: `d${index}` });
        if (index % 4 === 3) await provider.delete(TYPES.domain, made.id, inputs, made.properties);
      }),
      ...Array.from({ length: 4 }, (_, index) => async () => {
        const inputs: Bag = {
          name: `p${index}`,
          type: "dir",
          target: { path: join(daemon.folder, `p${index}`) },
        };
        const made = await provider.create(TYPES.pool, inputs, { name: `p${index}` });
        if (index % 2 === 0) await provider.delete(TYPES.pool, made.id, inputs, made.properties);
      }),
    ];
    const words = (text: string) =>
      text
        .trim()
        .split("\n")
        .map((line) => line.trim().replaceAll(/\s+/g, " "))
        .sort();
    const state = () => ({
      volumes: words(daemon.virsh("vol-list", "parallel", "--details")),
      domains: words(daemon.virsh("list", "--all", "--name")),
      running: words(daemon.virsh("list", "--name")),
      pools: words(daemon.virsh("pool-list", "--all", "--name")),
    });
    const clear = () => {
      for (const name of words(daemon.virsh("list", "--name")).filter(Boolean)) daemon.virsh("destroy", name);
      for (const name of words(daemon.virsh("list", "--all", "--name")).filter(Boolean))
        daemon.virsh("undefine", name);
      for (const line of words(daemon.virsh("vol-list", "parallel"))) {
        if (line) daemon.virsh("vol-delete", line.split(" ")[0] ?? "", "--pool", "parallel");
      }
      for (const name of words(daemon.virsh("pool-list", "--name")).filter((each) => each !== "parallel")) {
        daemon.virsh("pool-destroy", name);
        daemon.virsh("pool-undefine", name);
      }
    };

    for (const operation of operations) await operation();
    const serial = state();
    clear();
    const order =
      fc.sample(fc.shuffledSubarray([...operations], { minLength: 30 }), { numRuns: 1, seed: 4 })[0] ?? [];
    expect(order).toHaveLength(30);
    await Promise.all(order.map((operation) => operation()));
    expect(state()).toEqual(serial);
    clear();
    await provider.delete(TYPES.pool, poolState.id, pool, poolState.properties);
    await provider.close();
  });

  it("takes any name, path and text as it is, and does with it what is meant and nothing else", async () => {
    const provider = await plugin();
    const seen = join(daemon.folder, "injected");
    const hostile = [
      `it's; touch ${seen}`,
      `$(touch ${seen})`,
      `\`touch ${seen}\``,
      '"><name>other</name><x y="',
      "--all",
      "-h",
      "a\\b\\\\",
      "<!--]]>&amp;%s",
      "ünïcödé 名前 🙂",
      "*",
      "x".repeat(100),
    ];
    const text = fc.constantFrom(...hostile);
    const long = fc.oneof(
      text,
      text.map((each) => `${each}\n\t${each}`),
      fc.constant("y".repeat(20_000)),
    );
    await fc.assert(
      fc.asyncProperty(text, long, text, async (word, description, value) => {
        // A slash is what no name of libvirt's may hold.
        const name = word.replaceAll("/", "_");
        const path = join(daemon.folder, "hostile", name);
        const pool: Bag = { name, type: "dir", target: { path } };
        const poolMade = await provider.create(TYPES.pool, pool, { name });
        const volume: Bag = { name, pool: name, capacity: 1, capacityUnit: "KiB" };
        const volumeMade = await provider.create(TYPES.volume, volume, { name });
        expect(volumeMade.properties.path).toBe(join(path, name));
        const vm: Bag = { ...small(name), running: false, description, title: value };
        const vmMade = await provider.create(TYPES.domain, vm, { name });
        for (const [type, { id, properties }, inputs] of [
          [TYPES.pool, poolMade, pool],
          [TYPES.volume, volumeMade, volume],
          [TYPES.domain, vmMade, vm],
        ] as const) {
          expect((await provider.read(type, id, inputs, properties)).inputs).toEqual(inputs);
        }
        const changed = { ...vm, description: value };
        await provider.update(TYPES.domain, vmMade.id, vm, changed, vmMade.properties);
        await provider.delete(TYPES.domain, vmMade.id, changed, vmMade.properties);
        await provider.delete(TYPES.volume, volumeMade.id, volume, volumeMade.properties);
        await provider.delete(TYPES.pool, poolMade.id, pool, poolMade.properties);
        expect(daemon.virsh("list", "--all", "--name").trim()).toBe("");
        expect(daemon.virsh("pool-list", "--all", "--name").trim()).toBe("");
        expect(existsSync(seen)).toBe(false);
      }),
      { numRuns: 15, seed: 4 },
    );
    await provider.close();
  });

  it("shows a secret in no error, file or command line", async () => {
    const provider = await plugin();
    const devices = { graphics: [{ vnc: { autoPort: true, passwd: secret("hunter2") } }] };
    const os = { type: "hvm", typeArch: "x86_64", typeMachine: "no-such-machine" };
    const refused = provider.create(TYPES.domain, { ...small("secret"), devices, os }, { name: "secret" });
    await expect(refused).rejects.toThrow(/defining domain secret failed/);
    await expect(refused).rejects.not.toThrow(/hunter2/);
    const inputs = { ...small("secret"), running: false, devices };
    const made = await provider.create(TYPES.domain, inputs, { name: "secret" });
    expect(made.properties.devices).toEqual(devices);
    expect(daemon.virsh("dumpxml", "secret", "--security-info")).toContain("hunter2");
    // The provider's own folder is in here; libvirt's is not.
    expect(spawnSync("grep", ["-r", "hunter2", daemon.folder]).status).toBe(1);
    expect(execFileSync("ps", ["-eo", "args="], { encoding: "utf8" })).not.toContain("hunter2");
    await provider.delete(TYPES.domain, made.id, inputs, made.properties);
    await provider.close();
  });

  it("makes one of two resources that want the same name, and tells the other that it is taken", async () => {
    const provider = await plugin();
    const outcomes = await Promise.allSettled(
      ["one", "two"].map((name) => provider.create(TYPES.domain, small("same"), { name })),
    );
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failures).toHaveLength(1);
    expect(String(failures[0]?.reason)).toMatch(
      /domain "same" exists on .* and does not belong to this stack/,
    );
    daemon.virsh("destroy", "same");
    daemon.virsh("undefine", "same");
    await provider.close();
  });

  it("refuses what its libvirt is too old for, with the version that is needed for what", async () => {
    const provider = await plugin();
    const devices = {
      disks: [
        {
          source: { file: { file: "/nonexistent" } },
          target: { dev: "vda", bus: "virtio" },
          driver: { name: "qemu", type: "qcow2", discardNoUnref: "on" },
        },
      ],
      videos: [{ model: { type: "virtio", edid: "on" } }],
    };
    const failure = await provider
      .create(TYPES.domain, { ...small("modern"), devices }, { name: "modern" })
      .catch((error: Error) => error);
    // Only a later libvirt gets further than this.
    if (/Running against daemon: (9\.[0-4]|[1-8])\./.test(daemon.virsh("version", "--daemon"))) {
      expect(String(failure)).toMatch(
        /domain modern: the libvirt of .* is 9\.0\.0, which is too old for what is asked of it: devices\.disks\[0\]\.driver\.discardNoUnref needs 9\.5\.0, devices\.videos\[0\]\.model\.edid needs 11\.3\.0\. Leave these out, or upgrade libvirt on that host/,
      );
      expect(daemon.virsh("list", "--all", "--name").trim()).toBe("");
      // Nor does an update change a part of it.
      const old: Bag = { ...small("modern"), title: "old" };
      const made = await provider.create(TYPES.domain, old, { name: "modern" });
      const next = { ...old, title: "new", os: { ...old.os, loaderFormat: "raw" } };
      await expect(provider.update(TYPES.domain, made.id, old, next, made.properties)).rejects.toThrow(
        /os\.loaderFormat needs 9\.2\.0/,
      );
      expect(daemon.virsh("desc", "modern", "--title").trim()).toBe("old");
      await provider.delete(TYPES.domain, made.id, old, made.properties);
    }
    await provider.close();
  });

  it("gives up on a daemon that hangs, says so, and works again with it", async () => {
    const host = await Host.connect(daemon.uri, { ...settings, timeoutMs: 1500, connectMs: 3000 });
    const pid = daemonPid();
    process.kill(pid, "SIGSTOP");
    try {
      await expect(host.run("list", { all: true }, "listing domains")).rejects.toThrow(
        /listing domains took longer than 2 s, so the connection was given up\. Look at libvirt's daemon/,
      );
      await expect(host.run("list", { all: true }, "listing domains")).rejects.toThrow(
        /cannot connect to .* within 3 s: no libvirt answers there\. Look whether its daemon is stuck/,
      );
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect(await host.run("list", { all: true, name: true }, "listing domains")).toBe("");
    host.close();
  });

  it("comes back by itself after the daemon was restarted while nothing was under way", async () => {
    const host = await Host.connect(daemon.uri, settings);
    await daemon.kill();
    await daemon.start();
    expect(await host.run("list", { all: true, name: true }, "listing domains")).toBe("");
    host.close();
  });

  it("ends commands, transfers and waits at once when it is cancelled, with all its processes", async () => {
    const ending = new AbortController();
    const host = await Host.connect(daemon.uri, { ...settings, signal: ending.signal });
    process.kill(daemonPid(), "SIGSTOP");
    const failures = [
      host.run("list", {}, "listing domains"),
      host.run("start", { domain: "none" }, "starting a domain"),
      host.apart((connection) => connection.run("uri", {}, "asking", 60_000)),
      host.pause(60_000),
    ].map((each) =>
      each.then(
        () => undefined,
        (failure: HostError) => failure.code,
      ),
    );
    await sleep(200);
    ending.abort(cancelled(daemon.uri));
    expect(await Promise.all(failures)).toEqual(failures.map(() => "cancelled"));
    process.kill(daemonPid(), "SIGCONT");
    await sleep(200);
    expect(virshs()).toEqual([]);
  });
});
