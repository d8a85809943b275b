/**
 * What a host is made of: constant scripts of POSIX sh that only read. A host with hundreds of interfaces and PCI
 * functions is read by the shell itself, line by line, without a process for each file.
 */

/**
 * `is PATH LINE`, `unreadable PATH` or nothing for a file that is not there; `link PATH NAME` for where a link leads.
 * No script stops at a command that fails: what is missing is told as missing.
 */
const PRINT = `
set +e
one() {
  [ -e "$1" ] || return 0
  line=
  if { IFS= read -r line < "$1"; } 2>/dev/null || [ -n "$line" ]; then printf 'is %s %s\\n' "$1" "$line"
  else printf 'unreadable %s\\n' "$1"; fi
}
link() {
  [ -L "$1" ] || return 0
  to=$(readlink "$1") && printf 'link %s %s\\n' "$1" "\${to##*/}"
}
`;

/** CPUs, memory, network interfaces, and GPUs (PCI class 03: display controllers). */
export const HARDWARE_SCRIPT = `${PRINT}
for f in present online; do one "/sys/devices/system/cpu/$f"; done
for c in /sys/devices/system/cpu/cpu[0-9]*; do one "$c/topology/physical_package_id"; done
grep -s -m 1 '^model name' /proc/cpuinfo | sed 's/^[^:]*: */model /'
grep -s -E '^(MemTotal|SwapTotal|CommitLimit):' /proc/meminfo | sed 's/^/memory /'
for f in overcommit_memory overcommit_ratio; do one "/proc/sys/vm/$f"; done
if [ -d /sys/fs/cgroup ]; then echo cgroup; fi
one /sys/fs/cgroup/cgroup.controllers
for f in /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/cpu,cpuacct/cpu.shares; do
  if [ -e "$f" ]; then printf 'has %s\\n' "$f"; fi
done
if [ -d /sys/class/net ]; then echo net; fi
for n in /sys/class/net/*; do
  [ -d "$n" ] || continue
  printf 'interface %s\\n' "\${n##*/}"
  one "$n/speed"
  link "$n/master"
  for mark in device bridge bonding; do if [ -e "$n/$mark" ]; then printf 'has %s\\n' "$n/$mark"; fi; done
  for l in "$n"/lower_*; do if [ -e "$l" ]; then printf 'has %s\\n' "$l"; fi; done
done
if [ -d /sys/bus/pci/devices ] || [ ! -e /sys/bus/pci ]; then echo pci; fi
for d in /sys/bus/pci/devices/*; do
  { IFS= read -r class < "$d/class"; } 2>/dev/null || continue
  case $class in 0x03*) ;; *) continue ;; esac
  printf 'display %s\\n' "\${d##*/}"
  for f in vendor device numa_node boot_vga sriov_numvfs nvidia/current_vgpu_type; do one "$d/$f"; done
  for l in driver iommu_group physfn; do link "$d/$l"; done
  for t in "$d"/mdev_supported_types/*; do
    [ -d "$t" ] || continue
    printf 'has %s\\n' "$t"
    for f in name available_instances description; do one "$t/$f"; done
    for m in "$t"/devices/*; do if [ -e "$m" ]; then printf 'has %s\\n' "$m"; fi; done
  done
done
:
`;

/**
 * Room of the file systems that hold paths (fields, after the seconds that one may take and their number):
 * `filesystem N`, then what is known of it. They are asked side by side, and each block is printed at once: a server
 * that is gone does not answer, is given up, and holds nobody else up.
 */
export const FILESYSTEMS_SCRIPT = `${PRINT}
turns() {
  [ -e "/sys/dev/block/$1" ] || return 1
  if [ -e "/sys/dev/block/$1/partition" ]; then q="/sys/dev/block/$1/../queue/rotational"
  else q="/sys/dev/block/$1/queue/rotational"; fi
  { IFS= read -r line < "$q"; } 2>/dev/null && printf 'rotational %s\\n' "$line"
}
limited() { if command -v timeout >/dev/null; then timeout -s KILL "$limit" "$@"; else "$@"; fi; }
room() {
  words=$(limited stat -L -f -c '%S %b %a %T' -- "$1" 2>&1)
  case $? in
    0) ;;
    124 | 137) printf 'silent %s\\n' "$limit"; return ;;
    *) printf 'failed %s\\n' "\${words##*: }"; return ;;
  esac
  printf 'room %s\\n' "$words"
  mounted=$(limited df -P -- "$1" 2>/dev/null | sed -n '$p') && printf 'mounted %s\\n' "$mounted"
  dev=$(limited stat -L -c %d -- "$1" 2>/dev/null) || return
  turns "$((dev >> 8 & 4095)):$((dev & 255 | dev >> 12 & 1048320))" && return
  case $mounted in /dev/*) ;; *) return ;; esac
  dev=$(stat -L -c '%t %T' -- "\${mounted%% *}" 2>/dev/null) && turns "$((0x\${dev% *})):$((0x\${dev#* }))"
}
told() { printf 'filesystem %s\\n%s\\n' "$1" "$(room "$2")"; }
field limit
field count
n=0
while [ "$n" -lt "$count" ]; do
  field path
  told "$n" "$path" &
  n=$((n + 1))
done
wait
:
`;
