import { count, listNames } from "../capacity/host/names.ts";
import type { HostSeats, VmSeatsAnswer } from "../capacity/questions/vmSeats.ts";
import { formatCpuset } from "../model/cpuset.ts";
import type { Finding } from "../model/finding.ts";
import { formatBytes, formatStorage } from "../model/format.ts";
import type { VM } from "../model/vm.ts";
import { renderFinding } from "./findings.ts";
import type { Section } from "./sections.ts";
import { formatReach } from "./stops.ts";

/** The answer of `fleet seats --vm`, for people. */

/** Hosts beyond these are counted. */
const MOST_HOSTS = 5;

/** `8 vCPUs (dedicated), 32Gi, 2 guest cells, pages of 1GiB, ssd 40 GB`. */
export function describeVm({
  vcpus,
  memory,
  cpuPolicy = "dedicated",
  guestCells = 1,
  hugepages,
  disks,
  gpus,
  bridge,
}: VM): string {
  return [
    `${count(vcpus, "vCPU")} (${cpuPolicy})`,
    formatBytes(memory),
    ...(guestCells > 1 ? [count(guestCells, "guest cell")] : []),
    ...(hugepages === undefined ? [] : [`pages of ${hugepages}`]),
    ...disks.map((disk) => `${disk.class} ${formatStorage(disk.size)}`),
    ...gpus.map(({ model, vgpu }) =>
      vgpu === undefined ? `GPU ${model ?? "of any model"}` : `vGPU ${vgpu.type}`,
    ),
    ...(bridge === undefined ? [] : [`bridge ${bridge}`]),
  ].join(", ");
}

export function vmSeatsSections(shape: VM, answer: VmSeatsAnswer, findings: readonly Finding[]): Section[] {
  const { seats, where, stops, besideVms, withoutPlace, survive, exact } = answer;
  return [
    {
      before: [`Seats for VMs of ${describeVm(shape)}, beside ${count(besideVms, "VM")} of the fleet:`],
      table: {
        head: ["", "seats", "where"],
        rows: [
          ["as it is", formatReach(seats), most(where.map(whereText), ", ", "-")],
          ...(survive ? [["any one host lost", formatReach(survive.seats), lossText(survive.worst)]] : []),
        ],
        text: [0, 2],
      },
      after: survive?.worst ? lossLines(survive.worst) : [],
    },
    {
      before: ["What stops the next one:"],
      after:
        stops.length === 0
          ? ["  there is no host, or nothing that counts bounds them"]
          : lines(stops.map(({ host, why }) => `  ${host} ${why}`)),
    },
    ...(withoutPlace.length === 0
      ? []
      : [{ before: [`Not counted, since they have no place themselves: ${listNames(withoutPlace)}.`] }]),
    ...(findings.length === 0 ? [] : [{ before: findings.map(renderFinding) }]),
    {
      before: [
        exact
          ? "All figures are exact."
          : "Not all figures are exact, as the fleet is large: `4 to 9` is at least 4, and 10 is proven to be too many.",
      ],
    },
  ];
}

/** `a 4 (cell 0: 2, cell 1: 2)`. */
function whereText({ host, seats, cells }: HostSeats): string {
  const by = cells.map(
    ({ cells: ids, seats: n }) => `${ids.length === 1 ? "cell" : "cells"} ${formatCpuset(ids)}: ${n}`,
  );
  return by.length === 0 ? `${host} ${seats}` : `${host} ${seats} (${by.join(", ")})`;
}

type Loss = NonNullable<NonNullable<VmSeatsAnswer["survive"]>["worst"]>;

function lossText(worst: Loss | null): string {
  return worst === null ? "-" : `the fewest without ${worst.host}`;
}

function lossLines({ host, moved, lost, homeless }: Loss): string[] {
  return [
    ...(moved > 0
      ? [
          `Without ${host} ${count(moved, "VM")} that ${moved === 1 ? "was" : "were"} placed there ${moved === 1 ? "is" : "are"} placed elsewhere first.`,
        ]
      : []),
    ...(lost.length > 0
      ? [`Lost with ${host}, which ${lost.length === 1 ? "it names" : "they name"}: ${listNames(lost)}.`]
      : []),
    ...(homeless.length > 0
      ? [`Without ${host} there is no place for ${listNames(homeless)}, so no more of the shape has one.`]
      : []),
  ];
}

function most(all: readonly string[], by: string, none: string): string {
  if (all.length === 0) return none;
  const more = all.length - MOST_HOSTS;
  return `${all.slice(0, MOST_HOSTS).join(by)}${more > 0 ? ` and ${count(more, "more host")}` : ""}`;
}

function lines(all: readonly string[]): string[] {
  const more = all.length - MOST_HOSTS;
  return [
    ...all.slice(0, MOST_HOSTS),
    ...(more > 0 ? [`  and ${count(more, "more host")}; --json has all.`] : []),
  ];
}
