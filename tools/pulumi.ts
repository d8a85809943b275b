/** `npm run preview` and `npm run pulumi -- COMMAND …`: any command of the engine, set up on the way. */
import { runEngine } from "./engine/runEngine.ts";
import { SetupError } from "./setup/failure.mjs";
import { say } from "./setup/progress.mjs";

try {
  process.exitCode = await runEngine(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
