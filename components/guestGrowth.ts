/** What a partition is told by in a guest, and how what is mounted there uses a disk that has grown. */

/** Marks our lines in the guest's /etc/fstab; mount ignores options that begin with `x-`. */
export const OURS = "x-numafleet";

/** The partition's name in the GPT, by which it is known as made here. */
export const PARTITION_NAME = "numafleet";

/** Source: "Linux filesystem data" of the Discoverable Partitions Specification. */
export const PARTITION_TYPE = "0fc63daf-8483-4772-8e79-3d69d8477de4";

/** Functions for both scripts. The partition of the disk DEVICE is at DEVICE-part1, as udev has it in /dev/disk/by-id. */
export const PARTITION_TELLS = `in_sysfs() { realpath -e "/sys/dev/block/$(mountpoint -x "$1")" 2>/dev/null; }

# True if the disk has one partition and no other, and that is at DEVICE-part1.
has_one_partition() {
  [ -b "$1" ] && [ -b "$1-part1" ] || return
  of=$(in_sysfs "$1") part=$(in_sysfs "$1-part1")
  [ -n "$of" ] && [ "\${part%/*}" = "$of" ] &&
    [ "$(find "$of" -mindepth 2 -maxdepth 2 -name partition | wc -l)" -eq 1 ]
}

# True if that one was made by numafleet.
is_ours() {
  has_one_partition "$1" &&
    [ "$(blkid -p -o value -s PART_ENTRY_SCHEME "$1-part1")" = gpt ] &&
    [ "$(blkid -p -o value -s PART_ENTRY_NAME "$1-part1")" = ${PARTITION_NAME} ] &&
    [ "$(blkid -p -o value -s PART_ENTRY_TYPE "$1-part1")" = ${PARTITION_TYPE} ]
}
`;

/**
 * Lets the file systems of our lines use what their disks have grown to; they stay in use all the while. Our own
 * partition grows first. Between its end and the disk's there is the copy of the GPT, and less than 1 MiB by alignment.
 */
export const GROW_MOUNTS = `growfs=/usr/lib/systemd/systemd-growfs
[ -x "$growfs" ] || growfs=/lib/systemd/systemd-growfs

grow_partition() {
  is_ours "$1" || return 0
  begins=$(($(cat "$(in_sysfs "$1-part1")/start") * 512))
  rest=$(($(blockdev --getsize64 "$1") - begins - $(blockdev --getsize64 "$1-part1")))
  if [ "$rest" -lt 2097152 ]; then return; fi
  { echo ', +' | sfdisk --quiet --no-reread --no-tell-kernel -N 1 "$1" && partx --update "$1"; } 2>&1
}

awk '$4 ~ /(^|,)${OURS}(,|$)/ { print $1, $2 }' /etc/fstab | while read -r device where; do
  case $(findmnt --noheadings --output FSTYPE --mountpoint "$where") in
    ext4 | xfs | btrfs)
      if ! said=$(grow_partition "\${device%-part1}"); then
        echo "numafleet: $device did not grow with its disk: $(printf '%s\\n' "$said" | tail -n 1)" >&2
      fi
      "$growfs" "$where" || echo "numafleet: $where did not grow with its disk." >&2 ;;
  esac
done
`;
