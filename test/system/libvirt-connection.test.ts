/** What a connection says when it does not come about, by virsh, ssh, an ssh server and libvirt themselves. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Host } from "../../libvirt/virsh/host.ts";
import type { HostError } from "../../libvirt/virsh/hostError.ts";
import { freePort } from "../../tools/setup/freePorts.ts";
import { startPlugin, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { type PrivateSshd, startPrivateSshd, whyNoSshd } from "../libvirt/sshd.ts";

const why = whyNoLibvirtd() ?? whyNoSshd();

describe.skipIf(why)(`connections to a libvirt${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let sshd: PrivateSshd;
  let folder: string;
  let silent: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "numafleet-connection-"));
    daemon = await startPrivateLibvirtd();
    const pid = join(daemon.folder, "..", "libvirtd.pid");
    // The daemon's socket is where libvirt looks for it in the daemon's own view of the file system only.
    sshd = await startPrivateSshd(
      `exec nsenter --target "$(cat ${pid})" --mount sh -c "$SSH_ORIGINAL_COMMAND"`,
    );
    silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    silent?.close();
    await sshd?.stop();
    await daemon?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ssh = ({ key = sshd.key, port = sshd.port, host = "127.0.0.1" } = {}) =>
    `qemu+ssh://${sshd.user}@${host}:${port}/system?command=${sshd.ssh}&keyfile=${key}`;
  const connect = (uri: string, connectMs = 10_000) =>
    Host.connect(uri, { timeoutMs: 30_000, connectMs, maxConcurrency: 2, cacheDir: join(folder, "cache") });
  const failure = (uri: string, connectMs?: number): Promise<HostError> =>
    connect(uri, connectMs).then(
      (host) => {
        host.close();
        throw new Error(`${uri} connects`);
      },
      (error: HostError) => error,
    );
  const saying = async (uri: string, connectMs?: number) => {
    const { code, message } = await failure(uri, connectMs);
    expect(message.split("\n")).toHaveLength(1);
    return [code, message];
  };

  it("work through ssh, for short and long commands, and come back after ssh was killed", async () => {
    const host = await connect(ssh());
    expect(await host.run("uri", {}, "asking")).toContain("qemu+ssh");
    expect(await host.domains()).toEqual([]);
    const pool = { name: "far", type: "dir", target: { path: join(folder, "far") } };
    const plugin = await startPlugin({ uri: ssh(), stateDir: join(folder, "state") });
    const made = await plugin.create(TYPES.pool, pool, { name: "far" });
    const image = join(folder, "image.raw");
    execFileSync("truncate", ["-s", "1M", image]);
    const inputs = { name: "v", pool: "far", create: { content: { url: image } } };
    const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
    const clients = lines.filter(
      (line) => line.includes("virt-ssh-helper") && line.includes(String(sshd.port)),
    );
    expect(clients.length).toBeGreaterThan(0);
    for (const line of clients) spawnSync("kill", ["-KILL", line.trim().split(" ")[0] ?? ""]);
    const volume = await plugin.create(TYPES.volume, inputs, { name: "v" }).catch(async (error: Error) => {
      // The loss may only be seen with the next request; the one after that is over a new connection.
      expect(error.message).toMatch(/the connection was lost during .*Run the update again/);
      return plugin.create(TYPES.volume, inputs, { name: "v" });
    });
    expect(daemon.virsh("vol-list", "far")).toContain(join(folder, "far", "v"));
    await plugin.delete(TYPES.volume, volume.id, inputs, volume.properties);
    await plugin.delete(TYPES.pool, made.id, pool, made.properties);
    await plugin.close();
    host.close();
  });

  it("that ssh does not get through say why, and what to do", async () => {
    expect(await saying(ssh({ key: "/nonexistent/key" }))).toEqual([
      "authentication",
      expect.stringMatching(/the host does not let you in\. Load the right ssh key \(ssh-add -l\)/),
    ]);
    expect(await saying(ssh({ port: await freePort() }))).toEqual([
      "refused",
      expect.stringMatching(/the host refuses ssh connections\. Check that sshd runs there and the port/),
    ]);
    expect(await saying(ssh({ host: "no-such-host.invalid" }))).toEqual([
      "name-unresolved",
      expect.stringMatching(/name does not resolve\. Check the spelling/),
    ]);
    sshd.forgetHostKey();
    expect(await saying(ssh())).toEqual([
      "host-key-unknown",
      expect.stringMatching(/key is not known\. Connect once by hand with ssh, verify the key/),
    ]);
    sshd.changeHostKey();
    expect(await saying(ssh())).toEqual([
      "host-key-changed",
      expect.stringMatching(/not the one in known_hosts\. If the host was set up anew, verify its new key/),
    ]);
  });

  it("that nobody answers are given up in time, with ssh's own reason where it has one", async () => {
    const { port } = silent.address() as { port: number };
    // Without a command of the user's, ssh is told how long it may take.
    expect(await saying(`qemu+ssh://root@127.0.0.1:${port}/system`, 3000)).toEqual([
      "timeout",
      expect.stringMatching(/the host does not answer\. Check that it is up and that the network reaches it/),
    ]);
    expect(await saying(`qemu+tcp://127.0.0.1:${port}/system`, 1000)).toEqual([
      "timeout",
      expect.stringMatching(/within 1 s: no libvirt answers there.*connectTimeout/),
    ]);
    const slow = join(folder, "slow-ssh");
    writeFileSync(slow, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    expect(await saying(`qemu+ssh://root@host/system?command=${slow}`, 1000)).toEqual([
      "timeout",
      expect.stringMatching(/within 1 s: ssh .*virsh uri/),
    ]);
  });

  it("to a daemon that is down say so, without a socket, with a dead one, and over the network", async () => {
    const down = expect.stringMatching(/daemon does not run there\. Start it: systemctl start libvirtd/);
    expect(await saying(`qemu+unix:///system?socket=${folder}/none`)).toEqual(["daemon-down", down]);
    const dead = join(folder, "dead");
    const program = `require("node:net").createServer().listen(${JSON.stringify(dead)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["--eval", program]);
    expect(await saying(`qemu+unix:///system?socket=${dead}`)).toEqual(["daemon-down", down]);
    expect(await saying(`qemu+tcp://127.0.0.1:${await freePort()}/system`)).toEqual([
      "refused",
      expect.stringMatching(/nothing listens there/),
    ]);
  });

  it("by a user who may not use the socket say which group it takes", async () => {
    // Root may use any socket, so virsh runs as somebody else here.
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const virsh = execFileSync("sh", ["-c", "command -v virsh"], { encoding: "utf8" }).trim();
    writeFileSync(
      join(bin, "virsh"),
      `#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups ${virsh} "$@"\n`,
      { mode: 0o755 },
    );
    chmodSync(folder, 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${bin}:${path}`;
    try {
      expect(await saying(daemon.uri)).toEqual([
        "permission",
        expect.stringMatching(/you may not use libvirt's socket\. Join the group libvirt on that host/),
      ]);
    } finally {
      process.env.PATH = path;
    }
  });
});
