/** The plugin process: refuses when the vendor's plugin is there, else prints its port and serves. */
import { createRequire } from "node:module";
import { EngineLog } from "./enginelog.ts";
import { bind, createServer } from "./server.ts";
import { findVendorPlugin } from "./vendor.ts";

/** How often the plugin looks whether its engine is still there, in milliseconds. */
const PARENT_CHECK = 1000;

/** @param ownPath of the executable. @param engineAddress as the engine passes it; absent in a handshake. */
export async function main(ownPath: string, engineAddress: string | undefined): Promise<void> {
  const { version } = createRequire(import.meta.url)("@pulumi/kubernetes/package.json") as {
    version: string;
  };
  const vendor = findVendorPlugin(process.env, version, ownPath);
  if (vendor !== undefined) {
    process.stderr.write(
      `kubernetes: the vendor's plugin is at ${vendor}; this stand-in refuses to take its place. ` +
        `Take ${ownPath} off PATH.\n`,
    );
    process.exitCode = 1;
    return;
  }
  // The engine ends its plugins by an interrupt, and kills them after 5 s. Plugins have a process group of their
  // own, so a user's Ctrl-C goes to the engine alone. An orderly exit lets temporary files be removed.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
  const log = new EngineLog();
  log.connect(engineAddress ?? "");
  const port = await bind(createServer(log, version));
  process.stdout.write(`${port}\n`);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK).unref();
}
