import { runtime } from "@pulumi/pulumi";
import { vi } from "vitest";
import program from "../../index.ts";
import { Recorder } from "./recorder.ts";

export interface ProgramRun {
  readonly recorder: Recorder;
  /** Stack outputs; undefined if the program ended with an error. */
  readonly outputs: Record<string, unknown> | undefined;
  readonly error: Error | undefined;
  readonly infos: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** Runs index.ts under mocks with a config, and waits until everything is registered. */
export async function runProgram(
  config: Record<string, string>,
  options: { preview: boolean; call?: (token: string) => object; secretKeys?: readonly string[] },
): Promise<ProgramRun> {
  const recorder = await Recorder.install(options);
  const [infos, warnings, errors] = [collect("log"), collect("warn"), collect("error")];
  runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`numafleet:${key}`, value])),
    options.secretKeys?.map((key) => `numafleet:${key}`),
  );
  let outputs: Record<string, unknown> | undefined;
  let error: Error | undefined;
  try {
    outputs = await program();
  } catch (thrown) {
    error = thrown as Error;
  }
  await runtime.disconnect();
  vi.restoreAllMocks();
  return { recorder, outputs, error, infos, warnings, errors };
}

/** Without an engine the SDK writes diagnostics to the console. */
function collect(method: "log" | "warn" | "error"): string[] {
  const lines: string[] = [];
  vi.spyOn(console, method).mockImplementation((line: unknown) => {
    lines.push(String(line).replace(/^\w+: \[runtime\] /, ""));
  });
  return lines;
}
