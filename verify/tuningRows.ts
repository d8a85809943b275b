import { isUnknown } from "../facts/asked.ts";
import type { KernelFacts } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import type { CheckId } from "./checks.ts";
import { askedRow, type Row, row } from "./row.ts";
import { type Comparison, hostSubject } from "./subject.ts";

/** The host's tuning. What the fleet does not declare is shown beside what the VM specification asks for. */

const NOT_DECLARED = "not declared";

/** Values of the VM specification. */
const SPECIFICATION = {
  governor: "performance",
  "numa-balancing": "0",
  "transparent-hugepages": "always",
  "thp-defrag": "always",
} as const satisfies Partial<Record<CheckId, string>>;

type TuningCheck = keyof typeof SPECIFICATION;

export function tuningRows(comparison: Comparison): Row[] {
  const { facts, machine } = comparison;
  const subject = hostSubject(machine);
  return (Object.keys(SPECIFICATION) as TuningCheck[]).map((check) => {
    const init = { declared: `${NOT_DECLARED} (specified: ${SPECIFICATION[check]})` };
    const kernel = isUnknown(facts.kernel) ? facts.kernel : facts.kernel;
    return askedRow(check, subject, kernel, init, (found) =>
      row(check, subject, "info", { ...init, live: liveTuning(check, found) ?? "the kernel has none" }),
    );
  });
}

function liveTuning(check: TuningCheck, kernel: KernelFacts): string | undefined {
  if (check === "governor") return governors(kernel.governors);
  if (check === "numa-balancing") return kernel.numaBalancing;
  return check === "thp-defrag" ? kernel.thpDefrag : kernel.thp;
}

/** `performance`, or each governor with its CPUs. */
function governors(byCpu: KernelFacts["governors"]): string | undefined {
  const groups = Map.groupBy([...byCpu], ([, governor]) => governor);
  if (groups.size <= 1) return [...groups.keys()][0];
  return [...groups]
    .map(([governor, cpus]) => `${governor} on ${formatCpuset(cpus.map(([cpu]) => cpu))}`)
    .join(", ");
}
