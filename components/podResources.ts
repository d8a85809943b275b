import type { Bytes, Millicores } from "../model/quantity.ts";
import type { Container } from "../model/scaleset.ts";

/** A container's figures as Kubernetes writes them; what is unknown is left out. */
export interface PodResources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}
export type ResourceList = Readonly<Record<string, string>>;

/** The `resources` of a container. */
export function podResources({ requests, limits }: Pick<Container, "requests" | "limits">): PodResources {
  const asked = resourceList(requests);
  const most = resourceList(limits);
  return {
    ...(Object.keys(asked).length === 0 ? {} : { requests: asked }),
    ...(Object.keys(most).length === 0 ? {} : { limits: most }),
  };
}

/** CPU, memory and ephemeral storage under Kubernetes' names. */
export function resourceList({ cpu, memory, ephemeralStorage }: Container["requests"]): ResourceList {
  return {
    ...(cpu === undefined ? {} : { cpu: cpuQuantity(cpu) }),
    ...(memory === undefined ? {} : { memory: bytesQuantity(memory) }),
    ...(ephemeralStorage === undefined ? {} : { "ephemeral-storage": bytesQuantity(ephemeralStorage) }),
  };
}

/** `4`, `500m`: the form that the API server itself writes, so that nothing differs when it is read back. */
export function cpuQuantity(cpu: Millicores): string {
  return cpu % 1000 === 0 ? String(cpu / 1000) : `${cpu}m`;
}

/** The shortest exact form: `32Gi`, `1536Mi`, or plain bytes. */
export function bytesQuantity(bytes: Bytes): string {
  for (const [suffix, factor] of [
    ["Gi", 1024 ** 3],
    ["Mi", 1024 ** 2],
    ["Ki", 1024],
  ] as const) {
    if (bytes > 0 && bytes % factor === 0) return `${bytes / factor}${suffix}`;
  }
  return String(bytes);
}
