import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { arcValues } from "../../components/arcValues.ts";
import { controllerServiceAccount, controllerValues } from "../../components/controllerValues.ts";
import { controller } from "../../model/cluster.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { aScaleSet } from "./fixtures.ts";
import { runProgram } from "./program.ts";
import { Secret } from "./recorder.ts";

const references = {
  githubSecret: "github-config",
  controller: { namespace: "arc-systems", name: "arc-gha-rs-controller" },
  workflowConfigMap: "s-workflow-pod",
};

describe("one placement", () => {
  const toleration = { key: "t", operator: "Equal", value: "v", effect: "NoSchedule" } as const;
  const placed = { selector: { zone: "a" }, tolerations: [toleration] };

  test("reaches the runner and the listener", () => {
    const values = arcValues(aScaleSet(placed), references);
    const expected = { nodeSelector: { zone: "a" }, tolerations: [toleration] };
    expect(values.template.spec).toMatchObject(expected);
    expect(values.listenerTemplate).toEqual({ spec: { ...expected, containers: [{ name: "listener" }] } });
  });

  test("leaves a listener that may run anywhere its tolerations", () => {
    const set = aScaleSet({ ...placed, listener: { placement: "anywhere" } });
    expect(arcValues(set, references).listenerTemplate).toEqual({
      spec: { tolerations: [toleration], containers: [{ name: "listener" }] },
    });
  });

  test("says nothing of a listener of runners that may run anywhere", () => {
    expect(arcValues(aScaleSet(), references)).not.toHaveProperty("listenerTemplate");
  });

  test("gives the priority class to the runner alone", () => {
    const values = arcValues(
      { ...aScaleSet({ selector: { zone: "a" } }), priorityClass: "runners" },
      references,
    );
    expect(values.template.spec.priorityClassName).toBe("runners");
    expect(values.listenerTemplate?.spec).not.toHaveProperty("priorityClassName");
  });
});

describe("the way to GitHub", () => {
  test("is rendered as the chart's templates read it", () => {
    const set = aScaleSet({
      githubServer: "https://github.example.org:8443",
      githubServerTls: { configMap: "ca", runnerMountPath: "/usr/local/share/ca-certificates" },
      proxy: {
        http: { url: "http://proxy:3128" },
        https: { url: "http://proxy:3128", credentialSecret: "proxy-auth" },
        noProxy: [".example.org"],
      },
      keyVault: {
        type: "azure_key_vault",
        url: "https://vault.example.org",
        tenantId: "12345678-1234-1234-1234-123456789abc",
        clientId: "22345678-1234-1234-1234-123456789abc",
        certificatePath: "/certs/tls.pem",
        proxy: { https: { url: "http://proxy:3128" } },
      },
      listenerMetrics: { gauges: { gha_idle_runners: { labels: ["name"] } } },
    });
    expect(arcValues(set, references)).toMatchObject({
      githubConfigUrl: "https://github.example.org:8443/o/r",
      githubServerTLS: {
        certificateFrom: { configMapKeyRef: { name: "ca", key: "ca.crt" } },
        runnerMountPath: "/usr/local/share/ca-certificates",
      },
      proxy: {
        http: { url: "http://proxy:3128" },
        https: { url: "http://proxy:3128", credentialSecretRef: "proxy-auth" },
        noProxy: [".example.org"],
      },
      keyVault: {
        type: "azure_key_vault",
        azureKeyVault: {
          url: "https://vault.example.org",
          tenantId: "12345678-1234-1234-1234-123456789abc",
          clientId: "22345678-1234-1234-1234-123456789abc",
          certificatePath: "/certs/tls.pem",
        },
        proxy: { https: { url: "http://proxy:3128" } },
      },
      listenerMetrics: { counters: {}, gauges: { gha_idle_runners: { labels: ["name"] } }, histograms: {} },
    });
  });
});

describe("the controller", () => {
  test("is rendered with what is set, and nothing else", () => {
    expect(controllerValues(controller.parse({}))).toEqual({ replicaCount: 1 });
    const full = controller.parse({
      replicas: 2,
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { memory: "256Mi" },
      selector: { zone: "a" },
      tolerations: [{ key: "t", operator: "Exists" }],
      priorityClass: "system-cluster-critical",
      metrics: true,
    });
    expect(controllerValues(full)).toEqual({
      replicaCount: 2,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
      nodeSelector: { zone: "a" },
      tolerations: [{ key: "t", operator: "Exists" }],
      priorityClassName: "system-cluster-critical",
      metrics: { controllerManagerAddr: ":8080", listenerAddr: ":8080", listenerEndpoint: "/metrics" },
    });
  });

  test.each([
    ["arc", "arc-gha-rs-controller"],
    ["my-gha-rs-controller-2", "my-gha-rs-controller-2"],
    ["r".repeat(53), `${"r".repeat(53)}-gha-rs-co`],
    [`${"r".repeat(45)}`, `${"r".repeat(45)}-gha-rs-controller`],
  ])("of the release %s has the service account that the chart makes", (release, name) => {
    expect(controllerServiceAccount({ namespace: "n", release })).toEqual({ namespace: "n", name });
  });
});

const folder = mkdtempSync(join(tmpdir(), "numafleet-arc-"));
afterAll(() => rmSync(folder, { recursive: true }));

const container = {
  name: "runner",
  requests: { cpu: "1", memory: "1Gi" },
  limits: { cpu: "1", memory: "1Gi" },
} as const;
const fleet = (change: Partial<FleetInput> = {}): FleetInput => ({
  clusters: [
    { name: "k", controller: {}, priorityClasses: [{ name: "runners", value: 10 }], admissionPolicy: true },
  ],
  nodes: [
    {
      name: "n",
      cluster: "k",
      recorded: { source: "detected", date: "2026-05-06" },
      managed: true,
      labels: { tier: "gold", "kubernetes.io/hostname": "n.lan", "beta.kubernetes.io/arch": "amd64" },
      taints: [
        { key: "t", value: "v", effect: "NoSchedule" },
        { key: "node.kubernetes.io/memory-pressure", effect: "PreferNoSchedule" },
      ],
      allocatable: { cpu: "8", memory: "32Gi", ephemeralStorage: "8Gi", pods: 110 },
      running: { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 },
    },
  ],
  scaleSets: (["org", "Someone/repo"] as const).map((scope, i) => ({
    name: `set-${i}`,
    cluster: "k",
    scope,
    labels: ["ci"],
    maxRunners: 1,
    tolerations: [{ key: "t", operator: "Equal", value: "v", effect: "NoSchedule" }],
    containers: [container],
  })),
  ...change,
});

async function run(config: Record<string, string>, change?: Partial<FleetInput>, secretKeys: string[] = []) {
  const file = join(folder, "fleet.json");
  writeFileSync(file, JSON.stringify(fleet(change)));
  return runProgram({ fleet: file, today: "2026-05-07", ...config }, { preview: false, secretKeys });
}

describe("the program", () => {
  const token = "ghp-sesame";
  const credentials = JSON.stringify({
    Org: { token },
    someone: { appId: "1", installationId: "2", privateKey: "k" },
  });

  test("makes what scale sets need before them, so that it is deleted after them", async () => {
    const { recorder, errors, error } = await run({ githubCredentials: credentials }, undefined, [
      "githubCredentials",
    ]);
    expect(errors).toEqual([]);
    expect(error).toBeUndefined();
    const release = recorder.get("kubernetes:helm.sh/v3:Release", "k/set-0");
    const before = [
      "kubernetes:helm.sh/v3:Release k/controller",
      "kubernetes:scheduling.k8s.io/v1:PriorityClass k/runners",
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding k/budgets",
    ];
    expect(release.dependencies).toEqual(
      expect.arrayContaining([...before, "kubernetes:core/v1:Secret k/set-0/github"]),
    );
    expect(recorder.get("kubernetes:core/v1:Namespace", "k/set-0").dependencies).toEqual(
      expect.arrayContaining(before),
    );
    expect(recorder.get("kubernetes:helm.sh/v3:Release", "k/controller").inputs).toMatchObject({
      name: "arc",
      namespace: "arc-systems",
      version: "0.14.2",
      values: { replicaCount: 1 },
    });
    expect(recorder.get("kubernetes:helm.sh/v3:Release", "k/controller").inputs).not.toHaveProperty(
      "skipCrds",
    );
  });

  test("waits for a set's runners on deletion as long as a job may run", async () => {
    const { recorder } = await run({});
    expect(recorder.get("kubernetes:helm.sh/v3:Release", "k/set-0").inputs.timeout).toBe(432_000);
  });

  test("names what a controller has by its cluster, so that another release makes no CRD and no namespace anew", async () => {
    const chart = join(folder, "gha-runner-scale-set-controller");
    mkdirSync(join(chart, "crds"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "name: gha-runner-scale-set-controller\nversion: 0.14.2\n");
    writeFileSync(
      join(chart, "crds", "a.yaml"),
      JSON.stringify({ kind: "CustomResourceDefinition", metadata: { name: "sets.example" }, spec: {} }),
    );
    const clusters = [{ name: "k", controller: { release: "second" } }];
    const { recorder, outputs, errors } = await run(
      { arcCharts: JSON.stringify({ controller: chart }) },
      { clusters },
    );
    expect(errors).toEqual([]);
    expect(outputs?.arcDefinitions).toEqual(["k"]);
    const definition = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    expect(recorder.names("kubernetes:core/v1:Namespace")).toContain("k/controller");
    expect(recorder.names(definition)).toEqual(["k/controller/sets.example"]);
    expect(recorder.get("kubernetes:helm.sh/v3:Release", "k/controller").inputs.name).toBe("second");
    // What an earlier version named by its release is taken over.
    expect(recorder.get("numafleet:arc:Controller", "k/controller").aliases).toEqual(["k/second"]);
  });

  test("makes each owner's Secret of what is secret, and tells it nowhere else", async () => {
    const { recorder } = await run({ githubCredentials: credentials }, undefined, ["githubCredentials"]);
    const data = (name: string) => recorder.get("kubernetes:core/v1:Secret", name).inputs.stringData;
    expect(data("k/set-0/github")).toEqual(new Secret({ github_token: token }));
    expect(data("k/set-1/github")).toEqual(
      new Secret({ github_app_id: "1", github_app_installation_id: "2", github_app_private_key: "k" }),
    );
    const hide = (_: string, value: unknown) => (value instanceof Secret ? "secret" : value);
    expect(JSON.stringify(recorder.registrations, hide)).not.toContain(token);
  });

  test("gives credentials to the server that they are for, and to no other", async () => {
    const own = "https://GHES.example:8443";
    const made = async (keys: string[], githubServer: string) => {
      const scaleSets = (fleet().scaleSets ?? []).map((set) => ({ ...set, githubServer }));
      const given = JSON.stringify(Object.fromEntries(keys.map((key) => [key, { token: key }])));
      const { recorder, errors } = await run({ githubCredentials: given }, { scaleSets }, [
        "githubCredentials",
      ]);
      const tokens = recorder.registrations
        .filter((r) => r.type === "kubernetes:core/v1:Secret")
        .map((r) => (r.inputs.stringData as Secret).value as { github_token: string });
      return [...tokens.map((data) => data.github_token), ...errors.map((line) => line.split(". ")[0])];
    };
    expect(await made(["org"], own)).toEqual([
      expect.stringMatching(/has credentials for org, with which no scale set registers$/),
    ]);
    expect(await made([`${own}/Org`], own)).toEqual([`${own}/Org`]);
    const both = [`${own}/org`, `${own}/someone/repo`];
    expect(await made(both, own)).toEqual(both);
    expect(await made(["org"], "https://github.com")).toEqual(["org"]);
    expect(await made(["https://github.com/Org"], "https://github.com")).toEqual(["https://github.com/Org"]);
  });

  test.each<[string, Partial<FleetInput>, string[]]>([
    [
      "without the chart's archive",
      {},
      [
        "build/crds-would-go: The CRDs of ARC in cluster k are this stack's, and no controller's chart is named on this machine any more: they would be deleted, and with them every scale set of the cluster, of which 2 stay in the fleet. (numafleet:arcCharts.controller)\n  Name the chart's archive in `numafleet:arcCharts.controller` again.",
      ],
    ],
    [
      "without the controller",
      { clusters: [{ name: "k", controller: { install: false } }] },
      [
        "build/crds-would-go: The CRDs of ARC in cluster k are this stack's, and the fleet installs no controller there any more: they would be deleted, and with them every scale set of the cluster, of which 2 stay in the fleet. (clusters)\n  Leave the controller in the fleet until its scale sets have left it in an update of their own.",
      ],
    ],
    ["without scale sets either", { clusters: [], scaleSets: [] }, []],
  ])("lets CRDs that are the stack's go with the last scale set only: %s", async (_, change, told) => {
    const file = join(folder, "fleet.json");
    writeFileSync(file, JSON.stringify(fleet(change)));
    const { errors } = await runProgram(
      { fleet: file, today: "2026-05-07" },
      { preview: false, call: () => ({ outputs: { arcDefinitions: ["k", 7] } }) },
    );
    expect(errors).toEqual(told);
  });

  test("marks a managed node that no VM backs, and not with what Kubernetes sets", async () => {
    const { recorder } = await run({});
    expect(recorder.get("kubernetes:core/v1:NodePatch", "k/n").inputs).toEqual({
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: "n",
        labels: { tier: "gold" },
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { taints: [{ key: "t", value: "v", effect: "NoSchedule" }] },
    });
  });

  test("tells a budget by the namespace, where the cluster keeps budgets", async () => {
    const metadata = async (change?: Partial<FleetInput>) =>
      (await run({}, change)).recorder.get("kubernetes:core/v1:Namespace", "k/set-0").inputs.metadata;
    expect(await metadata()).toEqual({ name: "arc-set-0", annotations: { "numafleet/budget.set-0": "1" } });
    expect(await metadata({ clusters: [{ name: "k" }] })).toEqual({ name: "arc-set-0" });
  });

  test("makes nothing of a cluster whose controller is there", async () => {
    const clusters = [{ name: "k", controller: { install: false, namespace: "gha", release: "x" } }];
    const { recorder } = await run({}, { clusters });
    expect(recorder.names("numafleet:arc:Controller")).toEqual([]);
    expect(recorder.get("kubernetes:helm.sh/v3:Release", "k/set-0").inputs).toMatchObject({
      values: { controllerServiceAccount: { namespace: "gha", name: "x-gha-rs-controller" } },
    });
  });

  test.each<[string, Record<string, string>, Partial<FleetInput> | undefined, string[], string]>([
    [
      "credentials in the clear",
      { githubCredentials: credentials },
      undefined,
      [],
      "`numafleet:githubCredentials` is not set as a secret; it stands in the stack's file in the clear.",
    ],
    [
      "credentials of another form",
      { githubCredentials: '{"org": {"password": "ghp-sesame"}}' },
      undefined,
      ["githubCredentials"],
      "`numafleet:githubCredentials` has no credentials of a known form for org.",
    ],
    [
      "credentials that are no JSON",
      { githubCredentials: token },
      undefined,
      ["githubCredentials"],
      "`numafleet:githubCredentials` is no object with an entry for each owner.",
    ],
    [
      "credentials of an owner that no scale set has",
      { githubCredentials: '{"orgg": {"token": "ghp-sesame"}}' },
      undefined,
      ["githubCredentials"],
      "`numafleet:githubCredentials` has credentials for orgg, with which no scale set registers.",
    ],
    [
      "credentials of one owner twice",
      {
        githubCredentials:
          '{"org": {"token": "ghp-sesame"}, "https://github.com/Org": {"token": "ghp-sesame"}}',
      },
      undefined,
      ["githubCredentials"],
      "`numafleet:githubCredentials` has credentials for org twice.",
    ],
    [
      "a controller of another version",
      {},
      { clusters: [{ name: "k", controller: { install: false, version: "0.13.0" } }] },
      [],
      "build/arc-version: The controller of cluster k has version 0.13.0, its scale sets are rendered for 0.14.2: a controller deletes scale sets of another version. (clusters[0].controller.version)\n  Upgrade the controller to 0.14.2 first, and record that.",
    ],
    [
      "a chart that is not there",
      { arcCharts: '{"scaleSet": "nowhere.tgz"}' },
      undefined,
      [],
      'build/chart-unreadable: `numafleet:arcCharts.scaleSet` is "nowhere.tgz", where no chart can be read: there is no such file or folder.',
    ],
    [
      "a Secret's name that YAML does not keep",
      { githubSecret: "0123" },
      undefined,
      [],
      '`numafleet:githubSecret` is "0123"; expected a Secret\'s name with a letter in it.',
    ],
    [
      "charts of another form",
      { arcCharts: "charts" },
      undefined,
      [],
      '`numafleet:arcCharts` is "charts"; expected the paths of charts',
    ],
  ])("refuses %s before anything is registered", async (_, config, change, secrets, message) => {
    const { recorder, errors, error } = await run(config, change, secrets);
    expect(recorder.registrations).toEqual([]);
    const told = [...errors, error?.message].join("\n");
    expect(told).toContain(message);
    expect(told).not.toContain("ghp-sesame");
  });
});
