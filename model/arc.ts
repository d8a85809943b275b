import { ARC_VERSION } from "./cluster.ts";
import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { eachSound, type Outline } from "./outline.ts";

/**
 * What the charts and the API server would refuse only when they are asked. The charts write names, the runner group
 * and the Secret's name into YAML without quotes, and GitHub's scope becomes labels of every object.
 * Source: charts gha-runner-scale-set and gha-runner-scale-set-controller 0.14.2, templates; ARC's resourcebuilder.go.
 */

type Set = Outline<Fleet["scaleSets"][number]>;

/** The namespace of a scale set: at most 49 characters, of the 63 that Kubernetes takes. */
export function namespaceOf({ name }: { readonly name: string }): string {
  return `arc-${name}`;
}

/** Where the controllers of clusters without an entry are, as GitHub's own guide installs them. */
export const DEFAULT_CONTROLLER = { namespace: "arc-systems", release: "arc", version: ARC_VERSION } as const;

export function checkArc({ clusters, scaleSets, nodes }: Outline<Fleet>): Finding[] {
  return [
    ...eachSound(scaleSets, "scaleSets", (set, at) => [
      ...checkPlain(set.name, `${at}.name`),
      ...checkPlain(set.runnerGroup, `${at}.runnerGroup`),
      ...checkPlain(set.githubSecret, `${at}.githubSecret`),
      ...checkPlain(set.proxy?.http?.credentialSecret, `${at}.proxy.http.credentialSecret`),
      ...checkPlain(set.proxy?.https?.credentialSecret, `${at}.proxy.https.credentialSecret`),
      ...checkPlain(set.githubServerTls?.configMap, `${at}.githubServerTls.configMap`),
      ...checkPlain(set.githubServerTls?.key, `${at}.githubServerTls.key`),
      ...checkLabels(set, at),
      ...checkScope(set, at),
      ...checkNamespace(set, at, clusters),
      ...checkPriorityClass(set.priorityClass, set.cluster, `${at}.priorityClass`, clusters),
    ]),
    ...eachSound(clusters, "clusters", ({ name, controller }, at) => [
      ...checkPlain(controller?.release, `${at}.controller.release`),
      ...checkPlain(controller?.namespace, `${at}.controller.namespace`),
      ...checkHome(controller, `${at}.controller.namespace`),
      ...checkPriorityClass(controller?.priorityClass, name, `${at}.controller.priorityClass`, clusters),
    ]),
    ...eachSound(nodes, "nodes", ({ managed, vm, name }, at) =>
      managed !== true || vm === undefined
        ? []
        : [
            wrong(
              `${at}.managed`,
              `node ${name ?? at}`,
              "true",
              `beside \`vm\`, the VM's own labels and taints are kept on the node`,
              "Remove `managed`, or `vm`.",
            ),
          ],
    ),
  ];
}

/** What YAML 1.1 reads as something else than a text: figures in any base, dates, booleans, null. */
const OTHER_TYPE =
  /^(?:[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|0[box][0-9a-f_]+|\d{4}-\d\d?-\d\d?|y|n|yes|no|on|off|true|false|null|~|\.nan|[-+]?\.inf)$/i;
/** A text that begins with a letter or digit and has neither `: ` nor ` #` stays what it is without quotes. */
const PLAIN = /^[\p{L}\p{N}](?:(?!: | #)[^\p{Cc}])*$/u;

/** True if YAML keeps the text as it is without quotes. */
export function isPlain(text: string): boolean {
  return !OTHER_TYPE.test(text) && PLAIN.test(text) && !/[:\s]$/.test(text);
}

function checkPlain(text: string | undefined, path: string): Finding[] {
  if (text === undefined) return [];
  const expected = "the chart writes it into YAML without quotes";
  if (OTHER_TYPE.test(text))
    return [
      wrong(
        path,
        path,
        JSON.stringify(text),
        `${expected}, where it would be no text`,
        "Put a letter into it.",
      ),
    ];
  if (isPlain(text)) return [];
  return [
    wrong(
      path,
      path,
      JSON.stringify(text),
      `${expected}: it has to begin with a letter or digit, without ": ", " #", control characters and a blank or colon at its end`,
      "Take another one.",
    ),
  ];
}

const MOST_BYTES = 255;

/** The schema counts characters; the chart counts bytes. */
function checkLabels({ labels }: Set, at: string): Finding[] {
  return eachSound(labels, `${at}.labels`, (label, path) => {
    const bytes = utf8Length(label);
    if (bytes <= MOST_BYTES) return [];
    return [
      {
        ...wrong(
          path,
          path,
          `a label of ${bytes} bytes`,
          `the chart takes at most ${MOST_BYTES}`,
          "Shorten it.",
        ),
        have: bytes,
        limit: MOST_BYTES,
        unit: "bytes",
      },
    ];
  });
}

function utf8Length(text: string): number {
  return [...text].reduce((sum, char) => {
    const code = char.codePointAt(0) ?? 0;
    return sum + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
  }, 0);
}

/** ARC cuts a longer name to the 63 characters of a label's value, but then leaves what it begins with. */
function checkScope({ scope }: Set, at: string): Finding[] {
  const repository = scope?.split("/")[1];
  if (repository === undefined || repository.length <= 63 || /^[A-Za-z0-9]/.test(repository)) return [];
  return [
    wrong(
      `${at}.scope`,
      `${at}.scope`,
      JSON.stringify(scope),
      "ARC makes a label of the repository's name, and one of more than 63 characters has to begin with a letter or digit",
      "Register at the organisation, or rename the repository.",
    ),
  ];
}

function checkNamespace(set: Set, at: string, clusters: Outline<Fleet["clusters"]> | undefined): Finding[] {
  if (set.name === undefined || set.cluster === undefined) return [];
  const own = clusters?.find((c) => c?.name === set.cluster);
  const taken = own?.controller ? own.controller.namespace : DEFAULT_CONTROLLER.namespace;
  if (namespaceOf({ name: set.name }) !== taken) return [];
  return [
    wrong(
      `${at}.name`,
      `scale set ${set.name}`,
      JSON.stringify(set.name),
      `its namespace would be ${taken}, which is the controller's in cluster ${set.cluster}`,
      "Give it another name.",
    ),
  ];
}

/** Kubernetes' own namespaces, which every cluster has. */
const KUBERNETES_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** The namespace of a controller that is installed is made with it, and deleted after it with all that is in it. */
function checkHome(controller: Outline<Fleet["clusters"][number]>["controller"], path: string): Finding[] {
  const { install, namespace } = controller ?? {};
  if (install !== true || namespace === undefined || !KUBERNETES_NAMESPACES.includes(namespace)) return [];
  return [
    wrong(
      path,
      path,
      JSON.stringify(namespace),
      "that is Kubernetes' own, and the controller's is made with it and deleted after it",
      "Give the controller a namespace of its own.",
    ),
  ];
}

/** Kubernetes' own classes are always there. */
const BUILT_IN = ["system-cluster-critical", "system-node-critical"];

function checkPriorityClass(
  given: string | undefined,
  cluster: string | undefined,
  path: string,
  clusters: Outline<Fleet["clusters"]> | undefined,
): Finding[] {
  if (given === undefined || cluster === undefined || BUILT_IN.includes(given)) return [];
  const declared = clusters?.find((c) => c?.name === cluster)?.priorityClasses?.map((p) => p?.name) ?? [];
  if (declared.includes(given) || declared.includes(undefined)) return [];
  const known = declared.length === 0 ? "none is declared" : `known: ${declared.join(", ")}`;
  return [
    finding({
      rule: "model/unknown-name",
      path,
      subject: `priority class ${given}`,
      message: `\`${path}\` is ${JSON.stringify(given)}, but cluster ${cluster} has no priority class of that name (${known}).`,
      remedy: "Declare it in the `priorityClasses` of that cluster in `clusters`.",
    }),
  ];
}

function wrong(path: string, subject: string, given: string, reason: string, remedy: string): Finding {
  return finding({
    rule: "model/invalid-value",
    path,
    subject,
    message: `\`${path}\` is ${given}; ${reason}.`,
    remedy,
  });
}
