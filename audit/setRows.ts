import type { ScaleSetFacts } from "../facts/clusterFacts.ts";
import { scopeOf } from "../facts/liveScaleSet.ts";
import type { Fleet } from "../model/fleet.ts";
import { configUrl, type ScaleSet } from "../model/scaleset.ts";
import {
  declaredFigures,
  formatAffinity,
  formatFigures,
  formatSelector,
  formatTolerations,
  sameFigures,
} from "./figures.ts";
import { type LiveSet, listedLabels } from "./liveFleet.ts";
import { type AuditCheck, type AuditRow, type AuditSubject, auditRow } from "./row.ts";

const BRING =
  "`pulumi up` brings it to what is declared, unless somebody changed it by hand, which it does not see: then change it back by hand. Or declare what is live.";

export function setSubject(context: string, name: string, path: string): AuditSubject {
  return { name: `scale set ${context}/${name}`, path };
}

/** A live scale set beside its declaration. */
export function setRows(live: LiveSet): AuditRow[] {
  const { context, facts, declared } = live;
  const at = setSubject(context, live.set.name, declared?.path ?? "");
  const unproven = live.unproven.map((why) =>
    auditRow("envelope", at, "differs", {
      declared: "provable",
      live: why,
      says: `cannot be proven to fit: ${why}`,
      at: ".containers",
      remedy: "Correct its values, or leave out what is not judged: what cannot be proven is refused.",
    }),
  );
  if (!declared) {
    const where = `in namespace ${facts.object.namespace}`;
    return [
      auditRow("undeclared", at, "differs", {
        declared: "nothing",
        live: `${where}, for ${facts.scope || "no scope"}`,
        says: `is live (${where}, for ${facts.scope || "no scope"}) and not declared`,
        remedy: "Declare it in the fleet, or remove it from the cluster.",
      }),
      ...unproven,
    ];
  }
  const { set } = declared;
  const wanted = declaredFigures(set);
  const scope = declaredScope(set);
  const compare = (check: AuditCheck, property: string, want: string, have: string, same = want === have) =>
    auditRow(check, at, same ? "ok" : "differs", {
      declared: want,
      live: have,
      at: `.${property}`,
      remedy: BRING,
    });
  const { requests, limits } = facts.envelope;
  // What cannot be read is told once, as what is not proven.
  const isRead = (of: ScaleSetFacts["unread"][number], rows: () => AuditRow[]) =>
    facts.unread.includes(of) ? [] : rows();
  return [
    auditRow("installed", at, facts.deleting ? "differs" : "ok", {
      declared: "installed",
      live: `${facts.deleting ? "being deleted " : ""}in namespace ${facts.object.namespace}`,
      says: "is being deleted, and starts no further runner",
      remedy:
        "Let its runners finish, or see which finalizer holds it; then `pulumi up --refresh` installs it.",
    }),
    compare("scope", "scope", scope, facts.scope, loose(scope) === loose(facts.scope)),
    compare("labels", "labels", labels(set.labels), labels(listedLabels(facts))),
    compare("selector", "selector", formatSelector(set.selector), formatSelector(facts.selector)),
    compare(
      "tolerations",
      "tolerations",
      formatTolerations(set.tolerations),
      formatTolerations(facts.tolerations),
    ),
    compare("affinity", "affinity", formatAffinity(set.affinity), formatAffinity(facts.affinity)),
    compare("priority-class", "priorityClass", set.priorityClass ?? "none", facts.priorityClass || "none"),
    compare("runtime-class", "runtimeClass", set.runtimeClass?.name ?? "none", facts.runtimeClass || "none"),
    ...isRead("minimum", () => [
      compare("minimum", "minRunners", String(set.minRunners), String(facts.minRunners)),
    ]),
    ...isRead("maximum", () => [
      compare("maximum", "maxRunners", String(set.maxRunners), String(facts.maxRunners ?? "unlimited")),
    ]),
    compare(
      "runner-group",
      "runnerGroup",
      set.runnerGroup,
      facts.runnerGroup,
      loose(set.runnerGroup) === loose(facts.runnerGroup),
    ),
    compare("container-mode", "containerMode", set.containerMode, facts.mode),
    compare("image", "image", imageOf(set), facts.image || "none"),
    ...isRead("envelope", () => [
      compare(
        "requests",
        "containers",
        formatFigures(wanted.requests),
        formatFigures(requests),
        sameFigures(wanted.requests, requests),
      ),
      compare(
        "limits",
        "containers",
        formatFigures(wanted.limits),
        formatFigures(limits),
        sameFigures(wanted.limits, limits),
      ),
    ]),
    ...unproven,
  ];
}

/** With its server before it unless that is github.com, as a live one has it. */
export function declaredScope(set: ScaleSet): string {
  return scopeOf(configUrl(set));
}

function loose(name: string): string {
  return name.toLowerCase();
}

/** GitHub compares labels without case and knows no order. */
function labels(list: readonly string[]): string {
  return [...new Set(list.map(loose))].sort().join(", ");
}

function imageOf(set: ScaleSet): string {
  return set.containers.find((c) => c.name === "runner")?.image ?? set.image;
}

/** Declared scale sets of a cluster that told its own, but not these. */
export function missingSets(fleet: Fleet, context: string, live: readonly LiveSet[]): AuditRow[] {
  const found = new Set(live.filter((s) => s.context === context).map((s) => s.declared?.path));
  return fleet.scaleSets.flatMap((set, i) => {
    const path = `scaleSets[${i}]`;
    if (set.cluster !== context || found.has(path)) return [];
    return [
      auditRow("installed", setSubject(context, set.name, path), "differs", {
        declared: `installed, at most ${set.maxRunners} runners`,
        live: "not there",
        says: "is declared and not in the cluster",
        remedy: "`pulumi up` installs it; or take it out of the fleet.",
      }),
    ];
  });
}
