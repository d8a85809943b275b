import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type HostShell, openShell, ScriptError } from "../../libvirt/transport/shell.ts";
import { targetOf } from "../../libvirt/transport/target.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";

const SETTINGS = { timeoutMs: 20_000 };
const folder = mkdtempSync(join(tmpdir(), "shell-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = [
  "it's",
  '"quoted"',
  `$(touch ${folder}/pwned)`,
  `\`touch ${folder}/pwned\``,
  `'; touch ${folder}/pwned; echo '`,
  "-n",
  "--",
  "\\n\\0\\",
  "* ? [a-z] {a,b} ~ !x",
  "two\nlines\n\n",
  "tab\there\r",
  "ünïcödé 名前",
  "",
  "\u0001\u0007\u001b[31m",
];

const failureOf = (promise: Promise<unknown>): Promise<HostError> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error as HostError,
  );

/** An ssh of the test's own, which runs this after its options were taken. */
function stubSsh(name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Notes its arguments, and hands the command to a login shell as sshd does. */
const answering = (loginShell: string, name: string): string =>
  stubSsh(
    name,
    `printf '%s\\n' "$@" >${folder}/${name}.arguments
while [ "$1" != -- ]; do shift; done
[ $# = 3 ] || exit 1
echo "a greeting of the login shell's"; echo "a banner" >&2
exec ${loginShell} -c "$3"`,
  );

const overSsh = (command: string): string => `qemu+ssh://root@slm-host:2222/system?command=${command}`;

/** Whether a process does something yet; nobody may have asked for the end of one that has ended. */
function runs(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const whole = 'field text; printf "<%s>" "$text"';

const onPath = (tool: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((part) => existsSync(join(part, tool)));

describe("where commands run", () => {
  it.each(["qemu:///system", "qemu:///session", "qemu+unix:///system?socket=/run/x", "test:///default"])(
    "%s: on this machine",
    (uri) => expect(targetOf(uri)).toEqual({ kind: "local" }),
  );

  it("over ssh with the URI's user, port and key, and the host after the end of the options", () => {
    const target = targetOf("qemu+ssh://ad%6din@numa1.example:2222/system?keyfile=/home/me/key&socket=/x");
    if (target.kind !== "ssh") return expect.fail("not over ssh");
    expect(target.program).toBe("ssh");
    expect(target.args.join(" ")).toMatch(/-i \/home\/me\/key -p 2222 -l admin -- numa1\.example$/);
    expect(target.args).toContain("BatchMode=yes");
    expect(target.args.join(" ")).not.toMatch(/StrictHostKeyChecking|UserKnownHosts/);
    const six = targetOf("qemu+ssh://[fe80::1]/system");
    expect(six.kind === "ssh" && six.args.at(-1)).toBe("fe80::1");
  });

  it.each([
    ["qemu://numa1/system", /transport tls carries no commands.*qemu\+ssh:\/\/user@host\/system/],
    ["qemu+tcp://root:hunter2@numa1/system", /of qemu\+tcp:\/\/root@numa1\/system: .*transport tcp/],
    ["qemu+libssh2://numa1/system", /transport libssh2/],
    ["qemu+ssh://numa1/system?no_verify=1", /no_verify turns off the check/],
    ["qemu+ssh:///system", /names no host/],
    ["qemu+ssh://-oProxyCommand=touch%20pwned/system", /is no host's name/],
    ["qemu+ssh://a%20b@numa1/system", /"a b" is no user's name/],
    ["qemu+ssh://-v@numa1/system", /"-v" is no user's name/],
    ["qemu+ssh://numa1;id/system", /is no host's name|is no connection URI/],
    ["numa1", /is no connection URI/],
  ])("%s: is refused with what to do", (uri, text) => {
    expect(() => openShell(uri, SETTINGS)).toThrow(text);
    try {
      targetOf(uri);
    } catch (failure) {
      expect((failure as HostError).code).toBe("unsupported-uri");
    }
  });
});

const LOGIN_SHELLS = ["sh", "dash", "bash", "busybox sh", "zsh", "fish", "csh", "tcsh"].filter((shell) =>
  onPath(shell.split(" ")[0] as string),
);

const shells: readonly (readonly [string, () => HostShell])[] = [
  ["on this machine", () => openShell("qemu:///system", SETTINGS)],
  ...LOGIN_SHELLS.map((shell): readonly [string, () => HostShell] => [
    `over ssh to a login shell ${shell}`,
    () => openShell(overSsh(answering(shell, `ssh-${shell.replace(" ", "-")}`)), SETTINGS),
  ]),
];

describe.each(shells)("a script %s", (_where, open) => {
  it("gets any text as it is", async () => {
    const shell = open();
    for (const text of HOSTILE) {
      expect(await shell.run(whole, { what: "asking", fields: [text], as: "own" })).toBe(`<${text}>`);
    }
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  it("ends with its code and its words", async () => {
    const failure = await failureOf(
      open().run("echo much; echo 'no such thing' >&2; exit 255", { what: "looking", as: "own" }),
    );
    expect(failure).toBeInstanceOf(ScriptError);
    expect((failure as ScriptError).exitCode).toBe(255);
    expect(failure.message).toMatch(/: looking failed: no such thing$/);
  });

  it("stops at the first command that fails, and at a variable that is not set", async () => {
    const broken = open().run("false; echo went on", { what: "trying", as: "own" });
    expect((await failureOf(broken)).message).toMatch(/trying failed: exit code 1$/);
    const unset = open().run('echo "$nothing"', { what: "trying", as: "own" });
    expect((await failureOf(unset)).message).toMatch(/trying failed: .*nothing/);
  });

  it("reads files of the kernel's", async () => {
    const { files, unreadable } = await open().readFiles(
      ["/proc/sys/kernel/osrel*", "/proc/self/status", "/proc/no/such/*", "/proc/[v]ersion"],
      { what: "reading", as: "own" },
    );
    expect([...files.keys()]).toEqual(["/proc/sys/kernel/osrelease", "/proc/self/status", "/proc/version"]);
    expect(files.get("/proc/version")).toBe(readFileSync("/proc/version", "utf8"));
    expect(unreadable).toEqual([]);
  });
});

describe("a script", () => {
  it("gets any two texts as they are", async () => {
    const shell = openShell("test:///default", SETTINGS);
    const text = fc.string({ unit: "grapheme", maxLength: 300 }).filter((value) => !value.includes("\0"));
    const both = 'field a; field b; printf "%s|%s" "$a" "$b"';
    await fc.assert(
      fc.asyncProperty(text, text, async (a, b) => {
        expect(await shell.run(both, { what: "asking", fields: [a, b], as: "own" })).toBe(`${a}|${b}`);
      }),
      { numRuns: 60 },
    );
  });

  it("runs as root by sudo where its user is not, and shows sudo nothing of itself", async () => {
    const bin = mkdtempSync(join(folder, "bin-"));
    stubSsh(join(basename(bin), "id"), "echo 1000");
    stubSsh(
      join(basename(bin), "sudo"),
      `printf '%s\\n' "$@" >${folder}/sudo.arguments\n[ "$1 $2" = "-n --" ] || exit 1\nshift 2\nby=sudo exec "$@"`,
    );
    const shell = openShell(overSsh(answering(`env PATH=${bin}:$PATH sh`, "ssh-sudo")), SETTINGS);
    const script = `field text; printf "%s by %s" "$text" "\${by:-nobody}"`;
    expect(await shell.run(script, { what: "asking", fields: ["a-secret"] })).toBe("a-secret by sudo");
    expect(readFileSync(join(folder, "sudo.arguments"), "utf8")).not.toMatch(/a-secret|nobody/);
    expect(await shell.run(script, { what: "asking", fields: ["a"], as: "own" })).toBe("a by nobody");
  });

  it("shows nothing of itself or its fields in an argument", async () => {
    const ssh = answering("sh", "ssh-noted");
    await openShell(overSsh(ssh), SETTINGS).run(`: quite-a-script; ${whole}`, {
      what: "asking",
      fields: ["a-secret"],
      as: "own",
    });
    const seen = readFileSync(join(folder, "ssh-noted.arguments"), "utf8");
    expect(seen).toMatch(/^-p\n2222\n-l\nroot\n--\nslm-host\nexec sh -c/m);
    expect(seen).not.toMatch(/a-secret|quite-a-script/);
  });

  it("cannot be given a character that a variable cannot hold", async () => {
    const shell = openShell("test:///default", SETTINGS);
    await expect(shell.run(whole, { what: "asking", fields: ["a\0b"] })).rejects.toThrow(/cannot hold/);
    await expect(shell.run(whole, { what: "asking", fields: ["\ud800"] })).rejects.toThrow(/cannot hold/);
  });

  it("that takes too long is ended, and the next one runs", async () => {
    const shell = openShell("test:///default", SETTINGS);
    const slow = shell.run("sleep 600", { what: "waiting", timeoutMs: 300, as: "own" });
    const next = shell.run("echo there", { what: "asking", as: "own" });
    expect((await failureOf(slow)).code).toBe("timeout");
    expect(await next).toBe("there\n");
  });

  it("that prints too much is ended", async () => {
    const shell = openShell("test:///default", { ...SETTINGS, outputLimit: 10_000 });
    const failure = await failureOf(shell.run("yes", { what: "listing", as: "own" }));
    expect(failure.message).toBe("test:///default: listing printed more than 10000 characters");
  });

  it("is ended when the connection is closed", async () => {
    const shell = openShell("test:///default", SETTINGS);
    const script = 'field file; : >"$file"; sleep 600';
    const started = join(folder, "started");
    const running = failureOf(shell.run(script, { what: "waiting", as: "own", fields: [started] }));
    await expect.poll(() => existsSync(started), { timeout: 10_000 }).toBe(true);
    shell.close();
    expect((await running).code).toBe("connection-lost");
  });

  it.each(["~/.ssh/id_rsa", "/proc/../etc/shadow", "/sys/$(id)", "/proc/a b", "sys/x"])(
    "reads no file %s",
    async (pattern) => {
      const shell = openShell("test:///default", SETTINGS);
      await expect(shell.readFiles([pattern], { what: "reading" })).rejects.toThrow(/no pattern of paths/);
    },
  );
});

describe("a connection that fails", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["host-key-unknown", "Host key verification failed.", /Connect once by hand with ssh, verify the key/],
    [
      "host-key-changed",
      "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
      /not the one in known_hosts/,
    ],
    ["authentication", "root@slm-host: Permission denied (publickey,password).", /does not let you in/],
    [
      "name-unresolved",
      "ssh: Could not resolve hostname slm-host: Name or service not known",
      /name does not resolve/,
    ],
    ["refused", "ssh: connect to host slm-host port 22: Connection refused", /refuses ssh connections/],
    ["timeout", "ssh: connect to host slm-host port 22: Connection timed out", /the host does not answer/],
    [
      "failed",
      "kex_exchange_identification: Connection closed by remote host",
      /Connection closed by remote/,
    ],
    ["permission", "sudo: a password is required", /needs root on the host.*sudo without a password/],
    ["remote-tool-missing", "sh: 1: base64: not found", /needs base64 on the host/],
  ];
  it.each(cases)("says what is wrong: %s", async (code, words, text) => {
    const ssh = stubSsh(`ssh-${code}`, `cat >&2 <<'END'\n${words}\nEND\nexit 255`);
    const failure = await failureOf(openShell(overSsh(ssh), SETTINGS).run("true", { what: "asking" }));
    expect(failure).toBeInstanceOf(HostError);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(text);
    expect(failure.message).toContain("qemu+ssh://root@slm-host:2222/system");
  });

  it("in the middle of a script is told apart from a script that fails", async () => {
    const ssh = stubSsh("ssh-lost", `IFS= read -r mark; echo "$mark"; echo "$mark" >&2; echo half; exit 255`);
    const failure = await failureOf(openShell(overSsh(ssh), SETTINGS).run("true", { what: "asking" }));
    expect(failure.code).toBe("connection-lost");
    expect(failure.message).toMatch(/the connection was lost during asking. Run the update again/);
  });

  it("for want of ssh says how to get it", async () => {
    const shell = openShell(overSsh("/nonexistent/ssh"), SETTINGS);
    const failure = await failureOf(shell.run("true", { what: "asking" }));
    expect(failure.code).toBe("ssh-missing");
    expect(failure.message).toMatch(/apt-get install openssh-client/);
  });

  it("leaves no process behind", async () => {
    const note = join(folder, "hanging");
    const ssh = stubSsh("ssh-hangs", `sleep 600 & echo $! >${note}; wait`);
    const shell = openShell(overSsh(ssh), SETTINGS);
    const running = failureOf(shell.run("true", { what: "asking" }));
    const written = () => existsSync(note) && readFileSync(note, "utf8").endsWith("\n");
    await expect.poll(written, { timeout: 10_000 }).toBe(true);
    shell.close();
    expect((await running).code).toBe("connection-lost");
    await expect.poll(() => runs(readFileSync(note, "utf8").trim()), { timeout: 10_000 }).toBe(false);
  });
});
