#!/bin/busybox sh
# Init of the Debian image's initramfs: loads the drivers of its disk, and hands over to the system on it.
busybox=/bin/busybox
$busybox mount -t devtmpfs devtmpfs /dev
while read -r module; do
  $busybox insmod "/modules/$module"
done </modules/order
until [ -b /dev/vda1 ]; do $busybox usleep 50000; done
$busybox mount -t ext4 -o ro /dev/vda1 /root
$busybox mount -o move /dev /root/dev
exec $busybox switch_root /root /sbin/init
