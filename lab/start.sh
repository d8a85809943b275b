# The twin's first process once its root is there: sets up what a host has, and starts ssh and libvirt.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
lab=/run/lab
say() { read -r now _ </proc/uptime; echo "LAB $now $*" >/dev/ttyS0; }
fail() { say "failed $*"; sleep 1; exec $lab/busybox poweroff -f; }
exec </dev/null >/dev/ttyS0 2>&1

say root
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
# Where libvirt looks for hugepages: a folder for each size, the usual one where systemd has it.
for size in /sys/kernel/mm/hugepages/*; do
  kib=${size##*-} kib=${kib%kB}
  folder=/dev/hugepages
  [ "$kib" = 2048 ] || folder=/dev/hugepages-$kib
  mkdir -p $folder
  mount -t hugetlbfs -o "pagesize=${kib}K" hugetlbfs $folder || fail "no hugetlbfs"
done
mount -t cgroup2 cgroup2 /sys/fs/cgroup || fail "no cgroups"
ln -sf /proc/self/fd /dev/fd
mkdir -p /run/lock /run/sshd
for folder in /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do
  mkdir -p $folder
  mount -t tmpfs -o mode=755 tmpfs $folder
done
# Settings that an update has made for the machine are not the twin's.
rm -f /etc/tmpfiles.d/numafleet.conf /etc/sysctl.d/90-numafleet.conf

read -r name <$lab/name
$lab/busybox hostname "$name"
$lab/busybox ip link set lo up
# By a name that no bridge of a host has.
$lab/busybox ip link set eth0 name numafleet-lab
$lab/busybox ip link set numafleet-lab up
$lab/busybox ip address add 10.0.2.15/24 dev numafleet-lab
while read -r bridge; do
  $lab/busybox ip link add "$bridge" type bridge && $lab/busybox ip link set "$bridge" up || fail "no bridge $bridge"
done <$lab/bridges

tab=$($lab/busybox printf '\t')
# A pool in memory says that it can hold what is declared; what it holds is in the twin's memory.
while IFS=$tab read -r bytes path; do
  mkdir -p "$path"
  mount -t tmpfs -o "mode=711,size=$bytes" tmpfs "$path" || fail "no folder for the pool in $path"
done <$lab/pools
while IFS=$tab read -r image path; do
  mkdir -p "${path%/*}"
  cp "$lab/$image" "$path"
done <$lab/images

mkdir -p -m 700 /root/.ssh /etc/dropbear
cp $lab/authorized_keys /root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys $lab/host_key
LD_LIBRARY_PATH=$lab $lab/dropbear -E -s -j -k -r $lab/host_key -p 22 || fail "no ssh"
say ssh

cp $lab/libvirtd.conf $lab/qemu.conf /etc/libvirt/
mkdir -p /var/cache/libvirt/qemu
[ ! -d $lab/capabilities ] || cp -rp $lab/capabilities /var/cache/libvirt/qemu/
virtlogd -d || fail "virtlogd does not start"
libvirtd -d || fail "libvirtd does not start"
virsh -q -c qemu:///system uri >/dev/null || fail "libvirtd does not answer"
say libvirt

# The first process takes leave of those whose parents are gone; wait does that while it waits.
sleep 2147483647 &
while :; do wait; done
