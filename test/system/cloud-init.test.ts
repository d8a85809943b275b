/** The seeds of VMs as Debian's own cloud-init judges and reads them. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type GuestRole, metaData, NO_ROLE, networkConfig, userData } from "../../components/cloudConfig.ts";
import { k3sAgentRole, k3sServerRole } from "../../components/k3sConfig.ts";
import { markLiveFiles } from "../../components/liveFiles.ts";
import { renderCloudConfig, renderYaml } from "../../components/yaml.ts";
import { withTexts } from "../../libvirt/provider/resources/cloudinitDisk.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import type { VM } from "../../model/vm.ts";
import defaultStack from "../../stacks/default.ts";
import { aVm } from "../components/fixtures.ts";
import { type Seed, startCloudInit } from "../guest/cloudInit.ts";

const cloudInit = await startCloudInit();
const why = "skip" in cloudInit ? cloudInit.skip : undefined;
const judge = (seed: Seed) => {
  if ("skip" in cloudInit) throw new Error(cloudInit.skip);
  return cloudInit.judge(seed);
};
afterAll(async () => {
  if (!("skip" in cloudInit)) await cloudInit.close();
});

const TOKENS = { agent: "agents' token", server: "servers' token" };

/** Roles that a VM can have: each kind of member, with every token that it may get. */
function roles(vm: VM): GuestRole[] {
  if (vm.role === undefined) return [NO_ROLE];
  if (vm.role === "k3s-agent") return [k3sAgentRole(vm, "server", TOKENS)];
  return [
    k3sServerRole(vm, { joins: undefined, several: false }, { ...TOKENS, server: undefined }),
    k3sServerRole(vm, { joins: undefined, several: true }, TOKENS),
    k3sServerRole(vm, { joins: "first", several: true }, TOKENS),
  ];
}

function seedOf(vm: VM, role: GuestRole): Seed {
  return {
    "user-data": renderCloudConfig(userData(vm, role)),
    "meta-data": renderYaml(metaData(vm)),
    "network-config": vm.bridge === undefined ? undefined : renderYaml(networkConfig(vm)),
  };
}

/**
 * cloud-init takes the seed, without a word beyond that, reads what was meant, text by text, and makes a script of
 * the commands that hands on each word as it is.
 */
async function expectTaken(vm: VM, role: GuestRole): Promise<void> {
  const judgement = await judge(seedOf(vm, role));
  expect(judgement.error).toBeUndefined();
  expect(judgement.schema).toEqual({ code: 0, said: expect.stringMatching(/^Valid cloud-config: \S+\n$/) });
  expect(judgement.userData).toEqual(userData(vm, role));
  expect(judgement).toMatchObject({ instance: vm.name, hostname: vm.name });
  expect(judgement.files).toEqual(Object.fromEntries(written(vm, role)));
  const commands = (userData(vm, role).bootcmd ?? []) as string[][];
  expect(wordsOf(judgement.scripts?.bootcmd ?? "")).toEqual(commands.flatMap(([, ...words]) => words));
}

/** The files of a document, as they are to be in the guest. */
function written(vm: VM, role: GuestRole): [string, string][] {
  const files = (userData(vm, role).write_files ?? []) as { path: string; content: string }[];
  return files.map(({ path, content }) => [path, content]);
}

/** What a script of calls of `sh` gives to them. */
function wordsOf(script: string): string[] {
  const { stdout } = spawnSync("sh", ["-c", `sh() { printf '%s\\0' "$@"; }\n${script}`], {
    encoding: "utf8",
  });
  return stdout.split("\0").slice(0, -1);
}

type VmInput = NonNullable<FleetInput["vms"]>[number];
const sum = "0123456789abcdef".repeat(4);
const disk = { class: "ssd", size: "1 GB" } as const;
const OPTIONS: readonly Partial<VmInput>[] = [
  {
    cloudInit: { users: [{ name: "admin", sshAuthorizedKeys: ["ssh-ed25519 AAAA a@b"] }, { name: "none" }] },
  },
  {
    disks: [
      { ...disk, name: "os" },
      { ...disk, name: "data", mount: "/data", folders: ["a/b"] },
      { ...disk, name: "data1", mount: "/data/1", partition: "gpt" },
    ],
  },
  { bridge: "br0" },
  { taints: [{ key: "a/b", value: "c", effect: "NoExecute" }], labels: { "x.y/z": "no", on: "" } },
];
const K3S: readonly VmInput["k3s"][] = [
  undefined,
  {
    reserved: { system: { cpu: "500m", memory: "512Mi", ephemeralStorage: "1Gi" }, kube: { memory: "64Mi" } },
    evictionHard: { memory: "100Mi" },
    cpuManager: "static",
    topologyManager: "single-numa-node",
    install: { version: "v1.33.5+k3s1", binary: { from: "/opt/k3s", sha256: sum } },
  },
  {
    install: {
      version: "v1.33.5-rc1+k3s2",
      binary: { from: "https://mirror.example/k3s%2B1?a=b&c='d'", sha256: sum },
      images: { from: "/opt/with blanks and 'quotes'.tar.zst", sha256: sum },
    },
  },
];

describe.skipIf(why)(`cloud-init${why ? ` (skipped: ${why})` : ""}`, () => {
  test("takes the seeds of the default stack", async () => {
    const { vms } = requireFleet(defaultStack);
    expect(vms).toHaveLength(4);
    for (const vm of vms) for (const role of roles(vm)) await expectTaken(vm, role);
  });

  test("takes every combination of roles and options", async () => {
    let count = 0;
    for (const role of [undefined, "k3s-server", "k3s-agent"] as const) {
      for (const k3s of role === undefined ? [undefined] : K3S) {
        for (let chosen = 0; chosen < 2 ** OPTIONS.length; chosen++) {
          const options = OPTIONS.filter((_, i) => chosen & (2 ** i));
          const vm = aVm(Object.assign({}, ...options, role && { role }, k3s && { k3s }));
          // The kinds of server differ by their files alone, which a VM with all options shows too.
          for (const given of chosen === 2 ** OPTIONS.length - 1 ? roles(vm) : roles(vm).slice(0, 1)) {
            await expectTaken(vm, given);
            count++;
          }
        }
      }
    }
    expect(count).toBe((1 + 3 + 3) * 16 + 3 * 2);
  });

  test("makes a network of it that finds the interface by its address, whatever writes it down", async () => {
    const vm = aVm({ bridge: "br0" });
    const { network } = await judge(seedOf(vm, NO_ROLE));
    expect(network?.["networkd/10-cloud-init-lan.network"]).toMatch(
      /MACAddress=52:54:00:[\s\S]*Name=lan\n[\s\S]*DHCP=ipv4/,
    );
    expect(network?.["eni/interfaces"]).toContain("iface lan inet dhcp");
    expect(network?.["netplan/netplan.yaml"]).toMatch(/macaddress: '?52:54:00:[\s\S]*set-name: lan/);
    expect((await judge(seedOf(aVm(), NO_ROLE))).network).toBeNull();
  });

  test("writes a file whose text is put in when the image is made, as it was then", async () => {
    const vm = aVm({ role: "k3s-agent", labels: { on: "no" } });
    const role = k3sAgentRole(vm, "s", TOKENS);
    const path = "/etc/rancher/k3s/config.yaml";
    const marked = markLiveFiles(role, { paths: [path], kept: true });
    const seed = seedOf(vm, marked.role);
    const image = {
      ...seed,
      "user-data": withTexts(
        seed["user-data"],
        marked.texts.map((t) => ({ ...t })),
      ),
    };
    const judgement = await judge(image);
    expect(judgement.schema.code).toBe(0);
    expect(judgement.files).toEqual(Object.fromEntries(written(vm, role)));
  });

  test("would not take a document that is wrong", async () => {
    const seed = seedOf(aVm({ bridge: "br0" }), NO_ROLE);
    const users = await judge({
      ...seed,
      "user-data": renderCloudConfig({ users: [{ name: "a", keys: [] }] }),
    });
    expect(users.schema.code).toBe(1);
    expect(users.schema.said).toContain("users.0");
    const text = await judge({ ...seed, "user-data": "#cloud-config\nusers: [" });
    expect(text.schema.code).toBe(1);
    const network = { version: 2, ethernets: { lan: { match: "x" } } };
    expect((await judge({ ...seed, "network-config": renderYaml(network) })).error).toBeDefined();
    expect((await judge({ ...seed, "meta-data": "instance-id: [" })).instance).not.toBe("v");
  });

  test("reads texts that mean something else to YAML 1.1, or to a shell, as they are", async () => {
    await fc.assert(
      fc.asyncProperty(hostileVm, fc.string({ unit: "binary", minLength: 1 }), async (input, token) => {
        const vm = aVm(input);
        const role = vm.role === undefined ? NO_ROLE : k3sAgentRole(vm, "s", { agent: token.toWellFormed() });
        await expectTaken(vm, role);
      }),
      { numRuns: 60 },
    );
  });
});

/** Names that YAML 1.1 or 1.2 takes for something else when they are not in quotes. */
const word = fc.constantFrom(
  "no",
  "on",
  "y",
  "null",
  "1e3",
  "0x1F",
  "0o17",
  "1_000",
  "1.10",
  "2026-01-01",
  "0600",
);
const userName = fc.constantFrom("no", "on", "y", "null", "_", "true", "e1");
/** Anything on one line. */
const line = fc.string({ unit: "grapheme" }).map((s) => s.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "_"));
const anyLine = fc.string({ unit: "binary" }).map((s) => s.toWellFormed().replace(/\p{Cc}/gu, " "));
const hostile = fc.oneof(
  line,
  anyLine,
  fc.constantFrom(
    "'; reboot; '",
    "$(reboot)",
    "`reboot`",
    '"\\',
    ": #",
    "- x",
    "\u2028- x",
    "{{ x }}",
    "%s%n",
  ),
);

const hostileVm = fc
  .record(
    {
      name: word,
      cloudInit: fc.record({
        users: fc.tuple(
          fc.record({
            name: userName,
            sshAuthorizedKeys: fc.array(
              hostile.map((comment) => `ssh-ed25519 AAAA ${comment.replace(/[\n\r]/g, "")}`),
            ),
          }),
        ),
      }),
      role: fc.constantFrom("k3s-agent" as const, undefined),
      labels: fc.dictionary(word, word, { maxKeys: 3 }),
      disks: fc.tuple(
        fc.record({
          name: word,
          class: fc.constant("ssd" as const),
          size: fc.constant("1 GB"),
          mount: fc.tuple(word, hostile).map(([w, h]) => `/data/${w}/${h.replace(/[\s\\"']|\.\./gu, "")}`),
          folders: fc.array(word),
        }),
      ),
      from: hostile,
    },
    { requiredKeys: ["name", "from"] },
  )
  .map(
    ({ from, role, ...vm }): Partial<VmInput> => ({
      ...vm,
      ...(role && {
        role,
        k3s: {
          install: {
            version: "v1.33.5+k3s1",
            binary: { from: `/opt/${from.replaceAll("..", "")}!`, sha256: sum },
          },
        },
      }),
    }),
  );
