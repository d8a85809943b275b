import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Host, named } from "../../libvirt/virsh/host.ts";
import { bare, commandError, connectionError, HostError } from "../../libvirt/virsh/hostError.ts";
import { command, isQuotable, quote } from "../../libvirt/virsh/quote.ts";
import { Session } from "../../libvirt/virsh/session.ts";
import { element } from "../../libvirt/xml/element.ts";

const SETTINGS = {
  timeoutMs: 20_000,
  connectMs: 10_000,
  maxConcurrency: 2,
  cacheDir: mkdtempSync(join(tmpdir(), "virsh-test-")),
  signal: new AbortController().signal,
};

const HOSTILE = [
  "it's",
  '"quoted"',
  "a; destroy test",
  "$(touch pwned-by-virsh)",
  "`id`",
  "--all",
  "-h",
  "a\\b\\",
  "'; undefine test; echo '",
  "a b  c",
  "#comment",
  "ünïcödé 名前",
  "5",
  "*",
  "virsh # ",
];

describe("arguments", () => {
  it("are bound to their option and quoted", () => {
    expect(command("dominfo", { domain: "it's", all: true, pool: undefined, n: 3 })).toBe(
      `dominfo --domain='it'"'"'s' --all --n='3'`,
    );
  });

  it("with control characters are refused, as virsh reads line by line", () => {
    for (const text of ["a\nundefine test", "a\rb", "tab\there", "nul\0", "\u0085"]) {
      expect(isQuotable(text)).toBe(false);
      expect(() => quote(text)).toThrow(/holds a control character/);
    }
  });
});

const hasVirsh = (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, "virsh")));
const reason = hasVirsh ? "" : " (skipped: virsh is not installed here; apt-get install libvirt-clients)";

describe.skipIf(!hasVirsh)(`a session with libvirt's test driver${reason}`, () => {
  let session: Session;
  let host: Host;
  beforeAll(async () => {
    session = await Session.open("test:///default", SETTINGS);
    host = await Host.connect("test:///default", SETTINGS);
  });
  afterAll(() => {
    session.close();
    host.close();
  });

  it("takes any quoted text as it is", async () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc
        .array(fc.constantFrom(...HOSTILE, "'", '"', "\\", ";", " "), { maxLength: 12 })
        .map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(text.filter(isQuotable), async (value) => {
        // virsh's echo drops an empty argument's place, so a letter stands before.
        expect(await session.run(command("echo", { str: `x${value}` }), "echo", 20_000)).toBe(`x${value}`);
      }),
      { numRuns: 300 },
    );
  });

  it("answers a long line, and many at once in their order", async () => {
    const long = "a".repeat(20_000);
    expect(await session.run(command("echo", { str: long }), "echo", 20_000)).toBe(long);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => session.run(command("echo", { str: `n${n}` }), "echo", 20_000)),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => `n${n}`));
  });

  it("goes on after a failed command and after one that virsh does not know", async () => {
    await expect(host.run("dominfo", { domain: "no such" }, "reading a domain")).rejects.toThrow(
      "test:///default: reading a domain failed: failed to get domain 'no such'",
    );
    await expect(host.run("no-such-command", {}, "trying")).rejects.toThrow(
      "unknown command: 'no-such-command'",
    );
    expect(await host.run("uri", {}, "asking")).toContain("test:///default");
  });

  for (const name of HOSTILE) {
    it(`defines, finds and undefines a domain called ${JSON.stringify(name)}, and touches no other`, async () => {
      const root = element("domain", { type: "test" }, [
        element("name", {}, [name]),
        element("memory", {}, ["65536"]),
        element("os", {}, [element("type", {}, ["hvm"])]),
      ]);
      await host.withDefinition("define", root, {}, "defining");
      const found = named(await host.domains(), name.trim());
      expect(found?.uuid).toMatch(/^[0-9a-f-]{36}$/);
      await host.run("undefine", { domain: found?.uuid }, "undefining");
      expect((await host.domains()).map((entry) => entry.name)).toEqual(["test"]);
      expect(existsSync("pwned-by-virsh")).toBe(false);
    });
  }

  it("does not mistake a domain called 1 for the domain with the number 1", async () => {
    expect(named(await host.domains(), "1")).toBeUndefined();
  });

  it("gives a command up that takes too long, and says so", async () => {
    const slow = await Session.open("test:///default", SETTINGS);
    await expect(slow.run("event --event lifecycle --loop", "waiting for events", 300)).rejects.toThrow(
      /waiting for events took longer than 0 s, so the connection was given up/,
    );
    expect(slow.lost).toBe(true);
    await expect(slow.run("uri", "asking", 300)).rejects.toThrow(HostError);
  });
});

describe.skipIf(!hasVirsh)(`a provider that is killed${reason}`, () => {
  it("takes its virsh with it, also one in the middle of a command", async () => {
    const module = join(import.meta.dirname, "../../libvirt/virsh/session.ts");
    const program = `
      const { Session } = await import(${JSON.stringify(module)});
      const settings = { ...${JSON.stringify(SETTINGS)}, signal: new AbortController().signal };
      const session = await Session.open("test:///default", settings);
      session.run("event --event lifecycle --loop", "waiting", 600000);
      console.log(session.pid);
    `;
    const provider = spawn(process.execPath, ["--input-type=module", "--eval", program]);
    const pid = await new Promise((resolve) => provider.stdout.once("data", (data) => resolve(Number(data))));
    const state = () =>
      spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
    expect(state()).toMatch(/^[SR]/);
    provider.kill("SIGKILL");
    // One that has ended waits for its new parent to notice.
    while (!/^Z?$/.test(state().slice(0, 1))) await sleep(20);
  });
});

/** A URI that goes through an ssh of the test's own, which fails with these words. */
function stubSsh(words: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "stub-ssh-")), "ssh");
  writeFileSync(file, `#!/bin/sh\ncat >&2 <<'END'\n${words}\nEND\nexit 255\n`);
  chmodSync(file, 0o755);
  return `qemu+ssh://user@slm-host/system?command=${file}`;
}

describe.skipIf(!hasVirsh)(`connections that fail${reason}`, () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "host-key-unknown",
      "Host key verification failed.",
      /the host's ssh key is not known. Connect once by hand/,
    ],
    [
      "host-key-changed",
      "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
      /the host's ssh key is not the one in known_hosts/,
    ],
    [
      "authentication",
      "user@slm-host: Permission denied (publickey,password).",
      /the host does not let you in/,
    ],
    [
      "name-unresolved",
      "ssh: Could not resolve hostname slm-host: Name or service not known",
      /name does not resolve/,
    ],
    [
      "refused",
      "ssh: connect to host slm-host port 22: Connection refused",
      /the host refuses ssh connections/,
    ],
    ["timeout", "ssh: connect to host slm-host port 22: Connection timed out", /the host does not answer/],
    ["remote-tool-missing", "sh: 1: nc: not found", /the host lacks virt-ssh-helper and nc/],
  ];
  for (const [code, words, text] of cases) {
    it(`over ssh say what is wrong: ${code}`, async () => {
      const failure = await Session.open(stubSsh(words), SETTINGS).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(HostError);
      expect((failure as HostError).message).toMatch(text);
      expect((failure as HostError).code).toBe(code);
    });
  }

  it("on this machine say that the daemon is down", async () => {
    const failure = await Session.open("qemu+unix:///system?socket=/nonexistent/sock", SETTINGS).catch(
      (error: unknown) => error,
    );
    expect((failure as HostError).code).toBe("daemon-down");
    expect((failure as HostError).message).toMatch(
      /libvirt's daemon does not run there. Start it: systemctl start libvirtd/,
    );
  });

  it("leave no process behind", async () => {
    await Session.open(stubSsh("Host key verification failed."), SETTINGS).catch(() => undefined);
    const children = execFileSync("ps", ["-o", "args=", "--ppid", String(process.pid)], { encoding: "utf8" });
    expect(children.split("\n").filter((line) => line.includes("stub-ssh"))).toEqual([]);
  });
});

describe("error texts", () => {
  it("tell a socket that may not be used from an unknown user", () => {
    const socket = "error: Failed to connect socket to '/run/libvirt/libvirt-sock': Permission denied";
    expect(connectionError("qemu:///system", socket).message).toMatch(
      /you may not use libvirt's socket. Join the group libvirt/,
    );
    expect(connectionError("qemu:///system", socket).code).toBe("permission");
  });

  it("tell a user who is asked for a password from one with the wrong key", () => {
    for (const words of [
      "error: authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'",
      "error: authentication failed: Authorization requires authentication but no agent is available.",
      "error: authentication cancelled: user cancelled authentication process",
    ]) {
      for (const uri of ["qemu:///system", "qemu+ssh://h/system"]) {
        expect(connectionError(uri, words), words).toMatchObject({
          code: "permission",
          message: expect.stringMatching(/Join the group libvirt on that host/),
        });
      }
    }
  });

  it("do not take a part of a name for nc", () => {
    const words =
      "error: Failed to connect socket to '/home/vincent/.cache/libvirt/libvirt-sock': No such file or directory";
    expect(connectionError("qemu:///session", words).code).toBe("daemon-down");
  });

  it("tell a guest that has ended, and a domain of an odd name, from a lost connection", () => {
    for (const words of [
      "error: operation failed: domain is no longer running",
      "error: Failed to start domain 'keepalived-1'\nerror: Cannot access storage file '/keepalive/x': No such file",
      "error: internal error: QEMU unexpectedly closed the monitor (vm='connection')",
    ]) {
      expect(commandError("qemu:///system", "starting a domain", words).code, words).toBe("failed");
    }
    for (const words of [
      "error: Disconnected from qemu:///system due to keepalive timeout",
      "error: internal error: connection closed due to keepalive timeout",
      "error: Cannot write data: Broken pipe",
    ]) {
      expect(commandError("qemu:///system", "pinning", words).code, words).toBe("connection-lost");
    }
  });

  it("tell a lost connection from a refused request", () => {
    expect(
      commandError("qemu:///system", "pinning", "error: internal error: client socket is closed").code,
    ).toBe("connection-lost");
    expect(commandError("qemu:///system", "pinning", "error: invalid argument: cpu list").message).toBe(
      "qemu:///system: pinning failed: invalid argument: cpu list",
    );
  });

  it("tell a virsh that is too old, and an ssh that is not there", () => {
    const old = "error: command 'list' doesn't support option --uuid";
    expect(commandError("qemu:///system", "listing domains", old)).toMatchObject({
      code: "virsh-too-old",
      message: expect.stringMatching(/doesn't support option --uuid\. The virsh on the machine .* is older/),
    });
    const missing = "error: Cannot recv data: /x/ssh-8s: 2: exec: ssh: not found: Connection reset by peer";
    expect(connectionError("qemu+ssh://h/system", missing)).toMatchObject({
      code: "ssh-missing",
      message: expect.stringMatching(/Install OpenSSH's client/),
    });
  });

  it("show no password", () => {
    expect(bare("qemu+tcp://user:hunter2@host/system")).toBe("qemu+tcp://user@host/system");
  });
});
