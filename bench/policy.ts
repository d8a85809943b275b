import { ROOT } from "../tools/engine/engine.ts";
import { type Figure, median } from "./figure.ts";
import { alternate, type TimedCommand } from "./process.ts";

/** `npm run policy` on the default stack, whole process and npm included, against the start of Node alone. */
export async function benchPolicy(pairs: number): Promise<Figure[]> {
  const node: TimedCommand = { name: "node -e 0", command: process.execPath, args: ["-e", "0"], cwd: ROOT };
  const args = ["run", "--silent", "policy", "--", "--today", "2026-05-06"];
  const policy: TimedCommand = { name: "npm run policy", command: "npm", args, cwd: ROOT };
  const { base, subject, ratios } = await alternate(node, policy, pairs);
  return [
    {
      name: "npm run policy",
      value: median(subject),
      unit: "ms",
      target: 1000,
      runs: pairs,
      detail: `${median(ratios).toFixed(1)}× the start of Node (${median(base).toFixed(0)} ms)`,
    },
  ];
}
