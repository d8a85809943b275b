import { expect, test } from "vitest";
import { listCells, listCpus, listNames, listVms, sentence } from "../../../capacity/host/names.ts";

test("names are joined up to five, the others are counted", () => {
  expect(listNames([])).toBe("");
  expect(listNames(["a"])).toBe("a");
  expect(listNames(["a", "b"])).toBe("a and b");
  expect(listNames(["a", "b", "c", "d", "e"])).toBe("a, b, c, d and e");
  expect(listNames(["a", "b", "c", "d", "e", "f"])).toBe("a, b, c, d, e and 1 more");
});

test("one thing is not called by a plural", () => {
  expect([listVms(["a"]), listVms(["a", "b"])]).toEqual(["VM a", "VMs a and b"]);
  expect([listCpus([7]), listCpus([1, 0, 4])]).toEqual(["CPU 7", "CPUs 0-1,4"]);
  expect([listCells([1]), listCells([0, 1])]).toEqual(["cell 1", "cells 0-1"]);
  expect(sentence("cell 1")).toBe("Cell 1");
});
