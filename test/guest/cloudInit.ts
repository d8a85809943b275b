import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { debianPackages } from "../../tools/setup/debianPackages.ts";
import { SetupError } from "../../tools/setup/failure.mjs";

/** Debian's own cloud-init, unpacked beside the machine's packages: nothing of it is installed or enabled. */

const PACKAGES = [
  "cloud-init",
  "python3-attr",
  "python3-certifi",
  "python3-chardet",
  "python3-configobj",
  "python3-idna",
  "python3-jinja2",
  "python3-json-pointer",
  "python3-jsonpatch",
  "python3-jsonschema",
  "python3-markupsafe",
  "python3-netifaces",
  "python3-oauthlib",
  "python3-pyrsistent",
  "python3-requests",
  "python3-serial",
  "python3-six",
  "python3-urllib3",
  "python3-yaml",
];

/** The interpreter that Debian's compiled modules are for. */
const PYTHON = "/usr/bin/python3";

/** A NoCloud seed's files. */
export interface Seed {
  readonly "user-data": string;
  readonly "meta-data": string;
  readonly "network-config"?: string | undefined;
}

/** What cloud-init says of a seed. */
export interface Judgement {
  readonly schema: { readonly code: number; readonly said: string };
  /** Why it could not be read; the rest is undefined then. */
  readonly error?: string;
  readonly instance?: string;
  readonly hostname?: string;
  readonly userData?: Record<string, unknown>;
  /** The scripts that `bootcmd` and `runcmd` become. */
  readonly scripts?: { readonly bootcmd?: string; readonly runcmd?: string };
  /** What `write_files` puts into each file. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files that the renderers make of the network-config; null without one. */
  readonly network?: Record<string, string> | null;
}

export interface CloudInit {
  judge(seed: Seed): Promise<Judgement>;
  close(): Promise<void>;
}

/** cloud-init in a process that answers many questions; `skip` says why there is none. */
export async function startCloudInit(): Promise<CloudInit | { readonly skip: string }> {
  if (!existsSync(PYTHON)) return { skip: `there is no ${PYTHON}` };
  let folder: string;
  try {
    folder = await debianPackages("cloud-init", PACKAGES);
  } catch (error) {
    if (error instanceof SetupError) return { skip: error.message };
    throw error;
  }
  const child = spawn(PYTHON, [join(import.meta.dirname, "cloudInit.py")], {
    env: {
      PATH: process.env.PATH,
      PYTHONPATH: join(folder, "usr/lib/python3/dist-packages"),
      LC_ALL: "C.UTF-8",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    judge(seed) {
      const answer = last.then(async (): Promise<Judgement> => {
        child.stdin.write(`${JSON.stringify(seed)}\n`);
        const { value, done } = await answers.next();
        if (done) throw new Error("cloud-init's process has ended");
        return JSON.parse(value);
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
