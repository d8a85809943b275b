#!/bin/sh
# Installs Debian's packages into a root of their own, without a network and in namespaces that the caller has made,
# and writes that root as a file system. The packages' own set-up runs in it, as on any new Debian.
#
# Arguments: an empty folder for the root; one with package files; one with `boot` and `lib/modules` of an unpacked
# kernel; the initramfs; the disk image and the bytes before and in its partition; a folder for GRUB's boot code.
set -eu
root=$1 packages=$2 kernel=$3 initramfs=$4 image=$5 offset=$6 bytes=$7 boot=$8
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset TMPDIR

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"

# The packages' set-up needs a shell and libraries before any package counts as installed.
for name in bin sbin lib lib64; do
  mkdir -p "$root/usr/$name"
  ln -s "usr/$name" "$root/$name"
done
without="--exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude=./usr/share/i18n"
for package in "$packages"/*.deb; do
  # shellcheck disable=SC2086
  dpkg-deb --fsys-tarfile "$package" | tar -C "$root" -x --keep-directory-symlink $without
done

mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev"
for device in "null 3" "zero 5" "full 7" "random 8" "urandom 9"; do
  mknod -m 666 "$root/dev/${device% *}" c 1 "${device#* }"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm"
# No service starts here.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# All of them come at once, so the order is dpkg's to find when it sets them up.
dpkg --root="$root" --force-unsafe-io --force-depends --no-triggers \
  --path-exclude='/usr/share/doc/*' --path-exclude='/usr/share/man/*' --path-exclude='/usr/share/locale/*' \
  --path-exclude='/usr/share/i18n/*' --unpack "$packages"/*.deb
dpkg --root="$root" --force-unsafe-io --configure --pending
rm "$root/usr/sbin/policy-rc.d"

cp "$kernel"/boot/vmlinuz-* "$root/boot/vmlinuz"
cp "$initramfs" "$root/boot/initrd"
cp -R "$kernel/lib/modules" "$root/usr/lib/"
chroot "$root" depmod -a "$(ls "$root/usr/lib/modules")"

# As in the images that Debian makes for clouds: what tells one machine from another is made at first boot.
rm -f "$root"/etc/ssh/ssh_host_*
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id"
echo localhost >"$root/etc/hostname"
echo LANG=C.UTF-8 >"$root/etc/default/locale"
echo 'manage_etc_hosts: true' >"$root/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg"
echo 'LABEL=root / ext4 rw,discard,errors=remount-ro 0 1' >"$root/etc/fstab"
# What would only cost an emulated machine time.
chroot "$root" systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer getty@tty1.service systemd-pstore.service

# So does protection from what an emulated CPU does not do, a fifth level of page tables, and zeroing memory twice.
cat >"$root/boot/grub.cfg" <<'GRUB'
linux (hd0,msdos1)/boot/vmlinuz root=/dev/vda1 ro quiet console=tty0 console=ttyS0,115200 mitigations=off no5lvl init_on_alloc=0
initrd (hd0,msdos1)/boot/initrd
boot
GRUB
chroot "$root" grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot' -c /boot/grub.cfg -o /boot/core.img \
  biosdisk part_msdos ext2 linux boot
cp "$root/usr/lib/grub/i386-pc/boot.img" "$root/boot/core.img" "$boot"

umount "$root/proc" "$root/dev"
# Named one by one: this machine's mke2fs may know features that GRUB does not.
mke2fs -q -F -t ext4 -L root -d "$root" -E "offset=$offset" \
  -O none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum \
  "$image" "$((bytes / 1024))k"
