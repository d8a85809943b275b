/** libvirt:index/guestFile:GuestFile */
import { GUEST_FILE_BYTES } from "../../schema/guestFile.ts";
import { resourceSchema } from "../../schema/resources.ts";
import { GuestAgent, GuestError, type GuestTrouble } from "../../virsh/guestAgent.ts";
import { type Host, named } from "../../virsh/host.ts";
import { ProviderError } from "../failure.ts";
import type { Context, Resource } from "../resource.ts";
import { standardCheck, standardDiff } from "../standard.ts";
import { isList, type Properties } from "../values.ts";

const TOKEN = "libvirt:index/guestFile:GuestFile";
const schema = resourceSchema(TOKEN) as NonNullable<ReturnType<typeof resourceSchema>>;

export const guestFile: Resource = {
  check: (request) => standardCheck(schema, request),

  diff(before, after, state) {
    const answer = standardDiff(schema, before, after);
    // What could not be written is tried again by every update, whether or not the program has changed.
    const isPending = isList(state.pending) && state.pending.length > 0;
    if (answer.changes.length > 0 || !isPending) return answer;
    return { ...answer, changes: [{ path: "content", property: "content", kind: "update" }] };
  },

  async create(inputs, context) {
    const host = await context.host();
    const domain = String(inputs.domain);
    if (!named(await host.domains(), domain)) {
      throw new ProviderError(
        `there is no VM ${JSON.stringify(domain)} on this host, so no file in it either`,
      );
    }
    return { id: idOf(inputs), outputs: { pending: await write(host, inputs, context) } };
  },

  async read(id, known, context) {
    const host = await context.host();
    const inputs = known?.inputs ?? placeOf(id);
    if (!named(await host.domains(), String(inputs.domain))) return undefined;
    try {
      const content = await textOf(host, inputs);
      return { id: idOf(inputs), inputs: { ...inputs, content }, outputs: { pending: [] } };
    } catch (failure) {
      if (!(failure instanceof GuestError) || !known) throw failure;
      // What cannot be seen is taken for what it was; a file that is gone has to be declared anew by its maker.
      const pending =
        failure.trouble === "no-file" ? [reason(failure.trouble, inputs)] : pendingOf(known.outputs);
      return { id, inputs, outputs: { pending } };
    }
  },

  async update(_id, _before, after, context) {
    return { pending: await write(await context.host(), after, context) };
  },

  delete: async () => undefined,

  changedOutputs: () => ["pending"],
};

/** Writes the file unless it is as declared; returns why it could not be written. */
async function write(host: Host, inputs: Properties, context: Context): Promise<string[]> {
  const agent = new GuestAgent(host, String(inputs.domain));
  const path = String(inputs.path);
  const wanted = Buffer.from(String(inputs.content));
  try {
    const present = await agent.read(path, GUEST_FILE_BYTES);
    if (present.equals(wanted)) return [];
    await agent.overwrite(path, wanted);
    const written = await agent.read(path, GUEST_FILE_BYTES);
    if (!written.equals(wanted)) {
      throw new ProviderError(
        `${path} in the guest holds something else than was just written to it; somebody else writes it too`,
      );
    }
    return [];
  } catch (failure) {
    if (!(failure instanceof GuestError)) throw failure;
    const why = reason(failure.trouble, inputs);
    context.log("warning", why);
    return [why];
  }
}

async function textOf(host: Host, inputs: Properties): Promise<string> {
  const path = String(inputs.path);
  const bytes = await new GuestAgent(host, String(inputs.domain)).read(path, GUEST_FILE_BYTES);
  if (bytes.length > GUEST_FILE_BYTES) {
    throw new ProviderError(
      `${path} in the guest has more than ${GUEST_FILE_BYTES} bytes; it is no file for a GuestFile`,
    );
  }
  return bytes.toString("utf8");
}

const WAYS_OUT: Readonly<Record<GuestTrouble, string>> = {
  off: "the VM is off. Start it and run the update again",
  "no-channel":
    "the VM has no channel org.qemu.guest_agent.0. Declare it in devices.channels, restart the VM at a time that suits you, and run the update again",
  "no-agent": "no guest agent answers. Start qemu-guest-agent in the guest, and run the update again",
  forbidden:
    "the guest agent's own configuration forbids guest-file-open and its like. Allow them there (qemu-ga's block-rpcs or allow-rpcs), and run the update again",
  "no-file":
    "the file is not there, and the agent would make it writable by everybody. Make it in the guest with the owner and mode that it should have, and run the update again",
};

function reason(trouble: GuestTrouble, inputs: Properties): string {
  return `${String(inputs.path)} in the guest is not written yet: ${WAYS_OUT[trouble]}`;
}

function idOf(inputs: Properties): string {
  return `${String(inputs.domain)}:${String(inputs.path)}`;
}

/** Where an import looks: `VM:PATH`. */
function placeOf(id: string): Properties {
  const at = id.indexOf(":/");
  if (at <= 0) {
    throw new ProviderError(
      `${JSON.stringify(id)} is no id of a GuestFile; it is a VM's UUID or name, a colon and the path, as in "slm:/etc/motd"`,
    );
  }
  return { domain: id.slice(0, at), path: id.slice(at + 1) };
}

function pendingOf(outputs: Properties): string[] {
  return isList(outputs.pending) ? outputs.pending.map(String) : [];
}
