import type { KernelFacts } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import type { Host } from "../model/host.ts";
import type { CheckId } from "./checks.ts";
import { askedRow, type Row, row } from "./row.ts";
import { type Comparison, hostSubject } from "./subject.ts";

/** The host's tuning. What the fleet does not declare is shown beside what the VM specification asks for. */

interface Setting {
  readonly at: string;
  /** The VM specification's value. */
  readonly specified: string;
  readonly declared: (tuning: NonNullable<Host["tuning"]>) => string | undefined;
  /** undefined: the kernel has no such setting. */
  readonly live: (kernel: KernelFacts) => string | undefined;
  /** What a kernel without the setting does all the same; undefined where there is no such thing. */
  readonly absent?: string;
}

const SETTINGS = {
  governor: {
    at: ".governor",
    specified: "performance",
    declared: ({ governor }) => governor,
    live: ({ governors }) => governorText(governors),
  },
  "numa-balancing": {
    at: ".numaBalancing",
    specified: "0",
    declared: ({ numaBalancing }) => (numaBalancing === undefined ? undefined : String(numaBalancing)),
    live: ({ numaBalancing }) => numaBalancing,
    absent: "0",
  },
  "transparent-hugepages": {
    at: ".transparentHugepages.enabled",
    specified: "always",
    declared: ({ transparentHugepages }) => transparentHugepages?.enabled,
    live: ({ thp }) => thp,
    absent: "never",
  },
  "thp-defrag": {
    at: ".transparentHugepages.defrag",
    specified: "always",
    declared: ({ transparentHugepages }) => transparentHugepages?.defrag,
    live: ({ thpDefrag }) => thpDefrag,
    absent: "never",
  },
} as const satisfies Partial<Record<CheckId, Setting>>;

export function tuningRows(comparison: Comparison): Row[] {
  const { facts, machine, isRehearsal } = comparison;
  const subject = hostSubject(machine);
  const tuning = isRehearsal ? undefined : machine.host.tuning;
  return Object.entries(SETTINGS).map(([name, setting]: [string, Setting]) => {
    const check = name as keyof typeof SETTINGS;
    const want = tuning && setting.declared(tuning);
    const declared = want ?? `not declared (specified: ${setting.specified})`;
    const init = { declared, at: want === undefined ? "" : `.tuning${setting.at}` };
    return askedRow(check, subject, facts.kernel, init, (kernel) => {
      const now = setting.live(kernel);
      const live = now ?? "the kernel has none";
      const status = want === undefined ? "info" : (now ?? setting.absent) === want ? "ok" : "differs";
      return row(check, subject, status, {
        ...init,
        live,
        remedy:
          "Run `pulumi refresh` and `pulumi up`; what could hurt running guests waits for the host's next boot, unless tuning.allowDisruption is true.",
      });
    });
  });
}

/** `performance`, or each governor with its CPUs. */
function governorText(byCpu: KernelFacts["governors"]): string | undefined {
  const groups = Map.groupBy([...byCpu], ([, governor]) => governor);
  if (groups.size <= 1) return [...groups.keys()][0];
  return [...groups]
    .map(([governor, cpus]) => `${governor} on ${formatCpuset(cpus.map(([cpu]) => cpu))}`)
    .join(", ");
}
