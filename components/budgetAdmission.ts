import { namespaceOf } from "../model/arc.ts";
import type { Fleet } from "../model/fleet.ts";

/**
 * The budgets of a cluster as a ValidatingAdmissionPolicy: ARC's controller takes any `maxRunners`, whoever applies
 * it. What is declared in the fleet may have the maximum that was judged; another scale set that advertises a label
 * with a ceiling starts with the default of new owners.
 */

/** Cluster-wide, and the same from every stack: two that declare one cluster's budgets are to be told, by a conflict. */
export const BUDGET_POLICY = "numafleet-runner-budgets";

/** The `spec` of the policy. */
export function budgetPolicy(fleet: Pick<Fleet, "scaleSets" | "policy">, cluster: string) {
  const sets = fleet.scaleSets.filter((s) => s.cluster === cluster);
  const budgets = sets.map((s) => `${text(`${namespaceOf(s)}/${s.name}`)}: ${s.maxRunners}`).sort();
  const labels = fleet.policy.labels.map((l) => text(lowerAscii(l.label))).sort();
  const newOwner = fleet.policy.newOwnerMaximum;
  return {
    // What cannot be judged is not let in.
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ["actions.github.com"],
          apiVersions: ["*"],
          operations: ["CREATE", "UPDATE"],
          resources: ["autoscalingrunnersets"],
        },
      ],
    },
    // Finalizers, annotations and what is being deleted are the controller's business.
    matchConditions: [
      {
        name: "changes-the-spec",
        expression: 'request.operation == "CREATE" || object.spec != oldObject.spec',
      },
    ],
    variables: [
      { name: "key", expression: 'object.metadata.namespace + "/" + object.metadata.name' },
      { name: "budgets", expression: `{${budgets.join(", ")}}` },
      {
        // Without labels of its own a scale set is asked for by its name.
        name: "labels",
        expression:
          "has(object.spec.runnerScaleSetLabels) && size(object.spec.runnerScaleSetLabels) > 0 ? object.spec.runnerScaleSetLabels : [has(object.spec.runnerScaleSetName) ? object.spec.runnerScaleSetName : object.metadata.name]",
      },
      {
        name: "isShared",
        expression: `variables.labels.exists(l, l.lowerAscii() in [${labels.join(", ")}])`,
      },
      { name: "hasBudget", expression: "variables.key in variables.budgets" },
      {
        name: "maximum",
        expression: "has(object.spec.maxRunners) ? object.spec.maxRunners : 2147483647",
      },
    ],
    validations: [
      {
        expression: "has(object.spec.maxRunners) || !(variables.hasBudget || variables.isShared)",
        messageExpression:
          '"scale set " + variables.key + " states no maxRunners: ARC would start as many runners as there are jobs. State it within its budget."',
      },
      {
        expression: "!variables.hasBudget || variables.maximum <= variables.budgets[variables.key]",
        messageExpression:
          '"scale set " + variables.key + " asks for up to " + string(variables.maximum) + " runners, its budget is " + string(variables.budgets[variables.key]) + ". Raise it in the fleet, where it is judged."',
      },
      {
        expression: `variables.hasBudget || !variables.isShared || variables.maximum <= ${newOwner}`,
        messageExpression: `"scale set " + variables.key + " is not declared in the fleet and advertises a label with a ceiling: it asks for up to " + string(variables.maximum) + " runners, ${newOwner} is the most without a budget. Declare it in the fleet, where it is judged."`,
      },
    ],
  };
}

/** As CEL's `lowerAscii`. */
function lowerAscii(label: string): string {
  return label.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A CEL string; JSON's escapes are all CEL's too. */
function text(value: string): string {
  return JSON.stringify(value);
}
