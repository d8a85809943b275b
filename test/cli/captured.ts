import type { ExitCode, Streams } from "../../cli/streams.ts";

/** Runs a command, and gives its exit code with all that it wrote. */
export async function captured(run: (streams: Streams) => Promise<ExitCode>) {
  let out = "";
  let err = "";
  const code = await run({
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
