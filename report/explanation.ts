import type { Candidate, ScoredShare } from "../capacity/explain/candidates.ts";
import type { Explanation } from "../capacity/explain/explain.ts";
import { type Figure, PARTS, type Part } from "../capacity/explain/figure.ts";
import { count } from "../capacity/host/names.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { formatBandwidth, formatBytes, formatStorage } from "../model/format.ts";
import { renderSections, type Section } from "./sections.ts";

/** The explanation of a VM, for people. */

/** Candidates beyond these are counted; --json has all. */
const MOST_HOSTS = 20;

const TITLES: Readonly<Record<Part, string>> = {
  place: "Place:",
  CPU: "CPU:",
  memory: "Memory:",
  storage: "Storage:",
  network: "Network:",
  devices: "Devices:",
};

export function renderExplanation(explanation: Explanation): string {
  const { vm, host, figures, place } = explanation;
  const sections = PARTS.flatMap((part): Section[] => {
    const own = figures.filter((figure) => figure.part === part);
    const section = {
      before: [TITLES[part]],
      table: { head: HEAD, rows: own.map(row), text: TEXT },
      after: own.flatMap(pinLines),
    };
    return part === "place" ? [section, ...candidates(place.hosts)] : [section];
  });
  const title = host === null ? `VM ${vm} has no place:` : `VM ${vm} on host ${host}:`;
  return renderSections([{ before: [title] }, ...sections, { before: LEGEND }]);
}

const HEAD = ["figure", "value", "by", "how", "source"];
const TEXT = [0, 1, 2, 3, 4];
const LEGEND = [
  "set: the fleet says it. default: a rule or a constant gives it. placed: chosen now, and recorded nowhere yet.",
  "recorded: chosen before, and kept.",
];

/** vCPUs to a line. */
const LINE = 16;

/** Which vCPU runs where. */
function pinLines({ name, value }: Figure): string[] {
  if (name !== "pins") return [];
  const pins = (value as readonly (readonly number[])[]).map((pin, vcpu) => `${vcpu}→${formatCpuset(pin)}`);
  const lines = Array.from({ length: Math.ceil(pins.length / LINE) }, (_, i) =>
    pins.slice(i * LINE, (i + 1) * LINE),
  );
  return ["vCPU → CPU:", ...lines.map((line) => `  ${line.join(" ")}`)];
}

function row({ name, text, by, formula, source }: Figure): string[] {
  return [name, text, by, formula, source];
}

function candidates(hosts: readonly Candidate[]): Section[] {
  if (hosts.length === 0) return [];
  const shown = hosts.slice(0, MOST_HOSTS);
  const more = hosts.length - shown.length;
  return [
    {
      before: [
        "Hosts as they were before it was placed; the score is the mean of (limit − used − asked) / limit:",
      ],
      table: {
        head: ["host", "score", "VMs", "left of what counts, or what keeps it off"],
        rows: shown.map((host) => [
          host.chosen ? `${host.host} (chosen)` : host.host,
          host.score === null ? "-" : host.score.toFixed(4),
          `${host.vms}`,
          host.why ?? (host.shares.length === 0 ? "not scored: the fewest VMs win" : shares(host.shares)),
        ]),
        text: [0, 3],
      },
      after: more === 0 ? [] : [`and ${count(more, "more host")}; --json has all.`],
    },
  ];
}

const RESOURCES: Readonly<Record<ScoredShare["resource"], string>> = {
  cpu: "CPU",
  memory: "memory",
  disk: "disk",
  network: "network",
  diskIo: "disk I/O",
};

function shares(list: readonly ScoredShare[]): string {
  return list
    .map(
      ({ resource, left, limit, share }) =>
        `${RESOURCES[resource]} ${amount(resource, left)} of ${amount(resource, limit)} = ${share.toFixed(4)}`,
    )
    .join(", ");
}

function amount(resource: ScoredShare["resource"], value: number): string {
  if (resource === "memory") return formatBytes(value);
  if (resource === "disk") return formatStorage(value);
  return resource === "cpu" ? `${Math.round(value * 100) / 100}` : formatBandwidth(value);
}
