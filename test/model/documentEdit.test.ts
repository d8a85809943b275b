import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Edit, editDocument } from "../../model/documentEdit.ts";

function edited(text: string, edits: readonly Edit[], format: "yaml" | "json" = "yaml"): string {
  const result = editDocument(text, format, edits);
  if (result.why !== undefined) throw new Error(result.why);
  return result.text;
}

const FILE = `# budget
nodes:
  - name: honey   # the big one
    recorded: { source: configured, date: 2026-05-03, note: "kept: as it is" }
    allocatable: { cpu: "32",   memory: 219.81Gi }   # of the kubelet
    taints:
    - key: a
      effect: NoSchedule
    # behind the taints
    labels:
      x: "1"

  - {name: sting, allocatable: {pods: 110}}
`;

describe("editing a fleet file", () => {
  it("changes values where they stand, and nothing else", () => {
    const text = edited(FILE, [
      { path: ["nodes", 0, "recorded", "date"], value: "2026-11-21" },
      { path: ["nodes", 0, "allocatable", "cpu"], value: "31500m" },
      { path: ["nodes", 0, "allocatable", "pods"], value: 250 },
      { path: ["nodes", 0, "taints"], value: [{ key: "b", value: "true", effect: "NoExecute" }] },
      { path: ["nodes", 0, "running"], value: { cpu: "2", memory: "0" } },
      { path: ["nodes", 1, "allocatable", "memory"], value: "54.68Gi" },
      { path: ["nodes", 2], value: { name: "fresh", labels: { "a/b": "true" } } },
    ]);
    expect(text).toBe(`# budget
nodes:
  - name: honey   # the big one
    recorded: { source: configured, date: 2026-11-21, note: "kept: as it is" }
    allocatable: { cpu: "31500m",   memory: 219.81Gi, pods: 250 }   # of the kubelet
    taints: [ { key: b, value: "true", effect: NoExecute } ]
    # behind the taints
    labels:
      x: "1"
    running: { cpu: "2", memory: "0" }

  - {name: sting, allocatable: {pods: 110, memory: 54.68Gi}}
  - { name: fresh, labels: { a/b: "true" } }
`);
  });

  it("shows the difference as a unified one", () => {
    const { hunks } = editDocument(FILE, "yaml", [
      { path: ["nodes", 0, "recorded", "date"], value: "2026-11-21" },
      { path: ["nodes", 1, "allocatable", "pods"], value: 111 },
    ]) as { hunks: unknown };
    expect(hunks).toEqual([
      {
        before: 2,
        after: 2,
        lines: [
          " nodes:",
          "   - name: honey   # the big one",
          '-    recorded: { source: configured, date: 2026-05-03, note: "kept: as it is" }',
          '+    recorded: { source: configured, date: 2026-11-21, note: "kept: as it is" }',
          '     allocatable: { cpu: "32",   memory: 219.81Gi }   # of the kubelet',
          "     taints:",
        ],
      },
      {
        before: 11,
        after: 11,
        lines: [
          '       x: "1"',
          " ",
          "-  - {name: sting, allocatable: {pods: 110}}",
          "+  - {name: sting, allocatable: {pods: 111}}",
          " ",
        ],
      },
    ]);
  });

  it("keeps JSON JSON, and line ends as they are", () => {
    const json = '{\n  "nodes": [ {"name": "a", "allocatable": {}} ],\n  "policy": {"kvm": 1}\n}\n';
    expect(
      edited(
        json,
        [
          { path: ["nodes", 0, "allocatable"], value: { cpu: "32" } },
          { path: ["nodes", 0, "running"], value: { pods: 3 } },
        ],
        "json",
      ),
    ).toBe(
      '{\n  "nodes": [ {"name": "a", "allocatable": {"cpu":"32"}, "running": {"pods":3}} ],\n  "policy": {"kvm": 1}\n}\n',
    );
    expect(edited("a:\r\n  b: 1 # one\r\nc: 2\r\n", [{ path: ["a", "d"], value: 3 }])).toBe(
      "a:\r\n  b: 1 # one\r\n  d: 3\r\nc: 2\r\n",
    );
  });

  it.each<[string, string, Edit, string]>([
    [
      "an anchor",
      "a: &x { m: 1 }\nb: *x\n",
      { path: ["a", "m"], value: 2 },
      "a value stands for others too (an anchor, or a merge)",
    ],
    [
      "an alias",
      "a: &x { m: 1 }\nb: *x\n",
      { path: ["b", "m"], value: 2 },
      "`b` is written as an alias, or not at all",
    ],
    [
      "what is not there",
      "a: 1\n",
      { path: ["b", "m"], value: 2 },
      "`b` is written as an alias, or not at all",
    ],
  ])("refuses %s", (_, text, edit, why) => {
    expect(editDocument(text, "yaml", [edit])).toEqual({ why });
  });

  it("reads back as what was meant, whatever the style", () => {
    const leaf = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean());
    const map = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), leaf, { minKeys: 1, maxKeys: 4 });
    const style = fc.constantFrom<"block" | "flow" | "json">("block", "flow", "json");
    fc.assert(
      fc.property(
        fc.array(map, { minLength: 1, maxLength: 4 }),
        style,
        fc.nat(),
        leaf,
        fc.string({ maxLength: 6 }),
        (list, how, pick, value, key) => {
          if (key === "__proto__") return;
          const index = pick % list.length;
          const pad = how === "block" ? "  " : "";
          const inner = (m: object) =>
            Object.entries(m).map(([k, v]) => `${JSON.stringify(k)}: ${JSON.stringify(v)}`);
          const text =
            how === "json"
              ? JSON.stringify({ list }, null, 3)
              : how === "flow"
                ? `list: [ ${list.map((m) => `{${inner(m).join(", ")}}`).join(" , ")} ] # end\n`
                : `list:\n${list.map((m) => `${pad}- ${inner(m).join(`\n${pad}  `)} # c\n`).join("\n")}`;
          const wanted = structuredClone(list);
          (wanted[index] as Record<string, unknown>)[key] = value;
          const result = edited(
            text,
            [{ path: ["list", index, key], value }],
            how === "json" ? "json" : "yaml",
          );
          expect(parse(result)).toEqual({ list: wanted });
          expect(result.includes("# ")).toBe(text.includes("# "));
        },
      ),
    );
  });
});

it("entries of a list and of the map that ends with it do not mix", () => {
  const text = "hosts:\n  - name: h\n    gpus:\n      - a\n";
  const edits = [
    { path: ["hosts", 0, "swap"], value: "1 GiB" },
    { path: ["hosts", 0, "gpus", 1], value: "b" },
    { path: ["vms"], value: [] },
    { path: ["hosts", 1], value: { name: "i" } },
  ];
  expect(editDocument(text, "yaml", edits).text).toBe(
    "hosts:\n  - name: h\n    gpus:\n      - a\n      - b\n    swap: 1 GiB\n  - { name: i }\nvms: []\n",
  );
});

it.each([
  ["0000:00:02.0", '"0000:00:02.0"'],
  ["52:54:00:12:34:56", '"52:54:00:12:34:56"'],
  ["0000:3b:00.0", "0000:3b:00.0"],
  ["0000:65:00.0", "0000:65:00.0"],
])("writes %s so that YAML 1.1 reads a text too", (address, written) => {
  const value = { gpus: [{ address }] };
  expect(parse(written, { version: "1.1" })).toBe(address);
  expect(edited("vms: []\n", [{ path: ["hosts"], value }])).toContain(`address: ${written} }`);
  expect(edited("vms: []\n", [{ path: ["hosts"], value, block: true }])).toContain(`address: ${written} }`);
});

it("a short entry among lines is one of them", () => {
  const value = { vm: "x", host: "a" };
  expect(edited("vms: []\n", [{ path: ["placements"], value: [value], block: true }])).toBe(
    "vms: []\nplacements:\n  - { vm: x, host: a }\n",
  );
  expect(edited("placements: []\n", [{ path: ["placements"], value: [value], block: true }])).toBe(
    "placements:\n  - { vm: x, host: a }\n",
  );
  expect(edited("hosts:\n  - name: b\n", [{ path: ["hosts", 1], value, block: true }])).toBe(
    "hosts:\n  - name: b\n  - { vm: x, host: a }\n",
  );
});

describe("a long entry", () => {
  const host = {
    name: "h",
    uri: "qemu:///system",
    cores: ["0,4", "1,5"],
    cells: [{ id: 0, memory: "64 GiB", note: "x".repeat(40) }],
  };
  const lines = [
    "  - name: h",
    "    uri: qemu:///system",
    '    cores: [ "0,4", "1,5" ]',
    `    cells: [ { id: 0, memory: 64 GiB, note: ${"x".repeat(40)} } ]`,
  ];
  const edit = (text: string, path: (string | number)[], format: "yaml" | "json" = "yaml") =>
    editDocument(text, format, [{ path, value: path.length === 1 ? [host] : host, block: true }]).text;

  it.each([
    [
      "stands over several lines in a list",
      "# a\nhosts:\n  - { name: g } # b\nvms: []\n",
      ["hosts", 1],
      ["# a", "hosts:", "  - { name: g } # b", ...lines, "vms: []", ""],
    ],
    [
      "and in one that was empty",
      "# a\nhosts: []\nvms: []\n",
      ["hosts"],
      ["# a", "hosts:", ...lines, "vms: []", ""],
    ],
    ["and in one that was not there", "vms: []\n", ["hosts"], ["vms: []", "hosts:", ...lines, ""]],
  ] as const)("%s", (_, text, path, expected) => {
    expect(edit(text, [...path])).toBe(expected.join("\n"));
    const windows = text.replaceAll("\n", "\r\n");
    expect(edit(windows, [...path])).toBe(expected.join("\r\n"));
  });

  it("stands on one line where the text has no lines of its own", () => {
    expect(edit('{"hosts": []}', ["hosts"], "json")).toBe(`{"hosts": ${JSON.stringify([host])}}`);
    expect(edit("hosts: [ { name: g } ]\n", ["hosts", 1])).toMatch(
      /^hosts: \[ \{ name: g \}, \{ name: h, .* \} \]\n$/,
    );
  });
});
