import { z } from "zod";
import * as f from "./fields.ts";
import { dataKey, dnsSubdomain } from "./kubernetesname.ts";

/** How a scale set reaches GitHub: server, proxy, certificates, key vault; and what its listener counts. */

const URL = 'expected an address like "http://proxy.example:3128", without user, password and path';
/** A user or password in an address would stand in the values; it belongs into a Secret. */
const proxyUrl = z
  .string({ error: () => URL })
  .regex(/^https?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/, { error: () => URL })
  .meta({ description: "The proxy's address." });

const proxyServer = z
  .strictObject({
    url: proxyUrl,
    credentialSecret: dnsSubdomain(
      "Secret in the scale set's namespace with the keys `username` and `password`; none by default.",
    ).optional(),
  })
  .meta({ id: "ProxyServer", description: "A proxy. Effect of a change: the Helm release is upgraded." });

const NO_PROXY = 'expected a host, domain or network without blanks and commas, like ".example.org"';
export const proxy = z
  .strictObject({
    http: proxyServer.optional().meta({ description: "Proxy for http; none by default." }),
    https: proxyServer.optional().meta({ description: "Proxy for https; none by default." }),
    noProxy: z
      .array(z.string({ error: () => NO_PROXY }).regex(/^[^\s,]{1,253}$/, { error: () => NO_PROXY }))
      .default([])
      .meta({ description: "Hosts, domains and networks that are reached without it; none by default." }),
  })
  .meta({
    id: "Proxy",
    description: "Proxies of a scale set's controller, listener and runners, or of a key vault.",
  });
export type Proxies = z.output<typeof proxy>;

export const githubServerTls = z
  .strictObject({
    configMap: dnsSubdomain("ConfigMap in the scale set's namespace that holds the certificate."),
    key: dataKey("Its key in the ConfigMap.").default("ca.crt"),
    runnerMountPath: f
      .mountPoint(
        "Where runners get the certificate too, as an extra authority; only ARC uses it by default.",
      )
      .optional(),
  })
  .meta({
    id: "GithubServerTls",
    description:
      "The certificate of a GitHub server's own authority. Effect of a change: new runners have it.",
  });

const GUID = 'expected an id like "12345678-1234-1234-1234-123456789abc"';
const guid = (description: string) =>
  z
    .string({ error: () => GUID })
    .regex(/^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/, { error: () => GUID })
    .meta({ description });

const VAULT_URL = 'expected an address like "https://name.vault.azure.net/"';
export const keyVault = z
  .strictObject({
    type: z
      .literal("azure_key_vault", { error: () => 'expected "azure_key_vault"' })
      .meta({ description: "Kind of the vault; the chart knows this one." }),
    url: z
      .string({ error: () => VAULT_URL })
      .regex(/^https:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\/?$/, {
        error: () => VAULT_URL,
      })
      .meta({ description: "The vault's address." }),
    tenantId: guid("Directory (tenant) of the identity."),
    clientId: guid("Application (client) of the identity."),
    certificatePath: f.mountPoint("The identity's certificate, in the controller and the listener."),
    proxy: proxy.optional().meta({ description: "Proxies to the vault; none by default." }),
  })
  .meta({
    id: "KeyVault",
    description:
      "A vault that holds GitHub's credentials. `githubSecret` is then the name of the vault's secret. Effect of a change: the Helm release is upgraded.",
  });
export type KeyVault = z.output<typeof keyVault>;

const JOB_LABELS = [
  "repository",
  "organization",
  "enterprise",
  "job_name",
  "event_name",
  "job_workflow_ref",
  "job_workflow_name",
  "job_workflow_target",
] as const;
const STATE_LABELS = ["name", "namespace", "repository", "organization", "enterprise"] as const;
const COUNTERS = ["gha_started_jobs_total", "gha_completed_jobs_total"] as const;
const GAUGES = [
  "gha_assigned_jobs",
  "gha_running_jobs",
  "gha_registered_runners",
  "gha_busy_runners",
  "gha_min_runners",
  "gha_max_runners",
  "gha_desired_runners",
  "gha_idle_runners",
] as const;
const HISTOGRAMS = ["gha_job_startup_duration_seconds", "gha_job_execution_duration_seconds"] as const;

const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: () => `expected one of ${names.join(", ")}` });
const metricLabels = (names: readonly [string, ...string[]]) =>
  z.array(oneOf(names)).meta({ description: `Labels of the metric, of ${names.join(", ")}.` });
const withResult: [string, ...string[]] = [...JOB_LABELS, "job_result"];

const BUCKET = "expected a number of seconds above 0";
/** Metrics and labels of chart 0.14.2; one that the listener does not know keeps it from starting. */
export const listenerMetrics = z
  .strictObject({
    counters: z
      .partialRecord(
        oneOf(COUNTERS),
        z.strictObject({ labels: metricLabels(withResult) }).meta({ description: "The metric's labels." }),
      )
      .default({})
      .meta({ description: "Counters of jobs; none by default." }),
    gauges: z
      .partialRecord(
        oneOf(GAUGES),
        z
          .strictObject({ labels: metricLabels([...STATE_LABELS]) })
          .meta({ description: "The metric's labels." }),
      )
      .default({})
      .meta({ description: "Gauges of jobs and runners; none by default." }),
    histograms: z
      .partialRecord(
        oneOf(HISTOGRAMS),
        z
          .strictObject({
            labels: metricLabels(withResult),
            buckets: z
              .array(z.number({ error: () => BUCKET }).positive({ error: () => BUCKET }))
              .optional()
              .meta({ description: "Upper bounds in seconds; ARC's own by default." }),
          })
          .meta({ description: "The metric's labels and buckets." }),
      )
      .default({})
      .meta({ description: "Histograms of durations; none by default." }),
  })
  .meta({
    id: "ListenerMetrics",
    description:
      "What the listener counts, by metric. Without it ARC's defaults hold. They are served only where the controller's `metrics` is true. Effect of a change: the listener is made anew.",
  });
export type ListenerMetrics = z.output<typeof listenerMetrics>;
