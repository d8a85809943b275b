/** What tells pressure of a host: memory and root file system by its kernel, pools by its libvirt. */
import { type Asked, unknown } from "../facts/asked.ts";
import { type PressureFigures, parsePressureFigures } from "../facts/pressureText.ts";
import { openShell } from "../libvirt/transport/shell.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";

/** A part that cannot be read is left out, and the other is told all the same. */
const SAMPLE_SCRIPT = `
set +e
grep -s -E '^(MemTotal|MemAvailable):' /proc/meminfo | sed 's/^/memory /'
printf 'root %s\\n' "$(stat -f -c '%S %b %a' / 2>/dev/null)"
:
`;

export interface PressureSettings {
  /** Milliseconds that one question may take. */
  readonly timeoutMs: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Nothing in it is root's alone, so no right is asked for. */
export async function readPressureFigures(
  uri: string,
  { timeoutMs, signal }: PressureSettings,
): Promise<Asked<PressureFigures>> {
  try {
    const shell = openShell(uri, { timeoutMs });
    const end = () => shell.close();
    signal.addEventListener("abort", end, { once: true });
    try {
      return parsePressureFigures(
        await shell.run(SAMPLE_SCRIPT, { what: "reading memory and root file system", as: "own" }),
      );
    } finally {
      signal.removeEventListener("abort", end);
      shell.close();
    }
  } catch (failure) {
    if (!(failure instanceof HostError)) throw failure;
    return unknown(failure.message);
  }
}
export async function readPoolRooms(
  _uri: string,
  _pools: readonly string[],
  _s: PressureSettings,
): Promise<Asked<ReadonlyMap<string, import("../capacity/pressure/condition.ts").Observation>>> {
  return unknown("todo");
}
