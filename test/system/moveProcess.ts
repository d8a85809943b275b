/** `fleet move` as a process that can be killed; its arguments are the command's. */
import { flushCompileCache } from "node:module";
import { runMoveCommand } from "../../cli/movecommand.ts";
import { SMALL_SEGMENTS } from "./moveHosts.ts";

// Who is killed writes no cache at its end.
flushCompileCache();
const silent = { out: () => undefined, err: () => undefined };
process.exitCode = await runMoveCommand(process.argv.slice(2), silent, SMALL_SEGMENTS);
