import { runFleetCommand } from "./fleetcommand.ts";
import { PROCESS_STREAMS } from "./streams.ts";

/** Entry of `npm run fleet`. */
process.exitCode = await runFleetCommand(process.argv.slice(2), PROCESS_STREAMS);
