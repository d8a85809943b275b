import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { CHANGE_CLASSES, changeClass } from "../../libvirt/schema/changeClass.ts";
import { inner, propertiesOf } from "../../libvirt/schema/field.ts";
import { outdated } from "../../libvirt/schema/generate.ts";
import { RESOURCES, resourceSchema } from "../../libvirt/schema/resources.ts";
import { isOlder, needed, SINCE } from "../../libvirt/schema/since.ts";
import { unsupported } from "../../libvirt/schema/unsupported.ts";

interface JsonProperty {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: JsonProperty;
  readonly description?: string;
  readonly secret?: boolean;
}
type JsonProperties = Readonly<Record<string, JsonProperty>>;

const SCHEMA = JSON.parse(readFileSync(join(import.meta.dirname, "../../libvirt/schema.json"), "utf8")) as {
  types: Record<string, { properties: JsonProperties; required?: string[] }>;
  resources: Record<
    string,
    { inputProperties: JsonProperties; properties: JsonProperties; required: string[] }
  >;
  provider: { inputProperties: JsonProperties };
};

/** Properties that this provider has and the typed one has not. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  GuestFile: ["domain", "path", "content"],
  "GuestFile outputs": ["pending"],
  "HostTuning outputs": ["before", "live", "pending"],
  Volume: ["precious", "generation"],
  VolumeCreate: ["from"],
  VolumeCreateFrom: ["volume", "pool"],
  VolumeCreateContent: ["sha256", "verify"],
  CloudinitDisk: ["onSeedChange", "texts"],
  CloudinitDiskText: ["marker", "content", "kept"],
  Network: ["running"],
  "Network outputs": ["pendingRestart"],
  Domain: ["restart", "generation"],
  DomainDestroy: ["keepNvram", "kubernetesNode"],
  DomainDestroyKubernetesNode: ["name", "kubeconfig", "context", "timeout", "whenBlocked"],
  "Domain outputs": ["pendingRestart"],
};

/** Resources that this provider has and the typed one has not. */
const OUR_RESOURCES: readonly string[] = ["HostTuning"];

const THEIRS = new Map(
  readFileSync(join(import.meta.dirname, "fixtures/typed-property-names.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [inputs = "", outputs = ""] = line.split(" | ");
      const [name = "", ...properties] = inputs.split(" ");
      return [
        name,
        {
          properties: new Map(properties.map((p) => p.split(":") as [string, string])),
          outputs: outputs.split(" "),
        },
      ];
    }),
);

function kindOf(property: JsonProperty): string {
  if (property.type === "array") return property.items?.$ref ? "[]" : `${property.items?.type?.[0]}[]`;
  return property.$ref ? "o" : (property.type?.[0] ?? "");
}

/** Kinds of objects whose type the typed provider's names do not tell. */
const UNTOLD: Readonly<Record<string, string>> = { x: "o", "x[]": "[]" };

/** Types that only such objects have: there is nothing to hold their properties against. */
function untoldTypes(): Set<string> {
  const found = new Set<string>();
  const below = (ref: string | undefined): void => {
    const name = ref?.split(":").at(-1) ?? "";
    if (name === "" || THEIRS.has(name) || found.has(name)) return;
    found.add(name);
    for (const property of Object.values(SCHEMA.types[`libvirt:index/${name}:${name}`]?.properties ?? {}))
      below(property.$ref ?? property.items?.$ref);
  };
  for (const [token, { properties }] of Object.entries(SCHEMA.types)) {
    const theirs = THEIRS.get(token.split(":").at(-1) ?? "");
    for (const [name, property] of Object.entries(properties)) {
      if (UNTOLD[theirs?.properties.get(name) ?? ""]) below(property.$ref ?? property.items?.$ref);
    }
  }
  // And those of this provider's own properties and resources.
  for (const [token, { properties }] of Object.entries(SCHEMA.resources)) {
    const name = token.split(":").at(-1) ?? "";
    const own = [...(OURS[name] ?? []), ...(OURS[`${name} outputs`] ?? [])];
    for (const [property, { $ref, items }] of Object.entries(properties)) {
      if (own.includes(property) || OUR_RESOURCES.includes(name)) below($ref ?? items?.$ref);
    }
  }
  return found;
}

function deviations(name: string, properties: JsonProperties): string[] {
  const theirs = THEIRS.get(name);
  if (!theirs && !OURS[name])
    return untoldTypes().has(name) ? [] : [`${name} is no type of the typed provider`];
  return Object.entries(properties).flatMap(([property, value]) => {
    if (OURS[name]?.includes(property)) return [];
    const kind = theirs?.properties.get(property);
    if (kind === undefined) return [`${name}.${property} has another name there`];
    return (UNTOLD[kind] ?? kind) === kindOf(value)
      ? []
      : [`${name}.${property} is ${kindOf(value)}, there ${kind}`];
  });
}

describe("schema.json and the SDK", () => {
  it("are what the schemas generate", () => {
    expect(outdated()).toEqual([]);
  });

  it("have the typed provider's property names and kinds", () => {
    const found = Object.entries(SCHEMA.types).flatMap(([token, { properties }]) =>
      deviations(token.split(":").at(-1) ?? "", properties),
    );
    for (const [token, resource] of Object.entries(SCHEMA.resources)) {
      if (OUR_RESOURCES.includes(token.split(":").at(-1) ?? "")) continue;
      found.push(...deviations(token.split(":").at(-1) ?? "", resource.inputProperties));
    }
    expect(found).toEqual([]);
  });

  it("have the typed provider's outputs", () => {
    for (const [token, resource] of Object.entries(SCHEMA.resources)) {
      const name = token.split(":").at(-1) ?? "";
      const inputs = Object.keys(resource.inputProperties);
      const outputs = Object.keys(resource.properties).filter((property) => !inputs.includes(property));
      const expected = [...(THEIRS.get(name)?.outputs ?? []), ...(OURS[`${name} outputs`] ?? [])];
      expect(outputs.sort(), name).toEqual(expected.sort());
    }
  });

  it("have each of the typed provider's properties, or say that it is not supported", () => {
    const ours = new Map<string, JsonProperties>();
    for (const [token, { properties }] of Object.entries(SCHEMA.types)) {
      ours.set(token.split(":").at(-1) ?? "", properties);
    }
    for (const [token, { inputProperties }] of Object.entries(SCHEMA.resources)) {
      ours.set(token.split(":").at(-1) ?? "", inputProperties);
    }
    const missing: Record<string, string[]> = {};
    for (const [name, properties] of ours) {
      const names = [...(THEIRS.get(name)?.properties.keys() ?? [])].filter(
        (property) => !properties[property],
      );
      if (names.length > 0) missing[name] = names.sort();
    }
    const listed = [...unsupported()].map(([name, names]) => [name, [...names].sort()]);
    expect(Object.fromEntries(listed)).toEqual(missing);
  });

  it("can say everything a NUMA-pinned VM needs", () => {
    const wanted: Readonly<Record<string, readonly string[]>> = {
      DomainCpuTune: ["vcpuPins", "emulatorPin", "ioThreadPins", "shares", "period", "quota"],
      DomainNumaTune: ["memory", "memNodes"],
      DomainMemoryBacking: ["memoryHugePages", "memoryLocked"],
      DomainCpu: ["mode", "topology", "numa"],
      DomainOs: ["type", "typeArch", "typeMachine", "firmware", "loader", "nvRam", "bootDevices"],
      DomainDevices: [
        "disks",
        "interfaces",
        "consoles",
        "serials",
        "channels",
        "rngs",
        "memBalloon",
        "watchdogs",
        "hostdevs",
        "controllers",
        "graphics",
        "videos",
      ],
      DomainDevicesDisk: ["driver", "source", "target", "serial", "ioTune", "boot", "readOnly"],
      DomainDevicesInterface: ["source", "mac", "model", "bandwidth", "mtu"],
      DomainDevicesMemBalloon: ["stats", "freePageReporting"],
    };
    for (const [type, names] of Object.entries(wanted)) {
      expect(Object.keys(SCHEMA.types[`libvirt:index/${type}:${type}`]?.properties ?? {}), type).toEqual(
        expect.arrayContaining([...names]),
      );
    }
  });

  it("document every property", () => {
    const undocumented = Object.entries(SCHEMA.types).flatMap(([token, { properties }]) =>
      Object.entries(properties).flatMap(([name, { description }]) =>
        description ? [] : [`${token}.${name}`],
      ),
    );
    expect(undocumented).toEqual([]);
  });

  it("mark the documents of a seed as secrets", () => {
    const inputs = SCHEMA.resources["libvirt:index/cloudinitDisk:CloudinitDisk"]?.inputProperties;
    expect([inputs?.userData?.secret, inputs?.networkConfig?.secret]).toEqual([true, true]);
  });
});

/** Every property path below an object, without list positions. */
function paths(object: z.ZodObject, prefix = ""): string[] {
  return propertiesOf(object).flatMap(([name, schema]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    const item = schema instanceof z.ZodArray ? inner(schema.element as z.ZodType) : schema;
    return item instanceof z.ZodObject ? [path, ...paths(item, path)] : [path];
  });
}

describe("versions of libvirt", () => {
  it("are given for properties that there are", () => {
    const existing = new Set(paths(resourceSchema("libvirt:index/domain:Domain")?.inputs as z.ZodObject));
    expect(Object.keys(SINCE).filter((path) => !existing.has(path))).toEqual([]);
  });

  it("are those of the newest property, wherever it is nested", () => {
    const disks = [{ target: { dev: "vda" } }, { driver: { discardNoUnref: "on" }, throttleFilters: {} }];
    expect(needed({ name: "vm", devices: { disks } })).toEqual([
      { path: "devices.disks[1].driver.discardNoUnref", version: "9.5.0" },
      { path: "devices.disks[1].throttleFilters", version: "11.2.0" },
    ]);
    expect([isOlder("9.0.0", "9.5.0"), isOlder("10.0.0", "9.5.0"), isOlder("9.5.0", "9.5.0")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("change classes", () => {
  for (const resource of RESOURCES) {
    it(`classify every property of ${resource.kind}`, () => {
      const unclassified = paths(resource.inputs).filter(
        (path) => changeClass(resource.kind, path) === undefined,
      );
      expect(unclassified).toEqual([]);
    });

    it(`name only properties that ${resource.kind} has`, () => {
      const existing = new Set(paths(resource.inputs));
      const dead = Object.keys(CHANGE_CLASSES[resource.kind]).filter(
        (path) => !existing.has(path.replace(/\.\*\*$/, "")),
      );
      expect(dead).toEqual([]);
    });
  }

  it("do not let a property pass that is not in the table", () => {
    expect(changeClass("Domain", "cpuTune.unheardOf")).toBeUndefined();
    expect(changeClass("Domain", "cpuTune.vcpuPins.cpuSet")).toBe("live");
  });
});
