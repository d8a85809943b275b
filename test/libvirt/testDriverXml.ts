/** What libvirt's test driver makes of a definition: valid by libvirt's own schema, defined, and printed again. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as z from "zod";
import { decode } from "../../libvirt/xml/decode.ts";
import { parseDocument, serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";
import { observe } from "../../libvirt/xml/observe.ts";
import type { Inputs } from "./arbitraryInputs.ts";

export const HAS_VIRSH = (process.env.PATH ?? "").split(":").some((path) => existsSync(join(path, "virsh")));
export const VIRSH_REASON = HAS_VIRSH
  ? ""
  : " (skipped: virsh is not installed here; apt-get install libvirt-clients)";

const COMMANDS = {
  domain: ["define --validate", "dumpxml --inactive"],
  network: ["net-define --validate", "net-dumpxml"],
  pool: ["pool-define --validate", "pool-dumpxml"],
  // The driver cannot validate a volume; virt-xml-validate could, with tools that are mostly absent.
  volume: ["vol-create default-pool", "vol-dumpxml --pool default-pool"],
} as const;

/** The inputs as they are read back from libvirt; throws with libvirt's message when it refuses them. */
export function readBack(kind: keyof typeof COMMANDS, object: z.ZodObject, inputs: Inputs): Inputs {
  const folder = mkdtempSync(join(tmpdir(), "test-driver-xml-"));
  try {
    const file = join(folder, "definition.xml");
    writeFileSync(file, serialise(build(kind, object, inputs)));
    const [define, dump] = COMMANDS[kind];
    const script = `${define} ${file}; ${dump} ${String(inputs.name)}`;
    const printed = execFileSync("virsh", ["-q", "-c", "test:///default", script], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const text = printed.slice(printed.indexOf(`<${kind}`));
    return observe(object, inputs, decode(parseDocument(text), object));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The XML of inputs without indentation. */
export function xmlOf(name: string, object: z.ZodObject, inputs: Inputs): string {
  return serialise(build(name, object, inputs))
    .split("\n")
    .map((line) => line.trim())
    .join("");
}
