import { mountPlace, type VM } from "../model/vm.ts";
import type { GuestFile } from "./cloudConfig.ts";
import { diskSerial } from "./diskArgs.ts";
import { K3S_SERVICE } from "./k3sInstall.ts";

/**
 * Data disks in the guest: a file system where there is nothing at all, mounted by the disk's serial number.
 *
 * cloud-init's own modules do not do. `fs_setup` formats, with `overwrite: false` too, a disk whose file system
 * has another type or label than it expects. `mounts` takes a disk of the name `data1` for the first partition of
 * the disk `data`, and one of the name `data.1` for a partition that is not there.
 */

/** Marks our lines in the guest's /etc/fstab; mount ignores options that begin with `x-`. */
const OURS = "x-numafleet";

/** Lets the file systems of our lines use what their disks have grown to; they stay in use all the while. */
const GROW_SCRIPT = `growfs=/usr/lib/systemd/systemd-growfs
[ -x "$growfs" ] || growfs=/lib/systemd/systemd-growfs
awk '$4 ~ /(^|,)${OURS}(,|$)/ { print $2 }' /etc/fstab | while IFS= read -r where; do
  case $(findmnt --noheadings --output FSTYPE --mountpoint "$where") in
    ext4 | xfs | btrfs) "$growfs" "$where" || echo "numafleet: $where did not grow with its disk." >&2 ;;
  esac
done
`;

/**
 * Arguments: the service that waits for the mounts, or nothing; then \`disk DEVICE MOUNT\`, and after each its
 * \`folder NAME\`s. It runs at every boot, so that a disk which was missing is set up once it is there.
 *
 * A disk is formatted only if libblkid finds nothing on it, and if zeros are all that can be read where data or
 * its signatures would be: in the first 256 MiB and the last 16 MiB. Whatever else it is (a table of partitions, a
 * part of RAID or LVM, an encrypted disk, data of no known kind, a disk that cannot be read), it is left alone and
 * told of. libblkid alone does not do: it says the same of an empty disk and of one that cannot be read.
 */
export const DISKS_SCRIPT = `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
waiting=$1
shift
code=0
complain() { echo "numafleet: $*" >&2; code=1; }

all_zeros() {
  size=$(blockdev --getsize64 "$1") && [ "$size" -gt 0 ] || return 1
  head=268435456 tail=16777216
  if [ "$size" -lt "$head" ]; then head=$size tail=$size; fi
  cmp -s -n "$head" "$1" /dev/zero && cmp -s -i "$((size - tail)):0" -n "$tail" "$1" /dev/zero
}

# True if the disk has a file system, perhaps since just now.
has_file_system() {
  [ -b "$1" ] || { complain "$1 is not there, and not mounted."; return 1; }
  usage=$(blkid -p -o value -s USAGE "$1")
  case $? in
    0) [ "$usage" = filesystem ] && return 0
       kind=$(blkid -p -o value -s TYPE -s PTTYPE "$1" | xargs)
       complain "$1 holds no file system, but $kind; it is left alone, and not mounted."
       return 1 ;;
    2) ;;
    *) complain "What $1 holds cannot be told; it is left alone, and not mounted."
       return 1 ;;
  esac
  if ! all_zeros "$1"; then
    complain "$1 holds data of no known kind, or cannot be read; it is left alone, and not mounted."
    return 1
  fi
  # There is nothing to discard; doing it all the same makes an image of 8 TB a gigabyte larger, and takes its time.
  mkfs.ext4 -q -E nodiscard "$1" || { complain "On $1 no file system could be made."; return 1; }
  echo "numafleet: made a file system on $1, which was empty."
}

# Calls one function for each disk, with $device and $where, and another for each folder, with $folder.
walk() {
  on_disk=$1 on_folder=$2
  shift 2
  while [ $# -gt 1 ]; do
    case $1 in
      disk) device=$2 where=$3; shift 3; "$on_disk" ;;
      *) folder=$2; shift 2; "$on_folder" ;;
    esac
  done
}

declare_mount() {
  other=$(awk -v where="$where" '$1 !~ /^#/ && $2 == where { print $1; exit }' "$fstab")
  if [ "$other" = "$device" ]; then return; fi
  if [ -n "$other" ]; then
    complain "/etc/fstab mounts $other at $where, so $device is not mounted."
  elif has_file_system "$device"; then
    options=defaults,nofail,x-systemd.growfs\${waiting:+,x-systemd.before=$waiting},${OURS}
    echo "$device $where auto $options 0 2" >>"$fstab" || give_up
  fi
}

mount_disk() {
  mounted=
  awk -v device="$device" -v where="$where" '$1 == device && $2 == where { found = 1 } END { exit !found }' \\
    /etc/fstab || return
  mkdir -p "$where"
  if mountpoint -q "$where" || mount "$where" || mountpoint -q "$where"; then
    mounted=yes
  else
    complain "$device could not be mounted at $where."
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
${GROW_SCRIPT}exit "$code"
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
    ...["disk", `/dev/disk/by-id/virtio-${diskSerial(disk.name)}`, where],
    ...disk.folders.flatMap((folder) => ["folder", folder]),
  ]);
  return {
    command: ["sh", "-c", DISKS_SCRIPT, "numafleet-disks", waiting, ...words],
    files: [
      { path: GROW_FILE, content: GROW_SCRIPT, mode: "0755" },
      { path: "/etc/udev/rules.d/80-numafleet-grow.rules", content: GROW_RULE, mode: "0644" },
    ],
  };
}
