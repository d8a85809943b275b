import type { ConditionView, HostView, PressureView } from "../capacity/pressure/view.ts";
import type { MetricFamily, MetricSample } from "./exposition.ts";

/**
 * What `fleet watch` tells Prometheus: a pure function of what it knows, so that a host that is gone leaves no metric
 * behind. Of an unreachable host there are no figures and no conditions: they would be stale.
 */
export function pressureMetrics(view: PressureView): MetricFamily[] {
  const hosts = (value: (host: HostView) => number | null | undefined): MetricSample[] =>
    view.hosts.flatMap((host) => sample({ host: host.name }, value(host)));
  const conditions = (value: (condition: ConditionView) => number | null): MetricSample[] =>
    view.hosts.flatMap((host) => [
      ...sample({ host: host.name, condition: "memory_pressure" }, host.memory && value(host.memory)),
      ...sample(
        { host: host.name, condition: "system_disk_pressure" },
        host.systemDisk && value(host.systemDisk),
      ),
    ]);
  const pools = (value: (condition: ConditionView) => number | null): MetricSample[] =>
    view.hosts.flatMap((host) =>
      host.pools.flatMap(({ name, disk }) => sample({ host: host.name, pool: name }, disk && value(disk))),
    );
  const gauge = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
    name: `numafleet_${name}`,
    help,
    type: "gauge",
    samples,
  });
  const counter = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
    name: `numafleet_${name}_total`,
    help,
    type: "counter",
    samples,
  });
  return [
    gauge(
      "host_reachable",
      "1 if the host answered the last time.",
      hosts((host) => (host.status === "unknown" ? null : yes(host.unreachable === null))),
    ),
    gauge(
      "host_cordoned",
      "1 if nothing is placed on the host.",
      hosts((host) => yes(host.cordoned)),
    ),
    gauge(
      "host_pressure",
      "1 if the condition of the host is set: nothing is placed there.",
      conditions(({ pressure }) => yes(pressure)),
    ),
    gauge(
      "host_pressure_observations",
      "Observations in a row below the threshold.",
      conditions(({ count }) => count),
    ),
    gauge(
      "host_pressure_since_timestamp_seconds",
      "When the condition was set; none while it is not.",
      conditions(({ since }) => seconds(since)),
    ),
    gauge(
      "host_memory_bytes",
      "Memory of the host without huge pages (MemTotal less Hugetlb).",
      hosts(({ memory }) => memory?.total),
    ),
    gauge(
      "host_memory_available_bytes",
      "Memory that can be had without swapping (MemAvailable; a bound of it where libvirt alone is asked).",
      hosts(({ memory }) => memory?.available),
    ),
    gauge(
      "host_system_disk_bytes",
      "Size of the host's root file system.",
      hosts(({ systemDisk }) => systemDisk?.total),
    ),
    gauge(
      "host_system_disk_available_bytes",
      "What is free on the host's root file system.",
      hosts(({ systemDisk }) => systemDisk?.available),
    ),
    gauge(
      "pool_pressure",
      "1 if disk_pressure of the pool is set: nothing is placed in it.",
      pools(({ pressure }) => yes(pressure)),
    ),
    gauge(
      "pool_pressure_observations",
      "Scans in a row below the threshold.",
      pools(({ count }) => count),
    ),
    gauge(
      "pool_pressure_since_timestamp_seconds",
      "When the condition was set; none while it is not.",
      pools(({ since }) => seconds(since)),
    ),
    gauge(
      "pool_capacity_bytes",
      "Size of the pool.",
      pools(({ total }) => total),
    ),
    gauge(
      "pool_available_bytes",
      "What is free in the pool.",
      pools(({ available }) => available),
    ),
    gauge(
      "host_sampled_timestamp_seconds",
      "When the host answered last.",
      hosts(({ sampledAt }) => seconds(sampledAt)),
    ),
    gauge(
      "host_scanned_timestamp_seconds",
      "When the host's pools were scanned last.",
      hosts(({ scannedAt }) => seconds(scannedAt)),
    ),
    counter(
      "host_samples",
      "How often the host answered.",
      hosts(({ samples }) => samples),
    ),
    counter(
      "host_failures",
      "How often the host did not answer.",
      hosts(({ failures }) => failures),
    ),
    counter("watch_clock_jumps", "How often the watching machine's clock was set.", [
      { labels: {}, value: view.clockJumps },
    ]),
  ];
}

function sample(labels: MetricSample["labels"], value: number | null | undefined): MetricSample[] {
  return value === null || value === undefined ? [] : [{ labels, value }];
}

function yes(value: boolean): number {
  return value ? 1 : 0;
}

function seconds(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1000;
}
