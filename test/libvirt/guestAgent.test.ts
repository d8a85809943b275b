import { describe, expect, it } from "vitest";
import { GuestAgent } from "../../libvirt/virsh/guestAgent.ts";
import { commandError, HostError } from "../../libvirt/virsh/hostError.ts";

type Call = { readonly execute: string; readonly arguments: Record<string, unknown> };

/** An agent that answers from a function; an error is thrown as virsh's words would be. */
function agentOf(answer: (call: Call) => unknown): { agent: GuestAgent; calls: Call[] } {
  const calls: Call[] = [];
  const host = {
    run: async (name: string, options: Readonly<Record<string, unknown>>, what: string) => {
      expect(name).toBe("qemu-agent-command");
      expect(options.domain).toBe("slm");
      const call = JSON.parse(String(options.cmd)) as Call;
      calls.push(call);
      const said = answer(call);
      if (said instanceof Error) throw commandError("qemu:///system", what, `error: ${said.message}`);
      return JSON.stringify({ return: said });
    },
  };
  return { agent: new GuestAgent(host, "slm"), calls };
}

describe("a guest's agent", () => {
  it.each([
    ["off", "Requested operation is not valid: domain is not running"],
    ["no-channel", "argument unsupported: QEMU guest agent is not configured"],
    ["no-agent", "Guest agent is not responding: QEMU guest agent is not connected"],
    ["no-agent", "Guest agent is not responding: Guest agent not available for now"],
    [
      "forbidden",
      "internal error: unable to execute QEMU agent command 'guest-file-open': The command guest-file-open has been disabled for this instance",
    ],
    [
      "forbidden",
      "internal error: unable to execute QEMU agent command 'guest-file-open': Command guest-file-open has been disabled: the command is not allowed",
    ],
    [
      "no-file",
      "internal error: unable to execute QEMU agent command 'guest-file-open': failed to open file '/x' (mode: 'r'): No such file or directory",
    ],
  ])("tells by virsh's words that it is %s", async (trouble, words) => {
    const { agent } = agentOf(() => new Error(words));
    await expect(agent.read("/x", 10)).rejects.toMatchObject({ name: "GuestError", trouble });
  });

  it("leaves other failures what they are", async () => {
    const lost = agentOf(() => new Error("Cannot recv data: Connection reset by peer"));
    await expect(lost.agent.read("/x", 10)).rejects.toMatchObject({ code: "connection-lost" });
    const other = agentOf(() => new Error("failed to open file '/x' (mode: 'r'): Permission denied"));
    await expect(other.agent.read("/x", 10)).rejects.toBeInstanceOf(HostError);
  });

  it("writes on where a write was short, and closes what it opened", async () => {
    const chunks: Buffer[] = [];
    const { agent, calls } = agentOf(({ execute, arguments: args }) => {
      if (execute === "guest-file-open") return 7;
      if (execute !== "guest-file-write") return {};
      const bytes = Buffer.from(String(args["buf-b64"]), "base64").subarray(0, 3);
      chunks.push(bytes);
      return { count: bytes.length, eof: false };
    });
    await agent.overwrite("/x", Buffer.from("eleven byte"));
    expect(Buffer.concat(chunks).toString()).toBe("eleven byte");
    expect(calls.at(-1)).toEqual({ execute: "guest-file-close", arguments: { handle: 7 } });
  });

  it("says that a disk is full instead of writing for ever", async () => {
    const { agent, calls } = agentOf(({ execute }) => (execute === "guest-file-open" ? 7 : { count: 0 }));
    await expect(agent.overwrite("/x", Buffer.from("a"))).rejects.toThrow("takes no more bytes of /x");
    expect(calls.at(-1)?.execute).toBe("guest-file-close");
  });

  it("reads one byte more than the limit at the most", async () => {
    const { agent } = agentOf(({ execute, arguments: args }) =>
      execute === "guest-file-open"
        ? 7
        : { count: args.count, "buf-b64": Buffer.alloc(Number(args.count)).toString("base64"), eof: false },
    );
    expect((await agent.read("/dev/zero", 100_000)).length).toBe(100_001);
  });
});
