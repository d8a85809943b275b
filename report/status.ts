import type { HostStatus, ResourceStatus } from "../capacity/status/hostStatus.ts";
import { formatBytes, formatFigure, formatStorage } from "../model/format.ts";
import { renderTable } from "./table.ts";

/** A host that answered, or why it did not. */
export type StatusEntry = HostStatus | { readonly host: string; readonly unknown: string };

/** Hosts one after another: what each has, may promise, has promised, and what is free; then who holds it. */
export function renderStatus(entries: readonly StatusEntry[]): string {
  return entries.map(entry).join("\n\n");
}

function entry(status: StatusEntry): string {
  if ("unknown" in status) return `host ${status.host}: unknown: ${status.unknown}`;
  const resources = [status.cpu, status.memory, status.disk, status.network, status.disk_io];
  const table = renderTable(
    [`host ${status.host}`, "source", "have", "kept", "ratio", "may promise", "promised", "free"],
    resources.flatMap((r) => (r === null ? [] : [row(r)])),
    2,
  );
  return [table, ...breakdown(status), ...unread(status), ...gpus(status), ...instances(status)].join("\n");
}

const TITLES: Readonly<Record<ResourceStatus["type"], string>> = {
  cpu: "CPU",
  memory: "memory",
  disk: "disk",
  network: "network",
  disk_io: "disk I/O",
};

function row(r: ResourceStatus): string[] {
  const show = (value: number) => figure(r.type, value);
  // What is promised to VMs that the host has not seen is no longer free.
  const free =
    r.pending === 0
      ? show(r.available)
      : `${show(r.available)} (effective ${show(r.effective_available)} free)`;
  return [
    TITLES[r.type],
    r.source,
    show(r.capacity),
    r.reserved === 0 ? "" : show(r.reserved),
    r.oversub_ratio.toFixed(2),
    show(r.effective_limit),
    show(r.allocated),
    free,
  ];
}

function figure(type: ResourceStatus["type"], value: number): string {
  if (type === "cpu") return String(value);
  if (type === "memory") return formatBytes(value);
  if (type === "disk") return formatStorage(value);
  return formatFigure(value * 8, "bits per second");
}

function breakdown({ disk_breakdown: d, image_storage: images }: HostStatus): string[] {
  const parts = [
    `images ${formatStorage(d.images_bytes)}`,
    `cache ${formatStorage(d.oci_cache_bytes)}`,
    `volumes ${formatStorage(d.volumes_bytes)}`,
    `overlays ${formatStorage(d.overlays_bytes)}`,
  ];
  const blocked = images.blocked === "" ? "" : `; no image is to be fetched: ${images.blocked}`;
  return [`disk: ${parts.join(", ")}; images may take ${formatStorage(images.limit)}${blocked}`];
}

function unread({ unread_pools: pools }: HostStatus): string[] {
  return pools.map(
    ({ pool, why }) => `${pool === "*" ? "all pools are" : `pool ${pool} is`} in no figure: ${why}`,
  );
}

function gpus({ gpu }: HostStatus): string[] {
  if (gpu === null) return [];
  const pending = gpu.pending_slots === 0 ? "" : `, ${gpu.pending_slots} for VMs that are not there yet`;
  return [`GPU (${gpu.mode}): ${gpu.used_slots} of ${gpu.total_slots} slots given to VMs${pending}`];
}

function instances({ allocations, pending }: HostStatus): string[] {
  const rows = allocations.map((a) => [
    a.instance_name,
    String(a.cpu),
    formatBytes(a.memory_bytes),
    formatStorage(a.disk_bytes),
    rate(a.network_download_bps),
    rate(a.network_upload_bps),
    rate(a.disk_io_bps),
  ]);
  const table =
    rows.length === 0
      ? ["no VM holds resources"]
      : [renderTable(["VM", "vCPUs", "memory", "disk", "download", "upload", "disk I/O"], rows, 1)];
  return [...table, ...(pending.length === 0 ? [] : [`not there yet: ${pending.join(", ")}`])];
}

function rate(bytesPerSecond: number): string {
  return bytesPerSecond === 0 ? "unlimited" : figure("network", bytesPerSecond);
}
