/** A program in the place of k3s, which is not to be had without a network: it notes how it was started, and waits. */

export const K3S_VERSION = "v1.33.5+k3s1";

/** Where it notes that; gone with a boot. */
export const K3S_NOTE = "/run/k3s-standin";

/** Its arguments, what it reads as k3s would, and whether the data disks are there by then. */
export const K3S_STANDIN = `#!/bin/sh
if [ "$1" = --version ]; then
  echo "k3s version ${K3S_VERSION} (standin)"
  exit
fi
{
  echo "arguments: $*"
  for mount in /data/hot /data/lake; do
    echo "$mount: $(findmnt --noheadings --output FSTYPE --mountpoint "$mount")"
  done
  echo "token: $(sha256sum </etc/rancher/k3s/agent-token)"
} >${K3S_NOTE}
exec sleep infinity
`;
