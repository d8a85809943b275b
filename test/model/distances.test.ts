import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseFleet, requireFleet } from "../../model/fleet.ts";
import { numa } from "../../stacks/numa.ts";
import { complaints, soundFleet } from "./fleets.ts";

const FORM = "Correct the value; docs/reference.md tells its form.";
const AS_PRINTED = "Write the distances as `numactl --hardware` prints them.";
const AT = "hosts[0].cells";

/** Two cells with these distances, `undefined` for none. */
function cellsWith(...distances: unknown[]) {
  return distances.map((given, id) => ({
    id,
    cores: [`${2 * id}`, `${2 * id + 1}`],
    memory: "16 GiB",
    ...(given === undefined ? {} : { distances: given }),
  }));
}

function distancesOf(...given: unknown[]) {
  const fleet = { ...soundFleet(), hosts: [{ ...soundFleet().hosts[0], cells: cellsWith(...given) }] };
  return requireFleet(fleet).hosts[0]?.cells.map(({ distances }) => distances);
}

test.each<[string, unknown[]]>([
  [
    "of two cells",
    [
      { 0: 10, 1: 21 },
      { 0: 21, 1: 10 },
    ],
  ],
  [
    "that differ by direction, as ACPI allows",
    [
      { 0: 10, 1: 11 },
      { 0: 254, 1: 10 },
    ],
  ],
  [
    "of cells that do not reach each other",
    [
      { 0: 10, 1: 255 },
      { 0: 255, 1: 10 },
    ],
  ],
  ["of one cell", [{ 0: 10 }]],
])("distances %s are taken", (_, given) => expect(distancesOf(...given)).toEqual(given));

test("the default stack's host has none recorded", () => {
  expect(requireFleet(numa).hosts[0]?.cells.map(({ distances }) => distances)).toEqual([{}, {}]);
});

test("in YAML the numbers of cells are written as they are", () => {
  const text = JSON.stringify(soundFleet()).replace(
    '"memory":"16 GiB"',
    '"memory":"16 GiB",distances: {0: 10}',
  );
  expect(parseFleet(parse(text)).fleet?.hosts[0]?.cells[0]?.distances).toEqual({ "0": 10 });
});

test.each<[string, unknown[], string[]]>([
  [
    "a figure below 10 and one above 255",
    [
      { 0: 10, 1: 9 },
      { 0: 256, 1: 10 },
    ],
    [
      `\`${AT}[0].distances["1"]\` is 9; expected a distance: a whole number from 10 to 255. ${FORM}`,
      `\`${AT}[1].distances["0"]\` is 256; expected a distance: a whole number from 10 to 255. ${FORM}`,
    ],
  ],
  [
    "a text",
    [
      { 0: 10, 1: "21" },
      { 0: 21, 1: 10 },
    ],
    [`\`${AT}[0].distances["1"]\` is "21"; expected a distance: a whole number from 10 to 255. ${FORM}`],
  ],
  [
    "the list that sysfs prints",
    [
      [10, 21],
      [21, 10],
    ],
    [
      `\`${AT}[0].distances\` is [10,21]; expected distances by the numbers of cells, like {0: 10, 1: 21}. Write its properties without a list; in YAML without leading dashes.`,
      `\`${AT}[1].distances\` is [21,10]; expected distances by the numbers of cells, like {0: 10, 1: 21}. Write its properties without a list; in YAML without leading dashes.`,
    ],
  ],
  [
    "a key that is no cell's number",
    [
      { 0: 10, "01": 21 },
      { 0: 21, 1: 10 },
    ],
    [`\`${AT}[0].distances\` has the key "01"; expected the number of a cell. Rename the key, or remove it.`],
  ],
  [
    "the two mixed up",
    [
      { 0: 21, 1: 10 },
      { 0: 21, 1: 10 },
    ],
    [
      `\`${AT}[0].distances["0"]\` is 21, and a cell's distance to itself is 10. ${AS_PRINTED}`,
      `\`${AT}[0].distances["1"]\` is 10, which is a cell's distance to itself; to another it is from 11 to 254, or 255 where it cannot be reached. ${AS_PRINTED}`,
    ],
  ],
  [
    "those of one cell alone",
    [{ 0: 10, 1: 21 }, undefined],
    [
      `\`${AT}[1].distances\` is missing, and \`${AT}[0].distances\` is there. Record the distances of all cells, or of none.`,
    ],
  ],
  [
    "cells left out, and cells that the host lacks",
    [{ 0: 10, 2: 21 }, { 0: 21 }],
    [
      `\`${AT}[0].distances\` has no distance to cell 1. Record the distance to each cell of the host.`,
      `\`${AT}[0].distances\` names cell 2, but the host has only cells 0-1. Name cells of the host, or record the missing ones.`,
      `\`${AT}[1].distances\` has no distance to cell 1. Record the distance to each cell of the host.`,
    ],
  ],
])("refused: %s", (_, given, expected) => {
  expect(complaints({ [AT]: cellsWith(...given) }).sort()).toEqual([...expected].sort());
});

test("a cell of an unsound number is told of, and nothing that may be meant for it", () => {
  const cells = cellsWith({ 0: 10, 1: 21 }, { 0: 21, 1: 10 });
  expect(complaints({ [AT]: [cells[0], { ...cells[1], id: "one" }] })).toHaveLength(1);
  expect(complaints({ [AT]: [cells[0], { ...cells[1], id: 0 }] })).toEqual([
    "`hosts[0].cells[1].id` is 0, which `hosts[0].cells[0]` has already. Give one of them another id, or remove it.",
    `\`${AT}[1].distances["0"]\` is 21, and a cell's distance to itself is 10. ${AS_PRINTED}`,
    `\`${AT}[1].distances["1"]\` is 10, which is a cell's distance to itself; to another it is from 11 to 254, or 255 where it cannot be reached. ${AS_PRINTED}`,
  ]);
});
