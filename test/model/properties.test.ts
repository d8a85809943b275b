import { describe, expect, test } from "vitest";
import { fleetSchema } from "../../model/fleet.ts";
import { nearest, propertiesAt } from "../../model/properties.ts";

describe("propertiesAt", () => {
  test.each([
    [
      "the fleet",
      [],
      ["hosts", "vms", "clusters", "nodes", "scaleSets", "placement", "placements", "weights", "policy"],
    ],
    ["behind a list", ["vms", 3, "iothreads", 0], ["cpus"]],
    ["behind an optional", ["vms", 0, "cloudInit", "users", 0], ["name", "sshAuthorizedKeys"]],
    ["behind a transform", ["nodes", 0, "allocatable"], ["cpu", "memory", "ephemeralStorage", "pods"]],
    ["behind a default", ["policy", "recordAge"], ["warnDays", "refuseDays"]],
    ["of a record with known keys", ["hosts", 0, "cells", 0, "hugepages"], ["2MiB", "1GiB"]],
    ["of a record with free keys", ["nodes", 0, "labels"], undefined],
    ["of a text", ["vms", 0, "name"], undefined],
    ["of nothing", ["vms", 0, "nope", "x"], undefined],
    ["of an inherited name", ["constructor"], undefined],
  ])("%s", (_, path, expected) => expect(propertiesAt(fleetSchema, path)).toEqual(expected));
});

describe("nearest", () => {
  const known = ["vcpus", "pins", "memory", "ephemeralStorage", "maxRunners"];
  test.each([
    ["vcpu", "vcpus"],
    ["Memory", "memory"],
    ["max_runners", "maxRunners"],
    ["ephemeral-storage", "ephemeralStorage"],
    ["memroy", "memory"],
    ["pin", "pins"],
    ["colour", undefined],
    ["", undefined],
    ["x".repeat(10_000), undefined],
  ])("%j", (given, expected) => expect(nearest(given, known)).toBe(expected));
});
