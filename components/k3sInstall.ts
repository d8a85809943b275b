import { imageArchive, type K3s } from "../model/k3s.ts";
import type { GuestFile } from "./cloudConfig.ts";

/** Installing k3s in a guest whose base image lacks it: one version, checked, before its service first starts. */

type Install = NonNullable<K3s["install"]>;
export type K3sMode = "server" | "agent";

/** The services, by k3s' own names; a base image with k3s has them too. */
export const K3S_SERVICE: Readonly<Record<K3sMode, string>> = { server: "k3s", agent: "k3s-agent" };

/** What is to be installed, a line each: version, and origin, checksum and file name of binary and images. */
const WANTED = "/etc/numafleet/k3s-install";
const INSTALLER = "/usr/local/lib/numafleet/install-k3s";

/**
 * The service itself runs it before k3s, so that a source which is not there yet is tried again, and a service
 * that cannot have its version does not run another. What was installed once is left alone, also after an
 * upgrade in the guest: the note in /var/lib tells for which checksum that was. A file takes its place whole or
 * not at all, and only with the right checksum. Nothing of the fleet is in this text; `read` takes lines literally.
 *
 * For tests, the first argument is a root to work below; a service gives none.
 */
export const INSTALL_SCRIPT = `#!/bin/sh
# Written by cloud-init for numafleet. Installs the k3s of ${WANTED}, once.
set -eu
umask 022
root=\${1-}
note=$root/var/lib/numafleet/k3s-installed
binary=$root/usr/local/bin/k3s
images=$root/var/lib/rancher/k3s/agent/images

fail() { echo "numafleet: $*" >&2; exit 1; }

{
  IFS= read -r version
  IFS= read -r binary_from
  IFS= read -r binary_sum
  IFS= read -r images_from || images_from=
  IFS= read -r images_sum || images_sum=
  IFS= read -r images_name || images_name=
} <"$root${WANTED}"

wanted="$version $binary_sum $images_sum"
if [ -x "$binary" ] && [ -r "$note" ] && [ "$(cat "$note")" = "$wanted" ]; then exit 0; fi

draft=
trap 'rm -f "$draft"' EXIT

checksum() { sha256sum <"$1" | cut -d ' ' -f 1; }
has() { [ -f "$1" ] && [ "$(checksum "$1")" = "$2" ]; }

# get FROM SHA256 DRAFT: a copy with the right checksum
get() {
  draft=$3
  mkdir -p "\${draft%/*}"
  rm -f "$draft"
  case $1 in
    /*)
      [ -f "$1" ] || fail "$1 is not there; is the disk mounted that holds it?"
      cp "$1" "$draft" || fail "$1 could not be copied" ;;
    *)
      if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --globoff --connect-timeout 30 --output "$draft" -- "$1"
      elif command -v wget >/dev/null; then
        wget --quiet --timeout=30 --tries=1 --output-document="$draft" -- "$1"
      else
        fail "neither curl nor wget is in this image to fetch $1"
      fi || fail "$1 could not be fetched" ;;
  esac
  has "$draft" "$2" || fail "$1 has the checksum $(checksum "$draft"), not $2; it is not installed"
}

if [ -n "$images_from" ] && ! has "$images/$images_name" "$images_sum"; then
  # Not in the images folder: k3s imports whatever it finds there.
  get "$images_from" "$images_sum" "\${images%/*}/numafleet-images.part"
  mkdir -p "$images"
  mv -f "$draft" "$images/$images_name"
fi

if ! has "$binary" "$binary_sum"; then
  get "$binary_from" "$binary_sum" "$binary.numafleet-part"
  chmod 0755 "$draft"
  said=$("$draft" --version | head -n 1)
  case $said in
    "k3s version $version" | "k3s version $version "*) ;;
    *) fail "$binary_from says $said, not $version; it is not installed" ;;
  esac
  mv -f "$draft" "$binary"
fi
chmod 0755 "$binary"

mkdir -p "\${note%/*}"
printf '%s\\n' "$wanted" >"$note.part"
mv -f "$note.part" "$note"
echo "numafleet: installed k3s $version"
`;

/** Installer, what it installs, and the service as k3s' own installation writes it. */
export function k3sInstallFiles(install: Install, mode: K3sMode): GuestFile[] {
  const { version, binary, images } = install;
  const lines = [
    version,
    binary.from,
    binary.sha256,
    ...(images ? [images.from, images.sha256, `k3s-airgap-images${imageArchive(images.from) ?? ""}`] : []),
  ];
  return [
    { path: WANTED, content: lines.map((line) => `${line}\n`).join("") },
    { path: INSTALLER, content: INSTALL_SCRIPT, mode: "0755" },
    { path: `/etc/systemd/system/${K3S_SERVICE[mode]}.service`, content: unit(mode), mode: "0644" },
  ];
}

/**
 * Source: k3s' install.sh. Only the installer, and that k3s waits for disks mounted over its folders, is ours.
 * A restart of k3s leaves its containers running (`KillMode=process`). An installation that fails is tried again
 * after a minute, to spare the mirror.
 */
function unit(mode: K3sMode): string {
  return `[Unit]
Description=Lightweight Kubernetes (k3s ${mode})
Wants=network-online.target
After=network-online.target
RequiresMountsFor=/var/lib/rancher/k3s /var/lib/kubelet

[Service]
Type=${mode === "server" ? "notify" : "exec"}
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=/bin/sh -c '/bin/sh ${INSTALLER} || { sleep 55; exit 1; }'
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s ${mode}

[Install]
WantedBy=multi-user.target
`;
}
