import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { npmCi, npmReason } from "../setup/npm.mjs";
import { withProgress } from "../setup/progress.mjs";
import { ENGINE_VERSION } from "./engine.ts";

/** A network that swallows packets rather than refusing them must not hold set-up for ever. */
const TIME_LIMIT_MS = 5 * 60_000;

/**
 * Has the vendor's npm launcher download the CLI, with its language hosts, into `directory/bin`. Nothing is left
 * in the user's `~/.pulumi`.
 *
 * @throws SetupError when npm, or the download, does not work here.
 */
export async function downloadFromVendor(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  const work = await mkdtemp(path.join(directory, "download-"));
  const pins = path.join(import.meta.dirname, "npm");
  for (const file of ["package.json", "package-lock.json"])
    await cp(path.join(pins, file), path.join(work, file));

  await withProgress(`Downloading Pulumi ${ENGINE_VERSION} from the vendor`, async (tell) => {
    const installed = await npmCi(work, { env, timeoutMs: TIME_LIMIT_MS });
    if (installed.code !== 0)
      throw new SetupError(`npm could not install the launcher: ${npmReason(installed)}`);
    const launcher = path.join(work, "node_modules", "pulumi", "run.js");
    const downloaded = await run(process.execPath, [launcher, "version"], {
      env: { ...env, PULUMI_HOME: work, PULUMI_VERSION: ENGINE_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeoutMs: TIME_LIMIT_MS,
      onLine: tell,
    });
    if (downloaded.code !== 0) throw new SetupError(tail(downloaded, 1));
  });
  await rename(path.join(work, "versions", ENGINE_VERSION, "bin"), path.join(directory, "bin"));
  await rm(work, { recursive: true, force: true });
}
