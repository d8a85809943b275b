/**
 * What is run on a host: constant scripts of POSIX sh that only read. A process may vanish while it is read, which is
 * no failure; so none of them stops at a command that fails.
 */

/**
 * Each QEMU process by its id and the UUID of its domain, for whatever follows. Some distributions call QEMU `kvm`,
 * and Nix' wrapper puts a dot before its name.
 */
const EACH_GUEST = `
set +e
each_guest() {
  for p in /proc/[0-9]*; do
    { IFS= read -r line < "$p/stat"; } 2>/dev/null || continue
    case $line in *"(qemu"*|*"(.qemu"*|*"(kvm)"*|*"(kvm-spice)"*) ;; *) continue ;; esac
    uuid=$(tr '\\000' '\\n' < "$p/cmdline" 2>/dev/null | grep -x -A 1 -e -uuid | grep -E '^[0-9a-f-]{36}$')
    [ -n "$uuid" ] && "$1" "\${p#/proc/}" "$uuid"
  done
}
`;

/** Counters: of cells, of QEMU's threads, and of all other processes. One line of a file each, by the shell itself. */
export const SAMPLE_SCRIPT = `${EACH_GUEST}
threads() {
  printf 'qemu %s %s\\n' "$1" "$2"
  for t in "/proc/$1/task"/*; do
    { IFS= read -r line < "$t/stat"; } 2>/dev/null && printf 'thread %s %s\\n' "$1" "$line"
  done
  grep -s -H '^Cpus_allowed_list:' "/proc/$1/task"/*/status | sed 's/^/allowed /'
}
printf 'ticks %s\\n' "$(getconf CLK_TCK 2>/dev/null)"
read -r up rest < /proc/uptime
printf 'uptime %s\\n' "$up"
each_guest threads
for p in /proc/[0-9]*; do
  { IFS= read -r line < "$p/stat"; } 2>/dev/null && printf 'process %s\\n' "$line"
done
grep -s -H '^Cpus_allowed_list:' /proc/[0-9]*/status | sed 's/^/allowed /'
grep -s -H '' /sys/devices/system/node/node[0-9]*/numastat | sed 's/^/node /'
:
`;

/** The mappings of QEMU processes with their pages by cell. */
export const GUESTS_SCRIPT = `${EACH_GUEST}
maps() {
  printf 'guest %s %s\\n' "$1" "$2"
  sed 's/^[0-9a-f]* /map /' "/proc/$1/numa_maps" 2>/dev/null || printf 'unreadable\\n'
}
each_guest maps
:
`;

/** Cache loads and misses of QEMU processes, side by side, over so many seconds (a field). */
export const CACHE_SCRIPT = `${EACH_GUEST}
field seconds
if ! command -v perf >/dev/null; then echo missing; exit 0; fi
count() {
  perf stat -x ';' -e LLC-loads,LLC-load-misses -p "$1" -- sleep "$seconds" 2>&1 | sed "s/^/perf $2 /" &
}
each_guest count
wait
`;

/** Files that are read as they are. */
export const KERNEL_FILES: readonly string[] = [
  "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor",
  "/proc/sys/kernel/numa_balancing",
  "/sys/kernel/mm/transparent_hugepage/enabled",
  "/sys/kernel/mm/transparent_hugepage/defrag",
  "/sys/devices/system/node/node[0-9]*/meminfo",
  "/sys/class/net/*/operstate",
  "/sys/class/net/*/bridge/bridge_id",
  "/sys/class/net/*/master/uevent",
];
