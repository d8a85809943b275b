import { z } from "zod";
import * as f from "./fields.ts";
import type { Bytes, Millicores } from "./quantity.ts";

/** How a VM with a k3s role gets k3s, and what its kubelet keeps back. */

/** Archives that k3s imports from its images folder. Source: k3s' documentation, "Air-Gap Install". */
export const IMAGE_ARCHIVES = [
  ".tar",
  ".tar.gz",
  ".tgz",
  ".tar.bz2",
  ".tbz",
  ".tar.lz4",
  ".tar.zst",
  ".tzst",
];

/** The ending by which k3s knows an archive of images; undefined if it would import nothing. */
export function imageArchive(from: string): string | undefined {
  const file = from.startsWith("/") ? from : from.replace(/[?#].*$/s, "");
  return IMAGE_ARCHIVES.find((ending) => file.endsWith(ending));
}

const EXPECTED_SOURCE =
  'expected an absolute path in the guest, or a URL without user and blanks, like "https://mirror.example/k3s"';
/** No `..` as in any path; of a URL only what it may hold unescaped, and no password that would be logged. */
const SOURCE =
  /^(?:\/(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}]*[^\p{Cc}/]|https?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?\/[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*)$/u;

const artifact = (what: string, example: string) =>
  z.strictObject({
    from: z
      .string({ error: () => EXPECTED_SOURCE })
      .regex(SOURCE, { error: () => EXPECTED_SOURCE })
      .meta({
        description: `Where the guest finds ${what}: a path (in the base image, or on a disk that is mounted there), or a URL that it fetches.`,
        examples: [example],
      }),
    sha256: z
      .string({ error: () => "expected a SHA-256 checksum" })
      .regex(/^[0-9a-f]{64}$/, {
        error: () => "expected a SHA-256 checksum of 64 hexadecimal digits, in small letters",
      })
      .meta({ description: `SHA-256 of ${what}, as k3s publishes it with each version.` }),
  });

const EXPECTED_VERSION = 'expected a version of k3s with its build, like "v1.33.5+k3s1"';

const install = z
  .strictObject({
    version: z
      .string({ error: () => EXPECTED_VERSION })
      .regex(/^v\d{1,4}\.\d{1,4}\.\d{1,4}(-rc\d{1,3})?\+k3s\d{1,3}$/, { error: () => EXPECTED_VERSION })
      .meta({ description: "What `k3s --version` must say.", examples: ["v1.33.5+k3s1"] }),
    binary: artifact("the k3s binary", "/opt/k3s/k3s").meta({ description: "The k3s binary." }),
    images: artifact("the archive of images", "/opt/k3s/k3s-airgap-images-amd64.tar.zst").optional().meta({
      description:
        "k3s' own images for a site without network, in an archive that k3s imports; pulled by default.",
    }),
  })
  .meta({
    description:
      "Installs k3s at first boot, at this version and with these checksums, or not at all. Absent: the base image has k3s and its services. Effect of a change: first boot.",
  });

const reservation = (who: string) =>
  z
    .strictObject({
      cpu: f.cpuDemand(`CPU kept for ${who}.`).optional(),
      memory: f.quantityDemand(`Memory kept for ${who}.`).optional(),
      ephemeralStorage: f.quantityDemand(`Disk kept for ${who}.`).optional(),
    })
    .optional();

export const cpuManagerPolicies = ["none", "static"] as const;
export const topologyManagerPolicies = ["none", "best-effort", "restricted", "single-numa-node"] as const;

export const k3s = z
  .strictObject({
    install: install.optional(),
    reserved: z
      .strictObject({
        system: reservation("the guest's own services").meta({
          description: "The kubelet's `system-reserved`; nothing by default.",
        }),
        kube: reservation("kubelet, k3s and containerd").meta({
          description: "The kubelet's `kube-reserved`; nothing by default.",
        }),
      })
      .default({})
      .meta({
        description:
          "What the kubelet keeps back from pods. Effect of a change: first boot; in a node that has joined, the next start of k3s.",
      }),
    evictionHard: z
      .strictObject({
        memory: f.quantityDemand("Pods are evicted when less memory than this is available.").optional(),
        ephemeralStorage: f
          .quantityDemand("Pods are evicted when less disk than this is available; 5% of it by default.")
          .optional(),
      })
      .optional()
      .meta({
        description:
          "The kubelet's `eviction-hard`, kept back from pods too; k3s' own by default. Effect of a change: first boot; in a node that has joined, the next start of k3s.",
      }),
    cpuManager: z
      .enum(cpuManagerPolicies, {
        error: () => `expected one of ${cpuManagerPolicies.join(", ")}`,
      })
      .optional()
      .meta({
        description:
          "`static` gives CPUs of their own to guaranteed pods with whole CPUs, and needs CPU kept back in `reserved`; the kubelet's own `none` by default. Effect of a change: first boot; in a node that has joined, the next start of k3s.",
      }),
    topologyManager: z
      .enum(topologyManagerPolicies, {
        error: () => `expected one of ${topologyManagerPolicies.join(", ")}`,
      })
      .optional()
      .meta({
        description:
          "How CPUs and devices of a pod are aligned to the guest's NUMA cells; the kubelet's own `none` by default. Effect of a change: first boot; in a node that has joined, the next start of k3s.",
      }),
  })
  .meta({ id: "K3s", description: "k3s in a VM that has a role in the cluster." });
export type K3s = z.output<typeof k3s>;

/** What of a VM is not there for pods. */
export interface KeptBack {
  readonly cpu: Millicores;
  readonly memory: Bytes;
  readonly ephemeralStorage: Bytes;
}

/** A K3s of which parts may be missing: a fleet with errors is read by its outline. */
interface Reservations {
  readonly reserved?: { readonly system?: Part | undefined; readonly kube?: Part | undefined } | undefined;
  readonly evictionHard?: Omit<Part, "cpu"> | undefined;
}
type Part = { readonly [K in keyof KeptBack]?: number | undefined };

/**
 * The sum that the kubelet takes off a node's capacity to get its allocatable: both reservations, and what is
 * evicted for. The one place that tells it: the config file and the capacity of a node both follow from `K3s`.
 */
export function keptBack(k3s: Reservations | undefined): KeptBack {
  const parts: (Part | undefined)[] = [k3s?.reserved?.system, k3s?.reserved?.kube, k3s?.evictionHard];
  const sum = (resource: keyof KeptBack) => parts.reduce((total, part) => total + (part?.[resource] ?? 0), 0);
  return { cpu: sum("cpu"), memory: sum("memory"), ephemeralStorage: sum("ephemeralStorage") };
}
