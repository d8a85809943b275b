import { type Finding, finding } from "../model/finding.ts";
import { formatBytes } from "../model/format.ts";
import type { Rehearsal } from "../model/rehearsal.ts";

/** Says, with every preview and update, that what is created is smaller than what is judged. */
export function tellRehearsal(rehearsal: Rehearsal | undefined): Finding[] {
  if (rehearsal === undefined) return [];
  const { cpus, memory } = rehearsal;
  return [
    finding({
      rule: "config/rehearsal",
      severity: "warn",
      path: "numafleet:rehearsal",
      subject: "config numafleet:rehearsal",
      message: `This is a rehearsal: the VMs are judged by what their hosts have, and created with the CPUs (${cpus}) and the memory (${formatBytes(memory)}) of a smaller machine, whose kernel is left as it is.`,
      remedy: "Remove it for the hosts themselves: pulumi config rm numafleet:rehearsal.",
    }),
  ];
}
