import { RunError } from "@pulumi/pulumi";
import { FleetError } from "../model/finding.ts";

/** Runs a program; what is wrong with its input ends it with the findings alone, without a stack trace. */
export async function withPlainErrors<T>(program: () => Promise<T>): Promise<T> {
  try {
    return await program();
  } catch (error) {
    if (error instanceof FleetError) throw new RunError(error.message);
    throw error;
  }
}
