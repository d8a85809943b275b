#!/bin/busybox sh
# Init of the test guest. Loads the drivers, starts the guest agent where its channel is, and says once a second on
# the first serial port what the guest sees, as `GUEST {json}`. Loops run in the shell itself: under emulation every
# process that is started costs the machine that tests run on.

/bin/busybox --install -s /bin
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp

while read -r module; do
  insmod "/modules/$module" || echo "$module does not load"
done </modules/order

read -r cmdline </proc/cmdline
case " $cmdline " in
*" guest.obeys=no "*) : >/run/disobey ;;
esac
: >/run/ignored

# The power button ends up in /etc/acpi/PWRF/00000080, the agent's guest-shutdown in /sbin/shutdown.
acpid -l /run/acpid.log -p /run/acpid.pid

read -r boot </proc/sys/kernel/random/boot_id
known=" "
agent=false

# CPUs that are plugged in later are brought online, once: one that the agent takes offline stays so.
online_cpus() {
  for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
    case "$known" in
    *" ${cpu##*/} "*) seen="$seen${cpu##*/} " ;;
    *)
      seen="$seen${cpu##*/} "
      [ -f "$cpu/online" ] && echo 1 >"$cpu/online"
      ;;
    esac
  done
}

start_agent() {
  [ -x /sbin/qemu-ga ] || return
  for port in /sys/class/virtio-ports/*; do
    [ -f "$port/name" ] && read -r name <"$port/name" || continue
    [ "$name" = org.qemu.guest_agent.0 ] || continue
    qemu-ga -m virtio-serial -p "/dev/${port##*/}" -t /run >/run/qemu-ga.log 2>&1 &
    agent=true
  done
}

while :; do
  seen=" "
  online_cpus
  known=$seen
  [ $agent = true ] || start_agent

  while read -r key value _; do
    case $key in
    MemTotal:) total=$value ;;
    MemAvailable:) available=$value ;;
    esac
  done </proc/meminfo
  read -r uptime _ </proc/uptime
  read -r cpus </sys/devices/system/cpu/online

  disks=
  for disk in /sys/block/vd* /sys/block/sd*; do
    { read -r sectors <"$disk/size"; } 2>/dev/null || continue
    serial=
    { read -r serial <"$disk/serial"; } 2>/dev/null
    disks="$disks,\"${disk##*/}\":{\"bytes\":$((sectors * 512)),\"serial\":\"$serial\"}"
  done
  interfaces=
  for interface in /sys/class/net/*; do
    [ "${interface##*/}" = lo ] && continue
    { read -r mac <"$interface/address"; } 2>/dev/null || continue
    interfaces="$interfaces,\"${interface##*/}\":\"$mac\""
  done
  ignored=0
  while read -r _; do ignored=$((ignored + 1)); done </run/ignored

  echo "GUEST {\"boot\":\"$boot\",\"uptime\":$uptime,\"memTotalKiB\":$total,\"memAvailableKiB\":$available,\"onlineCpus\":\"$cpus\",\"disks\":{${disks#,}},\"interfaces\":{${interfaces#,}},\"agent\":$agent,\"ignoredShutdowns\":$ignored}"
  sleep 1
done
