import { runPolicyCommand } from "./policycommand.ts";
import { PROCESS_STREAMS } from "./streams.ts";

/** Entry of `npm run policy`. */
process.exitCode = await runPolicyCommand(process.argv.slice(2), PROCESS_STREAMS);
