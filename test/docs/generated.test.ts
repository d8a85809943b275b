import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { fleetSchema, parseFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { fleetJsonSchema, type JsonSchema } from "../../tools/docs/fleetSchema.ts";
import { staleFiles } from "../../tools/docs/generate.ts";
import { renderReadme } from "../../tools/docs/readme.ts";
import { renderReference } from "../../tools/docs/reference.ts";
import { change, soundFleet } from "../model/fleets.ts";

const schema = fleetJsonSchema();

test("the generated files are what the model gives (else: npm run docs)", () => {
  expect(staleFiles()).toEqual([]);
});

/** Paths of the properties that nothing describes, neither where they stand nor in the section they refer to. */
function undescribed(root: JsonSchema): string[] {
  const definitions = root.$defs ?? {};
  const visit = (at: JsonSchema, path: string): string[] => [
    ...Object.entries(at.properties ?? {}).flatMap(([name, property]) => {
      const where = `${path}.${name}`;
      const section = property.$ref && definitions[property.$ref.replace("#/$defs/", "")];
      const words = property.description || (section ? section.description : undefined);
      return [...(words ? [] : [where]), ...visit(property, where)];
    }),
    ...(at.items ? visit(at.items, `${path}[]`) : []),
    ...(typeof at.additionalProperties === "object" ? visit(at.additionalProperties, `${path}.*`) : []),
  ];
  return Object.entries(definitions).flatMap(([name, definition]) => [
    ...(definition.description ? [] : [name]),
    ...visit(definition, name),
  ]);
}

describe("every property is described", () => {
  test("in the model", () => expect(undescribed(schema)).toEqual([]));

  test("and the check sees one that is not", () => {
    const broken = structuredClone(schema) as {
      $defs: Record<string, { properties: Record<string, object> }>;
    };
    change(broken, "$defs.VM.properties.weight.description", undefined);
    change(broken, "$defs.Host.properties.reserved.properties.cpus.description", undefined);
    change(broken, "$defs.Labels.description", undefined);
    expect(undescribed(broken as JsonSchema)).toEqual(["Host.reserved.cpus", "VM.weight", "Labels"]);
  });

  test("every property of a VM, its disks and its users tells what a change does", () => {
    for (const section of ["VM", "Disk", "User", "IoThread"]) {
      for (const [name, property] of Object.entries(schema.$defs?.[section]?.properties ?? {})) {
        expect(property.description, `${section}.${name}`).toMatch(/ Effect of a change: \S.*\.$/);
      }
    }
  });
});

describe("the JSON Schema", () => {
  // Formats are annotations in JSON Schema 2020-12; the date's pattern is what decides.
  const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);

  test("takes the default stack and the sound fleet", () => {
    for (const fleet of [defaultStack, soundFleet(), {}]) {
      expect(validate(JSON.parse(JSON.stringify(fleet))), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test.each<[string, string, unknown]>([
    ["a wrong unit", "vms[0].memory", "2 gib"],
    ["a Kubernetes suffix for hardware", "vms[0].memory", "2Gi"],
    ["a hardware suffix for Kubernetes", "nodes[0].allocatable.memory", "2GiB"],
    ["a figure without unit", "vms[0].memory", 2048],
    ["a bandwidth in bytes without a time", "hosts[0].bridges[0].bandwidth", "10GB"],
    ["a taint without effect", "vms[1].taints[0].effect", undefined],
    ["an unknown property", "vms[0].vcpu", 1],
    ["a missing property", "nodes[0].recorded", undefined],
    ["null", "vms", null],
    ["an object for a list", "vms", {}],
    ["a list for an object", "hosts[0].reserved", []],
    ["a pin that is no CPU set", "vms[1].pins[0]", "two"],
    ["a negative count", "scaleSets[0].maxRunners", -1],
    ["a fraction of a runner", "scaleSets[0].maxRunners", 1.5],
    ["a day that does not exist", "hosts[0].recorded.date", "2026-02-30"],
    ["an unknown class", "vms[1].disks[0].class", "tape"],
    ["an unknown page size", "hosts[0].cells[0].hugepages", { "4KiB": 1 }],
    ["a ratio below one", "policy.oversubscription", { h: 0.5 }],
  ])("refuses %s, as the model does", (_, path, value) => {
    const fleet = JSON.parse(JSON.stringify(soundFleet()));
    change(fleet, path, value);
    expect(validate(fleet)).toBe(false);
    expect(parseFleet(fleet).fleet).toBeUndefined();
  });
});

describe("the JSON Schema and the model give one answer wherever one value is changed", () => {
  const validate = new Ajv2020({ validateFormats: false }).compile(schema);
  const strange = [
    ...[null, true, 0, -1, 1.5, 1e300, [], {}, [null], "", " ", "a b", "a/b", "x".repeat(300), "\u0000"],
    ...[
      "2 GiB",
      "0 GB",
      "8Gi",
      "8 Gi",
      "1e3",
      ".5Gi",
      "0-3",
      "/p",
      "/p/../x",
      "2026-02-30",
      "10Gbps",
      undefined,
    ],
  ];
  const fleet = JSON.parse(JSON.stringify(soundFleet()));
  change(fleet, "scaleSets[0].tolerations", [{ key: "t", effect: "NoSchedule" }, { operator: "Exists" }]);
  change(fleet, "nodes[0].labels", { kvm: "true" });
  change(fleet, "policy.kvm", { key: "kvm", value: "true" });
  change(fleet, "vms[1].disks[0].mount", "/data");
  change(fleet, "vms[1].purpose", "p");

  const paths = (value: unknown, at: string): string[] =>
    typeof value !== "object" || value === null
      ? [at]
      : [at, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`))];

  test.each(paths(fleet, "").slice(1))("%s", (path) => {
    for (const value of strange) {
      // A list has no holes in JSON.
      if (value === undefined && /\d$/.test(path)) continue;
      const changed = structuredClone(fleet);
      change(changed, path, value);
      expect(validate(changed), JSON.stringify(value)).toBe(fleetSchema.safeParse(changed).success);
    }
  });
});

describe("the README", () => {
  const empty = "<!-- difference --><!-- /difference --> <!-- refusal --><!-- /refusal -->";

  test("shows the figures of the capacity policy to the digit, and the refusal with what would fit", () => {
    const text = renderReadme(empty);
    expect(text).toMatch(/label tinyland-nix-kvm +runners +- +4 +\+4 +4 +0\n/);
    expect(text).toMatch(/label tinyland-nix-kvm +requested cpu +- +12 +\+12\n/);
    expect(text).toMatch(/label tinyland-nix-kvm +requested memory +- +80Gi +\+80Gi\n/);
    expect(text).toMatch(/label tinyland-nix-kvm +limit cpu +- +32 +\+32\n/);
    expect(text).toMatch(/label tinyland-nix-kvm +limit memory +- +160Gi +\+160Gi\n/);
    expect(text).toContain("the largest maxRunners that passes is 2");
  });

  test("renewing it again changes nothing", () => {
    expect(renderReadme(renderReadme(empty))).toBe(renderReadme(empty));
  });

  test("a lost mark is told", () => {
    expect(() => renderReadme("<!-- difference -->")).toThrow(
      "README.md lacks <!-- difference --> or <!-- /difference -->",
    );
  });
});

describe("the reference", () => {
  const text = renderReference(schema);

  test("has a row for every property of every section", () => {
    for (const [name, definition] of Object.entries(schema.$defs ?? {})) {
      const at = text.indexOf(`\n## ${name}\n`);
      expect(at, name).toBeGreaterThan(0);
      const section = text.slice(at + 1, text.indexOf("\n## ", at + 1) >>> 0);
      for (const property of Object.keys(definition.properties ?? {})) {
        expect(section).toContain(`\n| \`${property}\` |`);
      }
    }
  });

  test("shows form, default, meaning and effect", () => {
    expect(text).toContain(
      "| `weight` | whole number from 1 to 10000 | none | CPU weight, as cgroup v2 counts it (100 is a VM's without one); the ledger `weights` is the better place. | live |",
    );
    expect(text).toContain("| `numa.mode` | `strict`, `preferred`, `interleave`, `restrictive` | `strict` |");
    expect(text).toContain("| `taints` | list of [Taint](#taint) | empty list |");
  });

  test("its links lead to its sections", () => {
    const sections = new Set([...text.matchAll(/^## (\w+)$/gm)].map((m) => m[1]?.toLowerCase()));
    for (const [, target] of text.matchAll(/\(#(\w+)\)/g)) expect(sections).toContain(target);
  });
});
