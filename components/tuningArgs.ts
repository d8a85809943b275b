import type { HostTuningArgs } from "@pulumi/libvirt";
import { type Host, PAGE_SIZES } from "../model/host.ts";

/** What a host's kernel is set to; undefined if the host declares nothing of it. */
export function tuningArgs({ tuning, cells }: Pick<Host, "tuning" | "cells">): HostTuningArgs | undefined {
  if (tuning === undefined) return undefined;
  const { governor, numaBalancing, transparentHugepages: thp, allowDisruption } = tuning;
  const hugepages = tuning.hugepages ? cells.flatMap(pagesOf) : [];
  const settings = {
    ...(governor === undefined ? {} : { governor }),
    ...(numaBalancing === undefined ? {} : { numaBalancing }),
    ...(thp?.enabled === undefined && thp?.defrag === undefined ? {} : { transparentHugepages: thp }),
    ...(hugepages.length === 0 ? {} : { hugepages }),
  };
  if (Object.keys(settings).length === 0) return undefined;
  return { ...settings, ...(allowDisruption ? { allowDisruption } : {}) };
}

function pagesOf({ id, hugepages }: Host["cells"][number]) {
  return PAGE_SIZES.flatMap((size) => {
    const count = hugepages[size];
    return count === undefined ? [] : [{ cell: id, size, count }];
  });
}
