import { describe, expect, test } from "vitest";
import { parseFleet } from "../../model/fleet.ts";
import { complaints, soundFleet } from "./fleets.ts";

const UNQUOTED = "the chart writes it into YAML without quotes";
const SHAPE = `${UNQUOTED}: it has to begin with a letter or digit, without ": ", " #", control characters and a blank or colon at its end`;

describe("names that the chart writes without quotes", () => {
  test.each(["on", "y", "No", "123", "1e3", "0x1f", "0o17", "2026-05-03", "null", "1_000"])(
    "%s is no text",
    (name) => {
      const path = /^[a-z0-9-]+$/.test(name) ? "scaleSets[0].name" : "scaleSets[0].runnerGroup";
      expect(complaints({ [path]: name, policy: {} })).toEqual([
        `\`${path}\` is ${JSON.stringify(name)}; ${UNQUOTED}, where it would be no text. Put a letter into it.`,
      ]);
    },
  );

  test.each(["Team: A", "a #1", "-dash", " lead", "trail ", "colon:", "*star", "a\tb"])(
    "%j changes the YAML",
    (group) => {
      expect(complaints({ "scaleSets[0].runnerGroup": group })).toEqual([
        `\`scaleSets[0].runnerGroup\` is ${JSON.stringify(group)}; ${SHAPE}. Take another one.`,
      ]);
    },
  );

  test.each(["KVM runners", "Ops/EU (west)", "a:b", "C#", "Größe", "1st", "on-call", "y2"])(
    "%s stays what it is",
    (group) => {
      expect(complaints({ "scaleSets[0].runnerGroup": group })).toEqual([]);
    },
  );

  test("the Secret's and the ConfigMap's too", () => {
    expect(
      complaints({
        "scaleSets[0].githubSecret": "0123",
        "scaleSets[0].githubServerTls": { configMap: "true", key: "1.5" },
      }),
    ).toEqual([
      `\`scaleSets[0].githubSecret\` is "0123"; ${UNQUOTED}, where it would be no text. Put a letter into it.`,
      `\`scaleSets[0].githubServerTls.configMap\` is "true"; ${UNQUOTED}, where it would be no text. Put a letter into it.`,
      `\`scaleSets[0].githubServerTls.key\` is "1.5"; ${UNQUOTED}, where it would be no text. Put a letter into it.`,
    ]);
  });
});

describe("lengths", () => {
  test("of a scale set's name: 45 characters", () => {
    expect(complaints({ "scaleSets[0].name": "s".repeat(45), policy: {} })).toEqual([]);
    expect(complaints({ "scaleSets[0].name": "s".repeat(46), policy: {} })).toEqual([
      `\`scaleSets[0].name\` is "${"s".repeat(46)}"; expected a name of at most 45 characters. Correct the value; docs/reference.md tells its form.`,
    ]);
  });

  test("of a label: 255 bytes, as the chart counts", () => {
    expect(complaints({ "scaleSets[0].labels": ["k".repeat(255)] })).toEqual([]);
    expect(complaints({ "scaleSets[0].labels": ["ü".repeat(128)] })).toEqual([
      "`scaleSets[0].labels[0]` is a label of 256 bytes; the chart takes at most 255. Shorten it.",
    ]);
    expect(complaints({ "scaleSets[0].labels": [`${"😀".repeat(63)}kvm`] })).toEqual([]);
  });

  test("of a repository that becomes a label", () => {
    expect(complaints({ "scaleSets[0].scope": `o/${"r".repeat(100)}` })).toEqual([]);
    expect(complaints({ "scaleSets[0].scope": "o/.github" })).toEqual([]);
    expect(complaints({ "scaleSets[0].scope": `o/.${"r".repeat(63)}` })).toEqual([
      `\`scaleSets[0].scope\` is "o/.${"r".repeat(63)}"; ARC makes a label of the repository's name, and one of more than 63 characters has to begin with a letter or digit. Register at the organisation, or rename the repository.`,
    ]);
  });

  test("of a controller's release and namespace", () => {
    const controller = { release: "r".repeat(54), namespace: "n".repeat(64), version: "v1" };
    expect(complaints({ clusters: [{ name: "default", controller }] })).toEqual([
      `\`clusters[0].controller.namespace\` is "${"n".repeat(56)}...; expected a name of 1 to 63 lower-case letters, digits and dashes that begins and ends with one. Correct the value; docs/reference.md tells its form.`,
      `\`clusters[0].controller.release\` is "${"r".repeat(54)}"; expected a release of 1 to 53 lower-case letters, digits and dashes that begins and ends with one. Correct the value; docs/reference.md tells its form.`,
      '`clusters[0].controller.version` is "v1"; expected a version, like "0.14.2". Correct the value; docs/reference.md tells its form.',
    ]);
  });
});

describe("a controller's names", () => {
  test("are kept by YAML", () => {
    const clusters = [{ name: "default", controller: { release: "123", namespace: "on" } }];
    expect(complaints({ clusters })).toEqual([
      `\`clusters[0].controller.namespace\` is "on"; ${UNQUOTED}, where it would be no text. Put a letter into it.`,
      `\`clusters[0].controller.release\` is "123"; ${UNQUOTED}, where it would be no text. Put a letter into it.`,
    ]);
  });

  test("take no namespace of Kubernetes, which would be deleted with it", () => {
    const controller = { namespace: "kube-system" };
    expect(complaints({ clusters: [{ name: "default", controller }] })).toEqual([
      "`clusters[0].controller.namespace` is \"kube-system\"; that is Kubernetes' own, and the controller's is made with it and deleted after it. Give the controller a namespace of its own.",
    ]);
    const there = { ...controller, install: false };
    expect(complaints({ clusters: [{ name: "default", controller: there }] })).toEqual([]);
  });
});

describe("what belongs together", () => {
  test("a scale set's namespace is not the controller's", () => {
    const taken = (namespace: string) =>
      `\`scaleSets[0].name\` is "systems"; its namespace would be ${namespace}, which is the controller's in cluster default. Give it another name.`;
    expect(complaints({ "scaleSets[0].name": "systems", policy: {} })).toEqual([taken("arc-systems")]);
    const clusters = [{ name: "default", controller: { namespace: "arc-s" } }];
    expect(complaints({ "scaleSets[0].name": "systems", policy: {}, clusters })).toEqual([]);
    expect(complaints({ clusters })).toEqual([
      '`scaleSets[0].name` is "s"; its namespace would be arc-s, which is the controller\'s in cluster default. Give it another name.',
    ]);
  });

  test("a priority class is one of the cluster's", () => {
    expect(complaints({ "scaleSets[0].priorityClass": "runners" })).toEqual([
      '`scaleSets[0].priorityClass` is "runners", but cluster default has no priority class of that name (none is declared). Declare it in the `priorityClasses` of that cluster in `clusters`.',
    ]);
    const clusters = [{ name: "default", priorityClasses: [{ name: "runners", value: 100 }] }];
    expect(complaints({ "scaleSets[0].priorityClass": "runners", clusters })).toEqual([]);
    expect(complaints({ "scaleSets[0].priorityClass": "system-cluster-critical" })).toEqual([]);
    expect(complaints({ clusters: [{ ...clusters[0], controller: { priorityClass: "other" } }] })).toEqual([
      '`clusters[0].controller.priorityClass` is "other", but cluster default has no priority class of that name (known: runners). Declare it in the `priorityClasses` of that cluster in `clusters`.',
    ]);
  });

  test("a node in a VM is not managed beside it", () => {
    expect(complaints({ "nodes[0].managed": true })).toEqual([
      "`nodes[0].managed` is true; beside `vm`, the VM's own labels and taints are kept on the node. Remove `managed`, or `vm`.",
    ]);
    expect(complaints({ "nodes[0].managed": true, "nodes[0].vm": undefined })).toEqual([]);
  });

  test("clusters and their classes are named once", () => {
    const priorityClasses = [
      { name: "c", value: 1 },
      { name: "c", value: 2 },
    ];
    expect(complaints({ clusters: [{ name: "a", priorityClasses }, { name: "a" }] })).toEqual([
      '`clusters[0].priorityClasses[1].name` is "c", which `clusters[0].priorityClasses[0]` has already. Give one of them another name, or remove it.',
      '`clusters[1].name` is "a", which `clusters[0]` has already. Give one of them another name, or remove it.',
    ]);
  });
});

describe("the way to GitHub", () => {
  const refused = (path: string, value: unknown) => complaints({ [`scaleSets[0].${path}`]: value });
  const form = "Correct the value; docs/reference.md tells its form.";

  test("takes no password in an address", () => {
    expect(refused("proxy", { http: { url: "http://me:hunter22@proxy:3128" } })).toEqual([
      `\`scaleSets[0].proxy.http.url\` is "http://...@proxy:3128"; expected an address like "http://proxy.example:3128", without user, password and path. ${form}`,
    ]);
  });

  test.each<[string, unknown]>([
    ["githubServer", "https://github.example.org"],
    ["githubServerTls", { configMap: "github-ca" }],
    [
      "proxy",
      { https: { url: "http://proxy:3128", credentialSecret: "proxy-auth" }, noProxy: ["10.0.0.0/8"] },
    ],
    [
      "keyVault",
      {
        type: "azure_key_vault",
        url: "https://vault.example.org",
        tenantId: "12345678-1234-1234-1234-123456789abc",
        clientId: "12345678-1234-1234-1234-123456789abc",
        certificatePath: "/certs/tls.pem",
      },
    ],
    [
      "listenerMetrics",
      {
        gauges: { gha_idle_runners: { labels: ["name"] } },
        histograms: { gha_job_startup_duration_seconds: { labels: ["job_name"], buckets: [1, 10] } },
      },
    ],
    ["listener", { placement: "anywhere" }],
  ])("takes %s", (path, value) => expect(refused(path, value)).toEqual([]));

  test.each<[string, unknown, string]>([
    [
      "githubServer",
      "https://github.example.org/org",
      'expected the address of a GitHub server, like "https://github.example.org"',
    ],
    [
      "githubServer",
      "http://github.example.org",
      'expected the address of a GitHub server, like "https://github.example.org"',
    ],
    [
      "githubSecret",
      "Bad_Name",
      "expected a name of 1 to 253 lower-case letters, digits, dashes and dots that begins and ends with a letter or digit",
    ],
    ["listener.placement", "here", 'expected "runners" or "anywhere"'],
  ])("refuses %s %s", (path, value, expected) => {
    const [top = "", inner] = path.split(".");
    expect(refused(top, inner === undefined ? value : { [inner]: value })).toEqual([
      `\`scaleSets[0].${path}\` is ${JSON.stringify(value)}; ${expected}. ${form}`,
    ]);
  });

  test("refuses metrics that the listener does not know", () => {
    const fleet = soundFleet();
    Object.assign(fleet.scaleSets[0] ?? {}, {
      listenerMetrics: {
        counters: { gha_jobs: { labels: [] } },
        gauges: { gha_idle_runners: { labels: ["job"] } },
      },
    });
    expect(
      parseFleet(fleet)
        .findings.map((f) => f.path)
        .sort(),
    ).toEqual([
      "scaleSets[0].listenerMetrics.counters.gha_jobs",
      "scaleSets[0].listenerMetrics.gauges.gha_idle_runners.labels[0]",
    ]);
  });
});
