import { type Finding, finding } from "../../../model/finding.ts";
import type { Survey } from "../survey.ts";

/**
 * A scale set that advertises a KVM label selects the KVM node label: eligibility comes from the label and
 * not from a node's name. A label is a KVM label if `kvm` is one of its words, or if some scale set that
 * advertises it selects the KVM node label.
 */
export function selectKvm({ sets, fleet }: Survey): Finding[] {
  const { key, value } = fleet.policy.kvm;
  const promised = new Set(
    sets.flatMap(({ set }) =>
      set.selector[key] === value
        ? set.labels
        : set.labels.filter((l) =>
            l
              .toLowerCase()
              .split(/[^a-z0-9]+/)
              .includes("kvm"),
          ),
    ),
  );
  return sets.flatMap(({ set, path, active }) => {
    if (!active || set.selector[key] === value) return [];
    const label = set.labels.find((l) => promised.has(l));
    if (label === undefined) return [];
    return [
      finding({
        rule: "runners/kvm-selector",
        path: `${path}.selector`,
        subject: `scale set ${set.name}`,
        message: `Scale set ${set.name} advertises the KVM label ${label} but does not select ${key}=${value}: its jobs may land where there is no KVM.`,
        remedy: `Add ${key}=${value} to its selector, or advertise another label.`,
      }),
    ];
  });
}
