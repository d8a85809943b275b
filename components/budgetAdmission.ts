import type { Fleet } from "../model/fleet.ts";
import type { ScaleSet } from "../model/scaleset.ts";

/**
 * The budgets of a cluster as a ValidatingAdmissionPolicy: ARC's controller takes any `maxRunners`, whoever applies
 * it. What is declared in the fleet may have the maximum that was judged; another scale set that advertises a label
 * with a ceiling starts with the default of new owners.
 *
 * The maximum is an annotation of the scale set's namespace, which only who governs the cluster may change, and not a
 * figure in the policy: an API server compiles a changed policy up to a second later, and a release that is raised
 * right after its budget was refused by the old one.
 */

/** Cluster-wide, and the same from every stack: two that declare one cluster's budgets are to be told, by a conflict. */
export const BUDGET_POLICY = "numafleet-runner-budgets";

/** With the scale set's name behind it, the annotation of its namespace that holds its budget. */
const BUDGET_ANNOTATION = "numafleet/budget.";

/** The annotations of a scale set's namespace that the policy reads. */
export function budgetAnnotations({ name, maxRunners }: Pick<ScaleSet, "name" | "maxRunners">) {
  return { [`${BUDGET_ANNOTATION}${name}`]: String(maxRunners) };
}

/** The `spec` of the policy. */
export function budgetPolicy({ policy }: Pick<Fleet, "policy">) {
  const labels = policy.labels.map((l) => text(lowerAscii(l.label))).sort();
  const newOwner = policy.newOwnerMaximum;
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
      {
        name: "annotations",
        expression: "has(namespaceObject.metadata.annotations) ? namespaceObject.metadata.annotations : {}",
      },
      { name: "budget", expression: `${text(BUDGET_ANNOTATION)} + object.metadata.name` },
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
      { name: "hasBudget", expression: "variables.budget in variables.annotations" },
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
        expression:
          "!variables.hasBudget || variables.maximum <= int(variables.annotations[variables.budget])",
        messageExpression:
          '"scale set " + variables.key + " asks for up to " + string(variables.maximum) + " runners, its budget is " + variables.annotations[variables.budget] + ". Raise it in the fleet, where it is judged."',
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
