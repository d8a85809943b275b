#!/bin/busybox sh
# Start of the twin. Its root is the machine's own, read-only over 9p, under an overlay in memory; what belongs to the
# machine and not to its twin (libvirt's folders, /run, /tmp, root's home) is empty. Says where it is on the first
# serial port, as lines that begin with LAB.

/bin/busybox mkdir -p /proc /sys /dev /lower /upper /host
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
say() { read -r now _ </proc/uptime; echo "LAB $now $*" >/dev/ttyS0; }
fail() { say "failed $*"; exec poweroff -f; }

say kernel
while read -r module; do
  insmod "/lab/modules/$module" || fail "the kernel module $module does not load"
done </lab/modules/order

mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose root /lower || fail "the root is not there"
mount -t tmpfs -o mode=755 tmpfs /upper
mkdir /upper/changes /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/changes,workdir=/upper/work overlay /host || fail "no overlay"

cd /host
for folder in proc sys dev run tmp root; do mkdir -p "$folder"; done
mount --move /proc proc
mount --move /dev dev
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=700 tmpfs root
chmod 1777 tmp
cp -r /lab run/lab
cp /bin/busybox run/lab/busybox
exec switch_root /host /run/lab/busybox sh /run/lab/start.sh
