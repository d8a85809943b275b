import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostShell, openShell } from "../../libvirt/transport/shell.ts";
import type { HostError } from "../../libvirt/virsh/hostError.ts";
import { freePort } from "../../tools/setup/freePorts.ts";
import { type PrivateSshd, startPrivateSshd, whyNoSshd } from "../libvirt/sshd.ts";

const why = whyNoSshd();

describe.skipIf(why)(
  `commands over the system's ssh to a real sshd${why ? ` (skipped: ${why})` : ""}`,
  () => {
    let sshd: PrivateSshd;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "host-shell-"));
      sshd = await startPrivateSshd();
    });
    afterAll(async () => {
      await sshd?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const open = ({ key = sshd.key, port = sshd.port } = {}): HostShell =>
      openShell(`qemu+ssh://${sshd.user}@127.0.0.1:${port}/system?command=${sshd.ssh}&keyfile=${key}`, {
        timeoutMs: 30_000,
      });
    const codeOf = (shell: HostShell): Promise<string> =>
      shell.run("true", { what: "asking" }).then(
        () => "no failure",
        (failure: HostError) => failure.code,
      );

    it("run as root with the fields that they are given", async () => {
      const script = 'field text; id -u; printf "%s" "$text"';
      const text = "it's $(id) `id`\n名前\n";
      expect(await open().run(script, { what: "asking", fields: [text] })).toBe(`0\n${text}`);
    });

    it("read files of the kernel's", async () => {
      const { files } = await open().readFiles(["/proc/sys/kernel/osrelease"], { what: "reading" });
      expect([...files]).toEqual([["/proc/sys/kernel/osrelease", expect.stringMatching(/^\d+\.\d+/)]]);
    });

    it("end on the host when they are given up here", async () => {
      const note = join(folder, "pid");
      const script = 'field note; echo "$$" >"$note"; while :; do echo there; sleep 0.05; done';
      const shell = open();
      const running = shell.run(script, { what: "waiting", fields: [note] }).catch((error: Error) => error);
      const written = () => existsSync(note) && readFileSync(note, "utf8").endsWith("\n");
      await expect.poll(written, { timeout: 20_000 }).toBe(true);
      shell.close();
      expect(await running).toMatchObject({ code: "connection-lost" });
      const pid = readFileSync(note, "utf8").trim();
      await expect.poll(() => existsSync(`/proc/${pid}/cwd`), { timeout: 10_000 }).toBe(false);
    });

    it("are not sent to a host whose key is unknown or another one, by a user who is not let in, or where nobody listens", async () => {
      expect(await codeOf(open({ key: "/nonexistent/key" }))).toBe("authentication");
      sshd.forgetHostKey();
      expect(await codeOf(open())).toBe("host-key-unknown");
      sshd.changeHostKey();
      expect(await codeOf(open())).toBe("host-key-changed");
      expect(await codeOf(open({ port: await freePort() }))).toBe("refused");
    });
  },
);
