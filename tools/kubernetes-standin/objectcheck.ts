/** Checks and completes the inputs of an API object, without asking any cluster. */
import { isNamespaced, parseToken, type Token } from "./kinds.ts";
import {
  autoname,
  dnsLabelProblem,
  LABEL_LENGTH,
  labelValueProblem,
  objectNameProblem,
  qualifiedKeyProblem,
  SUBDOMAIN_LENGTH,
} from "./names.ts";
import { checkQuantities } from "./quantitycheck.ts";
import type { CheckRequest, CheckResult } from "./resource.ts";
import type { Failure } from "./settings.ts";
import { asObject, asText, isObject, markSecrets } from "./values.ts";
import { type Properties, Secret, UNKNOWN, type Value } from "./wire.ts";

/** Marks a name as given by us, so that later runs keep it; the vendor's annotation. */
export const AUTONAMED = "pulumi.com/autonamed";

/** @param defaultNamespace asked only when a namespaced object names none. */
export async function checkObject(
  request: CheckRequest,
  defaultNamespace: () => Promise<string>,
): Promise<CheckResult> {
  const inputs: Properties = { ...request.news };
  const token = parseToken(request.type, asText(inputs.apiVersion), asText(inputs.kind));
  const failures: Failure[] = [];
  for (const key of ["apiVersion", "kind"] as const) {
    if (asText(inputs[key]) === undefined)
      failures.push({ property: key, reason: "it is missing or no text" });
  }
  if (
    inputs.metadata !== undefined &&
    inputs.metadata !== null &&
    inputs.metadata !== UNKNOWN &&
    !isMetadata(inputs.metadata)
  ) {
    failures.push({ property: "metadata", reason: "an object is expected" });
    return { inputs, failures };
  }
  if (inputs.metadata === UNKNOWN) return { inputs: markSecretKind(inputs, token), failures };
  const metadata = nameObject({ ...asObject(inputs.metadata) }, token, request, failures);
  const scope = isNamespaced(token);
  if (scope === true && (metadata.namespace === undefined || metadata.namespace === null)) {
    metadata.namespace = await defaultNamespace();
  } else if (scope === false && metadata.namespace !== undefined && metadata.namespace !== null) {
    const given = JSON.stringify(asText(metadata.namespace) ?? null);
    failures.push({
      property: "metadata.namespace",
      reason: `${given} was given, but a ${token.kind} lives in no namespace`,
    });
  }
  failures.push(...metadataFailures(metadata, token), ...checkQuantities(inputs, token));
  inputs.metadata = inputs.metadata instanceof Secret ? new Secret(metadata) : metadata;
  return { inputs: markSecretKind(inputs, token), failures };
}

function isMetadata(value: Value): boolean {
  return isObject(value) || (value instanceof Secret && isObject(value.value));
}

function nameObject(
  metadata: Properties,
  token: Token,
  request: CheckRequest,
  failures: Failure[],
): Properties {
  if (metadata.name !== undefined && metadata.name !== null) return metadata;
  if (token.isPatch) {
    const reason = "a Patch changes an object that exists, so it must name it";
    failures.push({ property: "metadata.name", reason });
    return metadata;
  }
  if (metadata.generateName !== undefined && metadata.generateName !== null) {
    const reason = 'the stand-in does not cover it; give "name", or neither to have one made';
    failures.push({ property: "metadata.generateName", reason });
    return metadata;
  }
  const old = asObject(request.olds.metadata);
  const kept = asObject(old.annotations)[AUTONAMED] === undefined ? undefined : asText(old.name);
  const limit = token.kind === "Namespace" || token.kind === "Service" ? LABEL_LENGTH : SUBDOMAIN_LENGTH;
  const name = kept ?? request.proposedName ?? autoname(request.name, request.seed, limit);
  return { ...metadata, name, annotations: { ...asObject(metadata.annotations), [AUTONAMED]: "true" } };
}

function metadataFailures(metadata: Properties, token: Token): Failure[] {
  const failures: Failure[] = [];
  const report = (property: string, reason: string | undefined) => {
    if (reason !== undefined) failures.push({ property, reason });
  };
  const reportText = (key: string, problem: (text: string) => string | undefined) => {
    const value = metadata[key];
    if (
      value === undefined ||
      value === null ||
      value === UNKNOWN ||
      (value instanceof Secret && value.value === UNKNOWN)
    )
      return;
    const text = asText(value);
    report(
      `metadata.${key}`,
      text === undefined ? `a text is expected, ${JSON.stringify(value)} was given` : problem(text),
    );
  };
  reportText("name", (name) => objectNameProblem(token.kind, name));
  reportText("namespace", dnsLabelProblem);
  for (const field of ["labels", "annotations"] as const) {
    for (const [key, member] of Object.entries(asObject(metadata[field]))) {
      const property = `metadata.${field}[${JSON.stringify(key)}]`;
      report(property, qualifiedKeyProblem(key));
      const plain = member instanceof Secret ? member.value : member;
      if (plain === UNKNOWN || plain === null) continue;
      if (typeof plain !== "string")
        report(property, `a text is expected, ${JSON.stringify(plain)} was given; quote it`);
      else if (field === "labels") report(property, labelValueProblem(plain));
    }
  }
  return failures;
}

/** The content of a Secret is secret, whoever forgot to say so. */
export function markSecretKind(
  properties: Properties,
  token: Pick<Token, "kind" | "apiVersion">,
): Properties {
  if (token.kind !== "Secret" || token.apiVersion !== "v1") return properties;
  const pattern = { data: new Secret(null), stringData: new Secret(null) };
  return markSecrets(properties, pattern) as Properties;
}
