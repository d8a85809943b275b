/** NoCloud images: an ISO 9660 file system with the label cidata and up to three documents. */
import { execFile } from "node:child_process";
import { chmod, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { inPrivateFolder } from "../virsh/privateFolder.ts";
import { ProviderError } from "./failure.ts";

const run = promisify(execFile);

/** The tools that write such images, best first. All take mkisofs' own options. */
const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ["xorriso", ["-as", "mkisofs"]],
  ["genisoimage", []],
  ["mkisofs", []],
];

/** Milliseconds for a tool that takes well under a second. */
const TOOL_MS = 60_000;

const LABEL = "cidata";

/** Where an ISO 9660 image has its primary volume descriptor, and the label in that. Source: ECMA-119, 6.2.1 and 8.4. */
const DESCRIPTOR = 16 * 2048;
const LABEL_AT = 40;
const LABEL_BYTES = 32;

export interface Documents {
  readonly userData: string;
  readonly metaData: string;
  readonly networkConfig: string | undefined;
}

/** An image on its way to its place. */
const draftOf = (path: string): string => `${path}.draft`;

/** Takes an image away, and what an interrupted write has left of it. */
export async function removeImage(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(draftOf(path), { force: true });
}

/** Whether a file is such an image; one that cannot be read is none. */
export async function isSeedImage(path: string): Promise<boolean> {
  const bytes = Buffer.alloc(LABEL_AT + LABEL_BYTES);
  try {
    const file = await open(path);
    try {
      await file.read(bytes, 0, bytes.length, DESCRIPTOR);
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
  const label = bytes.toString("latin1", LABEL_AT).trimEnd().toLowerCase();
  return bytes[0] === 1 && bytes.toString("latin1", 1, 6) === "CD001" && label === LABEL;
}

/** Writes an image, mode 0600, all at once or not at all; returns its size in bytes. */
export function writeImage(path: string, documents: Documents): Promise<number> {
  const draft = draftOf(path);
  // The documents hold secrets: they only ever lie in a private folder, and no command line has them.
  return inPrivateFolder(async (folder) => {
    try {
      const files: Readonly<Record<string, string | undefined>> = {
        "user-data": documents.userData,
        "meta-data": documents.metaData,
        "network-config": documents.networkConfig,
      };
      for (const [name, content] of Object.entries(files)) {
        if (content !== undefined) await writeFile(join(folder, name), content, { mode: 0o600 });
      }
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // The tool would make its output readable by all, as the umask says.
      await writeFile(draft, "", { mode: 0o600 });
      await burn(folder, draft);
      await chmod(draft, 0o600);
      await rename(draft, path);
      return (await stat(path)).size;
    } finally {
      await rm(draft, { force: true });
    }
  });
}

async function burn(folder: string, output: string): Promise<void> {
  const options = [
    "-quiet",
    "-output",
    output,
    "-volid",
    LABEL,
    "-joliet",
    "-rock",
    "-input-charset",
    "utf-8",
    folder,
  ];
  for (const [tool, first] of TOOLS) {
    try {
      const env = { ...process.env, LC_ALL: "C.UTF-8" };
      await run(tool, [...first, ...options], { env, timeout: TOOL_MS, killSignal: "SIGKILL" });
      return;
    } catch (error) {
      const failure = error as NodeJS.ErrnoException & { stderr?: string };
      if (failure.code === "ENOENT") continue;
      throw new ProviderError(
        `${tool} cannot write the cloud-init image: ${(failure.stderr ?? failure.message).trim()}`,
      );
    }
  }
  throw new ProviderError(
    `no tool to write cloud-init images is installed here (${TOOLS.map(([tool]) => tool).join(", ")}). Install one: apt-get install xorriso, dnf install xorriso, or brew install xorriso`,
  );
}
