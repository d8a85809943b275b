import { mountPlace, type VM } from "../model/vm.ts";
import type { GuestFile } from "./cloudConfig.ts";
import { diskSerial } from "./diskArgs.ts";
import { GROW_MOUNTS, OURS, PARTITION_NAME, PARTITION_TELLS, PARTITION_TYPE } from "./guestGrowth.ts";
import { K3S_SERVICE } from "./k3sInstall.ts";

/**
 * Data disks in the guest: a file system where there is nothing at all, on the disk or on one partition over the whole
 * of it, mounted by the disk's serial number.
 *
 * cloud-init's own modules do not do. `fs_setup` formats, with `overwrite: false` too, a disk whose file system
 * has another type or label than it expects. `mounts` takes a disk of the name `data1` for the first partition of
 * the disk `data`, and one of the name `data.1` for a partition that is not there.
 */

/**
 * Arguments: the service that waits for the mounts, or nothing; then \`disk DEVICE MOUNT\`, or \`partition DEVICE MOUNT\`
 * of a disk that is to get one, and after each its \`folder NAME\`s. It runs at every boot, so that a disk which was
 * missing is set up once it is there.
 *
 * A disk is formatted only if libblkid finds nothing on it, and if zeros are all that can be read where data or
 * its signatures would be: in the first 256 MiB and the last 16 MiB. Whatever else it is (a table of partitions, a
 * part of RAID or LVM, an encrypted disk, data of no known kind, a disk that cannot be read), it is left alone and
 * told of. libblkid alone does not do: it says the same of an empty disk and of one that cannot be read.
 *
 * A partition is made by the same proof, and looked at as a disk is before it gets its file system. So a boot that ended
 * between the two is made up for by the next one, if the partition is the only one, of our name and type, and empty.
 */
export const DISKS_SCRIPT = `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
waiting=$1
shift
code=0
complain() { echo "numafleet: $*" >&2; code=1; }
${PARTITION_TELLS}
all_zeros() {
  size=$(blockdev --getsize64 "$1") && [ "$size" -gt 0 ] || return 1
  head=268435456 tail=16777216
  if [ "$size" -lt "$head" ]; then head=$size tail=$size; fi
  cmp -s -n "$head" "$1" /dev/zero && cmp -s -i "$((size - tail)):0" -n "$tail" "$1" /dev/zero
}

# Sets $holds: filesystem, nothing, gpt or another kind, data (of no known kind), unknown.
look() {
  usage=$(blkid -p -o value -s USAGE "$1")
  case $? in
    0) holds=$(blkid -p -o value -s TYPE -s PTTYPE "$1" | xargs)
       [ "$usage" != filesystem ] || holds=filesystem
       # libblkid tells of a partition where it lies, even if there is nothing on it.
       [ -z "$holds" ] || return 0 ;;
    2) ;;
    *) holds=unknown
       return ;;
  esac
  holds=data
  if all_zeros "$1"; then holds=nothing; fi
}

leave_alone() {
  case $holds in
    unknown) complain "What $1 holds cannot be told; it is left alone, and not mounted." ;;
    data) complain "$1 holds data of no known kind, or cannot be read; it is left alone, and not mounted." ;;
    *) complain "$1 holds no file system, but $holds; it is left alone, and not mounted." ;;
  esac
  return 1
}

make_file_system() {
  # There is nothing to discard; doing it all the same makes an image of 8 TB a gigabyte larger, and takes its time.
  mkfs.ext4 -q -E nodiscard "$1" || { complain "On $1 no file system could be made."; return 1; }
  echo "numafleet: made a file system on $1, which was empty."
}

make_partition() {
  for tool in sfdisk mkfs.ext4; do
    command -v "$tool" >/dev/null && continue
    complain "There is no $tool in this guest, so $1 gets no partition, and is not mounted."
    return 1
  done
  if ! printf 'label: gpt\\nname=${PARTITION_NAME}, type=${PARTITION_TYPE}\\n' |
    sfdisk --quiet --wipe never --wipe-partitions never "$1"; then
    complain "On $1 no partition could be made."
    return 1
  fi
  echo "numafleet: made a partition on $1, which was empty."
  for attempt in 1 2 3 4 5; do
    udevadm settle --timeout=60
    if is_ours "$1"; then return; fi
    # Who else has the disk open keeps the kernel from reading its table; udev may, while it looks at it.
    [ "$attempt" = 1 ] || sleep 1
    partx --update "$1"
  done
  complain "$1-part1 does not appear, and is not mounted."
  return 1
}

use_partition() {
  has_one_partition "$device" || { leave_alone "$device"; return; }
  source=$device-part1
  look "$source"
  case $declared:$holds in
    partition:filesystem) ;;
    disk:filesystem)
      echo "numafleet: $device is declared without a partition, and has its file system on one, which is kept." ;;
    partition:nothing)
      if is_ours "$device"; then
        make_file_system "$source"
      else
        complain "$source is empty, but was not made by numafleet; it is left alone, and not mounted."
        return 1
      fi ;;
    disk:nothing)
      holds=gpt
      leave_alone "$device" ;;
    *) leave_alone "$source" ;;
  esac
}

# Sets $source to what has the disk's file system, perhaps since just now: the disk, or its partition.
find_file_system() {
  [ -b "$device" ] || { complain "$device is not there, and not mounted."; return 1; }
  source=$device
  look "$device"
  case $declared:$holds in
    disk:filesystem) ;;
    partition:filesystem)
      echo "numafleet: $device is declared with a partition, and has its file system without one, which is kept." ;;
    disk:nothing) make_file_system "$device" ;;
    partition:nothing) make_partition "$device" && use_partition ;;
    *:gpt) use_partition ;;
    *) leave_alone "$device" ;;
  esac
}

# Calls one function for each disk, with $device and $where, and another for each folder, with $folder.
walk() {
  on_disk=$1 on_folder=$2
  shift 2
  while [ $# -gt 1 ]; do
    case $1 in
      disk | partition) declared=$1 device=$2 where=$3; shift 3; "$on_disk" ;;
      *) folder=$2; shift 2; "$on_folder" ;;
    esac
  done
}

declare_mount() {
  other=$(awk -v where="$where" '$1 !~ /^#/ && $2 == where { print $1; exit }' "$fstab")
  case $other in "$device" | "$device-part1") return ;; esac
  if [ -n "$other" ]; then
    complain "/etc/fstab mounts $other at $where, so $device is not mounted."
  elif find_file_system; then
    options=defaults,nofail,x-systemd.growfs\${waiting:+,x-systemd.before=$waiting},${OURS}
    echo "$source $where auto $options 0 2" >>"$fstab" || give_up
  fi
}

mount_disk() {
  mounted=
  source=$(awk -v device="$device" -v where="$where" \\
    '($1 == device || $1 == device "-part1") && $2 == where { print $1; exit }' /etc/fstab)
  [ -n "$source" ] || return
  mkdir -p "$where"
  if mountpoint -q "$where" || mount "$where" || mountpoint -q "$where"; then
    mounted=yes
  else
    complain "$source could not be mounted at $where."
  fi
}

make_folder() {
  if [ -n "$mounted" ]; then mkdir -p "$where/$folder" || code=1; fi
}

give_up() {
  rm -f "$fstab"
  complain "/etc/fstab could not be written anew, and stays as it is."
  exit 1
}

udevadm settle --timeout=60
umask 022
fstab=/etc/fstab.numafleet
touch /etc/fstab
awk '$4 !~ /(^|,)${OURS}(,|$)/' /etc/fstab >"$fstab" || give_up
walk declare_mount : "$@"
if cmp -s "$fstab" /etc/fstab; then
  rm -f "$fstab"
else
  mv -f "$fstab" /etc/fstab
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
fi
walk mount_disk make_folder "$@"
${GROW_MOUNTS}exit "$code"
`;

const GROW_FILE = "/usr/local/lib/numafleet/grow-mounts";

/** The kernel tells of a disk that has grown under it; udev must not wait, so systemd runs what follows. */
const GROW_RULE = `ACTION=="change", SUBSYSTEM=="block", ENV{RESIZE}=="1", RUN+="/usr/bin/systemd-run --no-block --collect --quiet /bin/sh ${GROW_FILE}"
`;

/** What cloud-init runs at every boot, and the files by which a disk's file system grows in a running guest. */
export interface DiskSetup {
  readonly command: readonly string[];
  readonly files: readonly GuestFile[];
}

/** The set-up of a VM's data disks; undefined if it mounts none. */
export function diskSetup(vm: Pick<VM, "disks" | "role">): DiskSetup | undefined {
  const mounts = vm.disks
    .flatMap((disk) => (disk.mount === undefined ? [] : [{ disk, where: mountPlace(disk.mount) }]))
    // The root is the guest's own affair.
    .filter(({ where }) => where !== "/")
    // What is mounted below another mount comes after it.
    .sort((a, b) => (a.where < b.where ? -1 : 1));
  if (mounts.length === 0) return undefined;
  const waiting =
    vm.role === undefined ? "" : `${K3S_SERVICE[vm.role === "k3s-server" ? "server" : "agent"]}.service`;
  const words = mounts.flatMap(({ disk, where }) => [
    ...[
      disk.partition === undefined ? "disk" : "partition",
      `/dev/disk/by-id/virtio-${diskSerial(disk.name)}`,
      where,
    ],
    ...disk.folders.flatMap((folder) => ["folder", folder]),
  ]);
  return {
    command: ["sh", "-c", DISKS_SCRIPT, "numafleet-disks", waiting, ...words],
    files: [
      { path: GROW_FILE, content: PARTITION_TELLS + GROW_MOUNTS, mode: "0755" },
      { path: "/etc/udev/rules.d/80-numafleet-grow.rules", content: GROW_RULE, mode: "0644" },
    ],
  };
}
