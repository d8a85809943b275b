/** Fleets that the tests of max-runners, seats and what-if ask about, and how they ask. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { stringify } from "yaml";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { captured } from "./captured.ts";

export async function fleet(command: string, ...args: string[]) {
  return captured((streams) => runFleetCommand([command, ...args], streams));
}

export const TODAY = ["--today", "2026-05-06"];
export const json = async (command: string, ...args: string[]) => {
  const { code, out, err } = await fleet(command, ...args, ...TODAY, "--json");
  return { code, err, report: JSON.parse(out) };
};

const folder = mkdtempSync(join(tmpdir(), "numafleet-questions-"));
afterAll(() => rmSync(folder, { recursive: true }));
export const file = (name: string, content: FleetInput) => {
  const path = join(folder, name);
  writeFileSync(path, stringify(content));
  return path;
};

const recorded = { source: "detected", date: "2026-05-03" } as const;
export const node = (name: string, cluster: string, memory: string) => ({
  name,
  cluster,
  recorded,
  allocatable: { cpu: "8", memory, ephemeralStorage: "100Gi", pods: 20 },
  running: { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 },
});
export const set = (name: string, cluster: string, maxRunners: number) => ({
  name,
  cluster,
  scope: "owner",
  labels: ["build-x64"],
  maxRunners,
  containers: [
    { name: "runner" as const, requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } },
  ],
});
/** Two clusters with a node and a scale set of the same name each. */
export const twoClusters = file("two.yaml", {
  nodes: [node("n", "east", "8Gi"), node("n", "west", "4Gi")],
  scaleSets: [set("s", "east", 2), set("s", "west", 1)],
  policy: { newOwnerMaximum: 10 },
});
export const three = file("three.yaml", {
  nodes: [node("a", "default", "8Gi"), node("b", "default", "8Gi"), node("c", "default", "8Gi")],
  scaleSets: [set("s", "default", 3)],
  policy: { newOwnerMaximum: 10 },
});
/** One node takes all by requests, and not by memory limits. */
export const loose = file("loose.yaml", {
  nodes: [node("a", "default", "8Gi"), node("b", "default", "8Gi")],
  scaleSets: [
    {
      ...set("s", "default", 3),
      containers: [
        { name: "runner", requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "4Gi" } },
      ],
    },
  ],
  policy: { newOwnerMaximum: 10 },
});
