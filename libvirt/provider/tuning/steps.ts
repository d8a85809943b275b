/** Steps on a host, and the way back. */
import type { HostShell } from "../../transport/shell.ts";
import { ProviderError } from "../failure.ts";

export type Step =
  /** Puts a file in place, whole or not at all; without a text it is removed. */
  | { readonly kind: "file"; readonly path: string; readonly text: string | undefined }
  /** Writes a value to a file of the kernel's, or to all that a pattern fits. */
  | { readonly kind: "value"; readonly path: string; readonly value: string };

/**
 * Each step begins by printing a line: where nobody reads any more, since the connection was lost or given up, that ends
 * the script, and it does not go on beside the next one.
 */
const RUN_STEPS = `
umask 022
field count
IFS=
number=0
while [ "$number" -lt "$count" ]; do
  field kind
  field path
  field text
  number=$((number + 1))
  echo
  case $kind in
    file)
      mkdir -p -- "\${path%/*}"
      printf %s "$text" >"$path.new"
      sync -- "$path.new" 2>/dev/null || sync
      mv -f -- "$path.new" "$path"
      ;;
    remove) rm -f -- "$path" ;;
    value)
      for file in $path; do
        words=$( { printf '%s\\n' "$text" >"$file"; } 2>&1 ) ||
          printf '%s %s: %s\\n' "$number" "$file" "\${words##*: }"
      done
      ;;
  esac
done
`;

/** What a value's file answers where it does not take the value, by the position of its step. */
export type Refusals = ReadonlyMap<number, string>;

/** Runs the steps in their order. A value that is refused does not hold the others up; a file that fails ends it. */
export async function runSteps(
  shell: HostShell,
  steps: readonly Step[],
  timeoutMs: number | undefined,
): Promise<Refusals> {
  const fields = steps.flatMap((step) =>
    step.kind === "value"
      ? ["value", step.path, step.value]
      : [step.text === undefined ? "remove" : "file", step.path, step.text ?? ""],
  );
  const output = await shell.run(RUN_STEPS, {
    what: "tuning the host",
    fields: [String(steps.length), ...fields],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const refusals = new Map<number, string>();
  for (const line of output.split("\n")) {
    const [, number, text] = /^(\d+) (.*)$/.exec(line) ?? [];
    // Of many CPUs that refuse the same value one is enough.
    if (number !== undefined && !refusals.has(Number(number) - 1))
      refusals.set(Number(number) - 1, text ?? "");
  }
  return refusals;
}

/** The failure with what became of the way back. */
export async function undone(
  shell: HostShell,
  back: readonly Step[],
  timeoutMs: number | undefined,
  message: string,
): Promise<ProviderError> {
  const trouble = await runSteps(shell, back, timeoutMs).then(
    (refusals) => [...refusals.values()].join("; "),
    (failure: unknown) => (failure as Error).message,
  );
  return new ProviderError(
    trouble === ""
      ? `${message}\nThe host is as it was before.`
      : `${message}\nSetting the host back to what it was failed too: ${trouble}. The next update tries again.`,
  );
}
