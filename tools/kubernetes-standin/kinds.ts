/** What must be known of a kind without asking a cluster: whether it lives in a namespace, what never changes. */

export interface Token {
  apiVersion: string;
  kind: string;
  /** Changes fields of an object that others own (`NodePatch`), and never creates or deletes it. */
  isPatch: boolean;
}

/**
 * Kinds of Kubernetes' own API groups that live outside any namespace (Kubernetes 1.36, the lists of
 * `kubectl api-resources --namespaced=false`). Kinds of other groups are looked up in the cluster itself.
 */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "DeviceClass",
  "DeviceTaintRule",
  "FlowSchema",
  "IngressClass",
  "IPAddress",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** Fields that the API server refuses to change, so that changing one means a new object. */
const IMMUTABLE: Record<string, readonly string[]> = {
  DaemonSet: ["spec.selector"],
  Deployment: ["spec.selector"],
  Job: ["spec.selector", "spec.template", "spec.completionMode"],
  PersistentVolumeClaim: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  PriorityClass: ["value", "preemptionPolicy"],
  ResourceQuota: ["spec.scopes", "spec.scopeSelector"],
  ClusterRoleBinding: ["roleRef"],
  RoleBinding: ["roleRef"],
  StatefulSet: ["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"],
  StorageClass: ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

/** The vendor's plugin replaces these rather than change them, unless its provider is told otherwise. */
const CONTENT: Record<string, readonly string[]> = {
  ConfigMap: ["data", "binaryData", "immutable"],
  Secret: ["data", "stringData", "type", "immutable"],
};

/** Kubernetes' own API groups; the core group is the empty one. Add-ons use names under k8s.io too. */
const BUILT_IN_GROUPS = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** `true`, `false`, or `undefined` when only the cluster can tell (a kind of somebody's own API group). */
export function isNamespaced(token: Pick<Token, "apiVersion" | "kind">): boolean | undefined {
  const [first = "", second] = token.apiVersion.split("/");
  const group = second === undefined ? "" : first;
  return BUILT_IN_GROUPS.has(group) ? !CLUSTER_SCOPED.has(token.kind) : undefined;
}

/**
 * Paths whose change replaces the object.
 *
 * @param mutableContent the kinds whose content may change in place: the provider's
 *   `enableConfigMapMutable` and `enableSecretMutable`.
 */
export function replacingPaths(
  kind: string,
  isImmutable: boolean,
  mutableContent: ReadonlySet<string>,
): string[] {
  const content = isImmutable || !mutableContent.has(kind) ? (CONTENT[kind] ?? []) : [];
  return ["kind", "metadata.name", "metadata.namespace", ...(IMMUTABLE[kind] ?? []), ...content];
}

/**
 * Reads a resource's type and the `apiVersion` and `kind` that its SDK class put among the inputs. The type
 * alone does not say whether `FooPatch` is a patch of `Foo` or a kind of that name; the `kind` does.
 */
export function parseToken(type: string, apiVersion: string | undefined, kind: string | undefined): Token {
  const [, module = "", name = ""] = type.split(":");
  const isPatch = kind !== undefined && name === `${kind}Patch`;
  return { apiVersion: apiVersion ?? module.replace(/^core\//, ""), kind: kind ?? name, isPatch };
}
