import { askAreas } from "./catalogue/ask.ts";
import type { RuleArea } from "./catalogue/entry.ts";
import { hostAreas } from "./catalogue/host.ts";
import { inputAreas } from "./catalogue/input.ts";
import { labAreas } from "./catalogue/lab.ts";
import { moveAreas } from "./catalogue/move.ts";
import { placementAreas } from "./catalogue/placement.ts";
import { runnerAreas } from "./catalogue/runners.ts";

/** All areas in the order of the page. */
export const catalogue: readonly RuleArea[] = [
  ...hostAreas,
  ...placementAreas,
  ...runnerAreas,
  ...askAreas,
  ...inputAreas,
  ...labAreas,
  ...moveAreas,
];
