import { RunError } from "@pulumi/pulumi";
import { FleetError } from "../model/finding.ts";

/** Runs a program; what is wrong with its input ends it with the findings alone, without a stack trace. */
export async function withPlainErrors<T>(program: () => Promise<T>): Promise<T> {
  try {
    return await program();
  } catch (error) {
    if (error instanceof FleetError) throw userError(error.message);
    throw error;
  }
}

/**
 * What the user can mend, as the SDK shows it: the message alone. The stack is taken away because nobody wants
 * it, and because the SDK renders it in colour for its trace, which took Node.js 24 six seconds of CPU time.
 */
export function userError(message: string): RunError {
  const error = new RunError(message);
  error.stack = message;
  return error;
}

/** Exit code by which the SDK tells its language host that the user has been told why. Source: @pulumi/pulumi/cmd/run. */
const ALREADY_REPORTED = 32;

/**
 * Lets the program run to its end and fail then. Error diagnostics alone do not fail a preview, and an
 * exception would cut off the stack's outputs and the resources that are to be deleted.
 */
export function failAtExit(): void {
  process.once("exit", (code) => {
    if (code === 0) process.exitCode = ALREADY_REPORTED;
  });
}
