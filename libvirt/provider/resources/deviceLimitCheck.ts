/** Limits of disks and interfaces that libvirt or QEMU would refuse, some of them only when the VM is started. */

import type { CheckFailure } from "../failure.ts";
import { declared } from "../live/devices.ts";
import { objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";

const KINDS = ["totalBytes", "readBytes", "writeBytes", "totalIops", "readIops", "writeIops"] as const;

export function deviceLimitFailures(inputs: Properties): CheckFailure[] {
  return [
    ...declared(inputs, "devices.disks").flatMap((disk, index) =>
      disk.ioTune === undefined
        ? []
        : ioTuneFailures(objectOf(disk, "ioTune"), `devices.disks[${index}].ioTune`),
    ),
    ...declared(inputs, "devices.interfaces").flatMap((item, index) =>
      (["inbound", "outbound"] as const).flatMap((direction) =>
        rateFailures(
          objectOf(objectOf(item, "bandwidth"), direction),
          `devices.interfaces[${index}].bandwidth.${direction}`,
          direction,
        ),
      ),
    ),
  ];
}

function ioTuneFailures(tune: Properties, path: string): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const value = (name: string): number => (typeof tune[name] === "number" ? tune[name] : 0);
  const isGiven = (name: string): boolean => tune[name] !== undefined && tune[name] !== 0;
  for (const unit of ["Bytes", "Iops"]) {
    for (const end of ["Sec", "SecMax"]) {
      const parts = [`read${unit}${end}`, `write${unit}${end}`].filter(isGiven);
      if (!isGiven(`total${unit}${end}`) || parts.length === 0) continue;
      const reason = `stands beside ${parts.join(" and ")}; limit reads and writes together or each, not both`;
      failures.push({ property: `${path}.total${unit}${end}`, reason });
    }
  }
  for (const kind of KINDS) {
    const [base, most, length] = [`${kind}Sec`, `${kind}SecMax`, `${kind}SecMaxLength`] as const;
    if (isGiven(most) && !isGiven(base)) {
      failures.push({ property: `${path}.${most}`, reason: `needs ${base}, the limit after the burst` });
    } else if (isGiven(most) && value(most) > 0 && value(most) < value(base)) {
      const reason = `is ${value(most)}, less than ${base} (${value(base)}); a burst is no slower than what follows it`;
      failures.push({ property: `${path}.${most}`, reason });
    }
    if (value(length) > 1 && !isGiven(most)) {
      failures.push({ property: `${path}.${length}`, reason: `needs ${most}, the limit during the burst` });
    }
  }
  const hasIops = KINDS.filter((kind) => kind.endsWith("Iops")).some((kind) => isGiven(`${kind}Sec`));
  if (isGiven("sizeIopsSec") && !hasIops) {
    const reason = "needs a limit of operations: totalIopsSec, readIopsSec or writeIopsSec";
    failures.push({ property: `${path}.sizeIopsSec`, reason });
  }
  if (tune.groupName !== undefined && !KINDS.some((kind) => isGiven(`${kind}Sec`))) {
    failures.push({ property: `${path}.groupName`, reason: "needs a limit that the group shares" });
  }
  return failures;
}

function rateFailures(rate: Properties, path: string, direction: "inbound" | "outbound"): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const needsAverage = rate.peak !== undefined || rate.burst !== undefined;
  if (needsAverage && (rate.average === undefined || rate.average === 0)) {
    failures.push({ property: `${path}.average`, reason: "is required beside peak and burst" });
  }
  if (direction === "outbound" && rate.floor !== undefined) {
    failures.push({ property: `${path}.floor`, reason: "holds for inbound traffic only" });
  }
  return failures;
}
