import { type Finding, FleetError, finding } from "../model/finding.ts";

/** A move that is refused, with every reason. */
export function refused(findings: readonly Finding[]): FleetError {
  return new FleetError("The VM is not moved:", findings);
}

export type Reason = Readonly<Record<"message" | "remedy", string>>;

/** A finding about a VM that is to move. */
export function aboutVm(rule: string, vm: string, { message, remedy }: Reason): Finding {
  return finding({ rule, path: "vms", subject: `VM ${vm}`, message, remedy });
}
