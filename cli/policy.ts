import { runPolicyCommand } from "./policycommand.ts";

/** Entry of `npm run policy`. */
process.exitCode = await runPolicyCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
