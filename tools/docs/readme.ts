import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diffCapacity } from "../../capacity/diff.ts";
import { judge } from "../../capacity/judge.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { renderFindings } from "../../report/findings.ts";
import { renderDiff } from "../../report/table.ts";
import { builtInStack } from "../../stacks/load.ts";
import { renewBlocks } from "./blocks.ts";

/**
 * Keeps the README's figures true: what stands between `<!-- NAME -->` and `<!-- /NAME -->` is what the product
 * prints for the default stack.
 */

/** The day after the last recorded audit: on it no record is outdated. */
const TODAY = "2026-05-06";

const BLOCKS: Readonly<Record<string, () => string>> = {
  difference: () => fenced("text", renderDiff(diffCapacity(undefined, judged(builtInStack("default"))))),
  refusal: () => {
    const edit = "sed 's/maxRunners: 2/maxRunners: 8/' docs/examples/default.yaml > fleet.yaml";
    const command = `npm run --silent policy -- --fleet fleet.yaml --today ${TODAY}`;
    const head = `fleet.yaml, judged by its own figures as of ${TODAY}:`;
    const findings = renderFindings(judged(eightRunners()).findings);
    return fenced("console", `$ ${edit}\n$ ${command}\n${head}\n${findings}`);
  },
};

/** The default stack with eight VM-test runners. */
function eightRunners(): FleetInput {
  const fleet = builtInStack("default");
  const scaleSets = (fleet.scaleSets ?? []).map((set) =>
    set.name === "jesssullivan-nix-vm-test-kvm" ? { ...set, maxRunners: 8 } : set,
  );
  return { ...fleet, scaleSets };
}

const judged = (fleet: FleetInput) => judge(requireFleet(fleet), { today: TODAY });

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;

/** The README with its blocks renewed. @throws RangeError if a block's marks are missing */
export function renderReadme(
  text: string = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8"),
): string {
  return renewBlocks("README.md", text, BLOCKS);
}
