import type { KeyVault, ListenerMetrics, Proxies } from "../model/registration.ts";
import type { ScaleSet } from "../model/scaleset.ts";

/** How a scale set reaches GitHub, and what its listener counts, as values of the chart. */

/** The chart's proxy: credentials are the name of a Secret. */
export interface ProxyValues {
  readonly http?: ProxyServerValues;
  readonly https?: ProxyServerValues;
  readonly noProxy?: readonly string[];
}
interface ProxyServerValues {
  readonly url: string;
  readonly credentialSecretRef?: string;
}

/** Keys as the chart's template reads them, which its commented example spells otherwise. */
export interface KeyVaultValues {
  readonly type: KeyVault["type"];
  readonly azureKeyVault: {
    readonly url: string;
    readonly tenantId: string;
    readonly clientId: string;
    readonly certificatePath: string;
  };
  readonly proxy?: ProxyValues;
}

/** The values of the connection; only those that are set. */
export interface ConnectionValues {
  readonly githubServerTLS?: {
    readonly certificateFrom: { readonly configMapKeyRef: { readonly name: string; readonly key: string } };
    readonly runnerMountPath?: string;
  };
  readonly proxy?: ProxyValues;
  readonly keyVault?: KeyVaultValues;
  readonly listenerMetrics?: ListenerMetrics;
}

export function connectionValues(set: ScaleSet): ConnectionValues {
  const { githubServerTls: tls, proxy, keyVault, listenerMetrics } = set;
  return {
    ...(tls === undefined
      ? {}
      : {
          githubServerTLS: {
            certificateFrom: { configMapKeyRef: { name: tls.configMap, key: tls.key } },
            ...(tls.runnerMountPath === undefined ? {} : { runnerMountPath: tls.runnerMountPath }),
          },
        }),
    ...(proxy === undefined ? {} : { proxy: proxyValues(proxy) }),
    ...(keyVault === undefined ? {} : { keyVault: keyVaultValues(keyVault) }),
    ...(listenerMetrics === undefined ? {} : { listenerMetrics }),
  };
}

function proxyValues({ http, https, noProxy }: Proxies): ProxyValues {
  return {
    ...(http === undefined ? {} : { http: proxyServer(http) }),
    ...(https === undefined ? {} : { https: proxyServer(https) }),
    ...(noProxy.length === 0 ? {} : { noProxy }),
  };
}

function proxyServer({ url, credentialSecret }: NonNullable<Proxies["http"]>): ProxyServerValues {
  return { url, ...(credentialSecret === undefined ? {} : { credentialSecretRef: credentialSecret }) };
}

function keyVaultValues({ type, url, tenantId, clientId, certificatePath, proxy }: KeyVault): KeyVaultValues {
  return {
    type,
    azureKeyVault: { url, tenantId, clientId, certificatePath },
    ...(proxy === undefined ? {} : { proxy: proxyValues(proxy) }),
  };
}
