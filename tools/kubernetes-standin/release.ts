/** `kubernetes:helm.sh/v3:Release`: checked, compared and previewed here, carried out by the system's `helm`. */
import { PartialError, UserError } from "./apierror.ts";
import { difference } from "./difference.ts";
import type { Helm, ReleaseStatus } from "./helm.ts";
import { autoname, dnsLabelProblem, RELEASE_LENGTH } from "./names.ts";
import { COVERED, IGNORED, NOT_COVERED } from "./releaseinputs.ts";
import type {
  ChangeRequest,
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Found,
  ReadRequest,
  Resource,
  State,
} from "./resource.ts";
import type { Failure } from "./settings.ts";
import { asObject, asText, isEqual, isObject, markSecrets, reveal } from "./values.ts";
import { type Properties, UNKNOWN, type Value } from "./wire.ts";

export class ReleaseResource implements Resource {
  readonly #helm: Helm;
  readonly #defaultNamespace: () => Promise<string>;

  /** @param defaultNamespace asked only when a release names none. */
  constructor(helm: Helm, defaultNamespace: () => Promise<string>) {
    this.#helm = helm;
    this.#defaultNamespace = defaultNamespace;
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const given = Object.entries(request.news).filter(([key, value]) => !IGNORED.has(key) && value !== null);
    const inputs: Properties = Object.fromEntries(given);
    const old = asText(request.olds.name);
    inputs.name ??= old ?? request.proposedName ?? autoname(request.name, request.seed, RELEASE_LENGTH);
    inputs.namespace ??= await this.#defaultNamespace();
    return { inputs, failures: checkRelease(inputs) };
  }

  diff(request: DiffRequest): DiffResult {
    const changes = difference(request.oldInputs, request.news);
    const replaces = changes
      .map((change) => change.path[0])
      .filter((key) => key === "name" || key === "namespace");
    return {
      changes,
      replaces,
      deleteBeforeReplace: replaces.length > 0 && isEqual(request.oldInputs.name, request.news.name),
    };
  }

  async create(request: CreateRequest): Promise<State> {
    if (request.isPreview) return { id: "", outputs: { ...request.news, status: UNKNOWN } };
    const inputs = reveal(request.news);
    try {
      const status = await this.#helm.install(inputs, request);
      return { id: releaseId(request.news), outputs: outputsOf(request.news, status) };
    } catch (error) {
      throw await this.#keepFailed(error, request.news);
    }
  }

  async read(request: ReadRequest): Promise<Found | undefined> {
    const [namespace = "", name = ""] = request.id.split("/");
    const status = await this.#helm.status(name, namespace);
    if (status === undefined) return undefined;
    const isKnown = Object.keys(request.inputs).length > 0;
    const values = markSecrets(status.values, request.inputs.values);
    const inputs: Properties = isKnown
      ? { ...request.inputs, ...(request.inputs.valueYamlFiles === undefined && { values }) }
      : { name, namespace, chart: status.chart, version: status.version, values };
    return { id: request.id, inputs, outputs: outputsOf(inputs, status) };
  }

  async update(request: ChangeRequest): Promise<Properties> {
    if (request.isPreview) return { ...request.news, status: UNKNOWN };
    const status = await this.#helm.upgrade(reveal(request.news), request);
    return outputsOf(request.news, status);
  }

  async delete(request: DeleteRequest): Promise<void> {
    const name = asText(request.olds.name);
    const namespace = asText(request.olds.namespace);
    if (name === undefined || namespace === undefined)
      throw new UserError("the state holds no name and namespace of it");
    await this.#helm.uninstall(reveal(request.olds), request);
  }

  /**
   * Helm leaves a release behind whose objects did not become ready in time. It goes into the state, or the
   * next run could neither mend nor remove it. A release of the same name that was there before is not ours.
   */
  async #keepFailed(error: unknown, news: Properties): Promise<unknown> {
    if (!(error instanceof UserError) || error.message.includes("cannot re-use a name")) return error;
    const status = await this.#helm
      .status(asText(news.name) ?? "", asText(news.namespace) ?? "")
      .catch(() => undefined);
    if (status === undefined || status.revision !== 1 || status.status === "deployed") return error;
    return new PartialError(error.message, releaseId(news), outputsOf(news, status), news);
  }
}

/** Every failure of a release's inputs at once. */
function checkRelease(inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  const plain = reveal(inputs);
  const text = (key: string, problem: (value: string) => string | undefined) => {
    const value = plain[key];
    if (value === UNKNOWN || value === undefined) return;
    const reason =
      typeof value === "string" ? problem(value) : `a text is expected, ${JSON.stringify(value)} was given`;
    if (reason !== undefined) failures.push({ property: key, reason });
  };
  if (plain.chart === undefined)
    failures.push({
      property: "chart",
      reason: "it is missing; name a folder, an archive, a chart or an oci:// address",
    });
  text("chart", (chart) =>
    chart.trim() === "" || chart.startsWith("-") ? `"${chart}" names no chart` : undefined,
  );
  text("name", (name) => dnsLabelProblem(name, RELEASE_LENGTH));
  text("namespace", dnsLabelProblem);
  text("version", (version) =>
    /^[0-9~^<>=!*xX vV]/.test(version) ? undefined : `"${version}" is no version or range`,
  );
  for (const [key, value] of Object.entries(plain)) {
    const reason = NOT_COVERED[key];
    if (reason !== undefined && value !== false)
      failures.push({ property: key, reason: `the stand-in does not cover it: ${reason}` });
    else if (reason === undefined && !COVERED.has(key))
      failures.push({ property: key, reason: "a Release has no such input" });
  }
  if (plain.values !== undefined && plain.values !== UNKNOWN && !isObject(plain.values)) {
    failures.push({ property: "values", reason: "an object is expected" });
  }
  failures.push(...repositoryFailures(plain.repositoryOpts, plain.chart));
  return failures;
}

function repositoryFailures(options: Value | undefined, chart: Value | undefined): Failure[] {
  const failures: Failure[] = [];
  const given = asObject(options);
  for (const key of ["username", "password", "certFile", "keyFile", "caFile"]) {
    if (given[key] === undefined) continue;
    const reason =
      "the stand-in passes no credentials on; log in with `helm registry login` or `helm repo add` first";
    failures.push({ property: `repositoryOpts.${key}`, reason });
  }
  if (given.repo !== undefined && typeof chart === "string" && chart.startsWith("oci://")) {
    const reason = "an oci:// chart is in no repository; leave it out";
    failures.push({ property: "repositoryOpts.repo", reason });
  }
  return failures;
}

function releaseId(inputs: Properties): string {
  return `${asText(inputs.namespace)}/${asText(inputs.name)}`;
}

function outputsOf(inputs: Properties, status: ReleaseStatus): Properties {
  const { values: _values, ...shown } = status;
  return { ...inputs, status: { ...shown } };
}
