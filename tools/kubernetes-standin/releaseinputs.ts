/** The inputs of a Release: those that become a flag of `helm`, those without effect, and those not covered. */

/** Input that is true or false, and the flag of `helm install` and `helm upgrade` for it. */
export const FLAGS: Readonly<Record<string, string>> = {
  atomic: "--atomic",
  dependencyUpdate: "--dependency-update",
  devel: "--devel",
  disableOpenapiValidation: "--disable-openapi-validation",
  disableWebhooks: "--no-hooks",
  renderSubchartNotes: "--render-subchart-notes",
  skipCrds: "--skip-crds",
  takeOwnership: "--take-ownership",
  verify: "--verify",
  waitForJobs: "--wait-for-jobs",
};

/** The same, for `helm install` alone. */
export const INSTALL_FLAGS: Readonly<Record<string, string>> = {
  createNamespace: "--create-namespace",
  replace: "--replace",
};

/** The same, for `helm upgrade` alone. */
export const UPGRADE_FLAGS: Readonly<Record<string, string>> = {
  cleanupOnFail: "--cleanup-on-fail",
  forceUpdate: "--force",
  resetValues: "--reset-values",
  reuseValues: "--reuse-values",
};

export const COVERED: ReadonlySet<string> = new Set([
  ...Object.keys({ ...FLAGS, ...INSTALL_FLAGS, ...UPGRADE_FLAGS }),
  "chart",
  "description",
  "keyring",
  "maxHistory",
  "name",
  "namespace",
  "repositoryOpts",
  "skipAwait",
  "timeout",
  "valueYamlFiles",
  "values",
  "version",
]);

/** Sent by the SDK on its own account, or results that come back as inputs. */
export const IGNORED: ReadonlySet<string> = new Set([
  "compat",
  "manifest",
  "resourceNames",
  "status",
  "checksum",
]);

/** Inputs that would be silently disobeyed, and what to do instead. */
export const NOT_COVERED: Readonly<Record<string, string>> = {
  allowNullValues: "leave null values out",
  disableCRDHooks: "use disableWebhooks",
  lint: "run `helm lint` yourself",
  postrender: "put the change into the chart's values",
  recreatePods: "restart the workload with `kubectl rollout restart`",
};
