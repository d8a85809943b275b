/**
 * What tells pressure of a host: memory and root file system by its kernel, pools by its libvirt. Over a transport that
 * carries no commands, such as TLS, libvirt alone is asked, which knows less.
 */
import { type Asked, isUnknown, unknown } from "../facts/asked.ts";
import { type PressureFigures, parsePressureFigures } from "../facts/pressureText.ts";
import { openShell } from "../libvirt/transport/shell.ts";
import { carriesCommands } from "../libvirt/transport/target.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import type { Bytes } from "../model/quantity.ts";
import { connected } from "./connected.ts";
import { directoriesOf, readRooms } from "./readHardware.ts";

/** A part that cannot be read is left out, and the other is told all the same. */
const SAMPLE_SCRIPT = `
set +e
grep -s -E '^(MemTotal|MemAvailable|Hugetlb):' /proc/meminfo | sed 's/^/memory /'
printf 'root %s\\n' "$(stat -f -c '%S %b %a' / 2>/dev/null)"
:
`;

export interface ReadPressureSettings {
  /** Milliseconds that one question may take. */
  readonly timeoutMs: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Nothing in it is root's alone, so no right is asked for. */
export async function readPressureFigures(
  uri: string,
  { timeoutMs, signal }: ReadPressureSettings,
): Promise<Asked<PressureFigures>> {
  try {
    if (!carriesCommands(uri)) {
      const memory = await connected(uri, timeoutMs, (libvirt) => libvirt.memory(), signal);
      return isUnknown(memory) ? memory : { memory, systemDisk: { total: null, available: null } };
    }
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

/**
 * Room of pools by their names. Libvirt keeps the figures of its last refresh, which may be days old, so a pool in a
 * directory is asked of the kernel (statfs); one that is none, such as a volume group, is as libvirt counted it, and so
 * are all where the kernel cannot be asked. A pool that is missing, inactive or cannot be read is left out.
 */
export async function readPoolRooms(
  uri: string,
  names: readonly string[],
  { timeoutMs, signal }: ReadPressureSettings,
): Promise<Asked<ReadonlyMap<string, Room>>> {
  const read = await connected(
    uri,
    timeoutMs,
    async (libvirt, kernel) => {
      const all = await libvirt.pools();
      if (isUnknown(all)) return all;
      const pools = all.filter(({ name, active }) => active && names.includes(name));
      const directories = new Set(carriesCommands(uri) ? directoriesOf(pools) : []);
      const rooms = directories.size === 0 ? new Map() : await readRooms(kernel, [...directories]);
      return { pools, directories, rooms };
    },
    signal,
  );
  if (isUnknown(read)) return read;
  return new Map(
    read.pools.flatMap(({ name, path, capacity, available }): [string, Room][] => {
      if (!read.directories.has(path)) return [[name, { total: capacity, available }]];
      const room = read.rooms.get(path);
      if (room === undefined || isUnknown(room)) return [];
      return [[name, { total: room.capacity, available: room.available }]];
    }),
  );
}

export interface Room {
  readonly total: Bytes;
  readonly available: Bytes;
}
