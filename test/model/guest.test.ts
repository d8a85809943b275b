import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { metaData, userData } from "../../components/cloudConfig.ts";
import { k3sAgentRole } from "../../components/k3sConfig.ts";
import { renderCloudConfig, renderYaml } from "../../components/yaml.ts";
import { parseFleet } from "../../model/fleet.ts";
import { keptBack } from "../../model/k3s.ts";
import { complaints, soundFleet } from "./fleets.ts";

const sum = "0123456789abcdef".repeat(4);
const k3s = (settings: object) => ({ "vms[0].role": "k3s-agent", "vms[0].k3s": settings });
const install = (change: object) =>
  k3s({ install: { version: "v1.33.5+k3s1", binary: { from: "/opt/k3s", sha256: sum }, ...change } });
const mount = (path: string) => ({ "vms[1].disks[0].mount": path });

describe("what a VM says of its guest", () => {
  test.each([
    { name: "an installation, reservations and policies", changes: install({}) },
    { name: "a version with a release candidate", changes: install({ version: "v1.34.0-rc2+k3s11" }) },
    {
      name: "images by an address with a query",
      changes: install({ images: { from: "https://[::1]:8443/a.tar.zst?sig=x%2By", sha256: sum } }),
    },
    {
      name: "static CPUs with CPU kept back",
      changes: { ...k3s({ reserved: { kube: { cpu: "1m" } }, cpuManager: "static" }) },
    },
    {
      name: "folders below a mount",
      changes: { ...mount("/data"), "vms[1].disks[0].folders": ["a/b.c", "..d"] },
    },
    {
      name: "a partition for a mount",
      changes: { ...mount("/data"), "vms[1].disks[0].partition": "gpt" },
    },
    { name: "a mount below /var", changes: mount("/var/lib/rancher") },
    { name: "a mount with any letters", changes: mount("/daten/größe,1#") },
  ])("is sound: $name", ({ changes }) => {
    expect(complaints(changes)).toEqual([]);
  });

  test.each([
    {
      name: "k3s without a role",
      changes: { "vms[0].k3s": {} },
      told: [
        "`vms[0].k3s` is given, but the VM has no role in a cluster. Give the VM the role k3s-server or k3s-agent, or remove `k3s`.",
      ],
    },
    {
      name: "static CPUs with nothing kept back",
      changes: k3s({ reserved: { system: { memory: "64Mi" } }, cpuManager: "static" }),
      told: [
        '`vms[0].k3s.cpuManager` is "static", but no CPU is kept back; the kubelet does not start then. Keep CPU back in `reserved.system` or `reserved.kube`, such as `cpu: 500m`, or remove cpuManager.',
      ],
    },
    {
      name: "all CPUs and all memory kept back",
      changes: k3s({
        reserved: { system: { cpu: "500m", memory: "1Gi" }, kube: { cpu: "500m" } },
        evictionHard: { memory: "1Gi" },
      }),
      told: [
        "`vms[0].k3s` keeps 1 CPUs back from pods, and the VM has 1. Keep less back, or raise vcpus.",
        "`vms[0].k3s` keeps 2Gi of memory back from pods, and the VM has 2Gi. Keep less back in `reserved` and `evictionHard`, or raise memory.",
      ],
    },
    {
      name: "an archive that k3s does not import",
      changes: install({ images: { from: "/opt/images.zip", sha256: sum } }),
      told: [
        '`vms[0].k3s.install.images.from` is "/opt/images.zip", by whose ending k3s imports nothing; it takes .tar, .tar.gz, .tgz, .tar.bz2, .tbz, .tar.lz4, .tar.zst, .tzst. Name an archive of images with one of these endings.',
      ],
    },
    {
      name: "a version without its build",
      changes: install({ version: "v1.33.5" }),
      told: [
        '`vms[0].k3s.install.version` is "v1.33.5"; expected a version of k3s with its build, like "v1.33.5+k3s1". Correct the value; docs/reference.md tells its form.',
      ],
    },
    {
      name: "an address with a password",
      changes: install({ binary: { from: "https://user:secret@mirror.example/k3s", sha256: sum } }),
      told: [expect.stringContaining("a URL without user and blanks")],
    },
    {
      name: "a checksum in capitals",
      changes: install({ binary: { from: "/opt/k3s", sha256: sum.toUpperCase() } }),
      told: [expect.stringContaining("in small letters")],
    },
    {
      name: "a mount over the running system",
      changes: mount("//etc/./"),
      told: [
        '`vms[1].disks[0].mount` is "//etc/./", a folder of the running system, which a disk would hide. Mount the disk elsewhere, such as below /data, /srv or /var/lib.',
      ],
    },
    {
      name: "a mount among devices",
      changes: mount("/dev/shm"),
      told: [expect.stringContaining("running system")],
    },
    {
      name: "a mount with a blank",
      changes: mount("/my data"),
      told: [expect.stringContaining("blanks, quotes")],
    },
    {
      name: "folders without a mount",
      changes: { "vms[1].disks[0].folders": ["a"] },
      told: [
        "`vms[1].disks[0].folders` is given, but the guest mounts no file system of this disk that they could be in. Give the disk a `mount`, or remove the folders.",
      ],
    },
    {
      name: "folders of the root",
      changes: { ...mount("/"), "vms[1].disks[0].folders": ["a"] },
      told: [expect.stringContaining("mounts no file system of this disk")],
    },
    {
      name: "a partition without a mount",
      changes: { "vms[1].disks[0].partition": "gpt" },
      told: [
        "`vms[1].disks[0].partition` is given, but the guest mounts no file system of this disk that a partition could hold. Give the disk a `mount`, or remove `partition`.",
      ],
    },
    {
      name: "a partition on the root's disk",
      changes: { ...mount("/"), "vms[1].disks[0].partition": "gpt" },
      told: [expect.stringContaining("that a partition could hold")],
    },
    {
      name: "a table of another kind",
      changes: { ...mount("/data"), "vms[1].disks[0].partition": "mbr" },
      told: [
        '`vms[1].disks[0].partition` is "mbr"; expected "gpt", or no `partition` at all. Correct the value; docs/reference.md tells its form.',
      ],
    },
    {
      name: "a disk of the name that the guest has for another's partition",
      changes: {
        "vms[1].disks": ["d", "d-part1"].map((name) => ({
          ...{ name, class: "ssd", size: "1 GB", mount: `/data/${name}` },
          ...(name === "d" && { partition: "gpt" }),
        })),
      },
      told: [
        "`vms[1].disks[0].partition` makes a partition that the guest calls d-part1, as it does the disk `vms[1].disks[1]`. Give that disk another name, or remove `partition`.",
      ],
    },
    {
      name: "a folder outside of its disk",
      changes: { ...mount("/data"), "vms[1].disks[0].folders": ["a/../b"] },
      told: [expect.stringContaining("expected a folder below the mount")],
    },
  ])("is refused: $name", ({ changes, told }) => {
    expect(complaints(changes)).toEqual(told);
  });

  test("two mounts of one place are two of one, however they are written", () => {
    const disks = [mount, mount].map((_, i) => ({
      name: `d${i}`,
      class: "ssd",
      size: "1 GB",
      mount: ["/data/", "//data"][i],
    }));
    expect(complaints({ "vms[1].disks": disks })).toEqual([
      expect.stringContaining("`vms[1].disks[1].mount`"),
    ]);
  });

  test("what is kept back is the sum of both reservations and the eviction", () => {
    const part = { cpu: 1, memory: 10, ephemeralStorage: 100 };
    const { cpu: _, ...evictionHard } = part;
    expect(keptBack({ reserved: { system: part, kube: part }, evictionHard })).toEqual({
      cpu: 2,
      memory: 30,
      ephemeralStorage: 300,
    });
    expect(keptBack(undefined)).toEqual({ cpu: 0, memory: 0, ephemeralStorage: 0 });
  });
});

describe("a hostile text", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }).map((s) => s.toWellFormed()),
    fc
      .tuple(
        fc.constantFrom("/a", "a", "ssh-ed25519 AAAA ", "https://m.example/", ""),
        fc.constantFrom(
          ...[
            "'; reboot; '",
            "$(reboot)",
            "`reboot`",
            '"\\',
            ": #",
            "\n- x",
            "\r",
            "\u0085",
            "\u2028- x",
            "..",
            "%s",
          ],
          ...[
            "{{ x }}",
            "|",
            "&a",
            "*a",
            "!!x",
            "no",
            "0x1F",
            "12:30:45",
            "2026-01-01",
            "\u0000",
            "\ufeff",
            "😀",
          ],
        ),
      )
      .map(([start, end]) => start + end),
  );
  const PLACES: readonly ((text: string) => Readonly<Record<string, unknown>>)[] = [
    (text) => ({ name: text }),
    (text) => ({ cloudInit: { users: [{ name: text }] } }),
    (text) => ({ cloudInit: { users: [{ name: "a", sshAuthorizedKeys: [text] }] } }),
    (text) => ({ labels: { [text]: "a" } }),
    (text) => ({ labels: { a: text } }),
    (text) => ({ taints: [{ key: text, value: "a", effect: "NoSchedule" }] }),
    (text) => ({ taints: [{ key: "a", value: text, effect: "NoSchedule" }] }),
    (text) => ({ disks: [{ name: text, class: "ssd", size: "1 GB", mount: "/data" }] }),
    (text) => ({ disks: [{ name: "d", class: "ssd", size: "1 GB", mount: text }] }),
    (text) => ({ disks: [{ name: "d", class: "ssd", size: "1 GB", mount: "/data", folders: [text] }] }),
    (text) => install({ binary: { from: text, sha256: sum } })["vms[0].k3s"] as never,
  ];

  /** A text that each of these places takes: what a random one hits is left to chance. */
  const ACCEPTED = ["no", "no", "ssh-ed25519 AAAA no", "no", "no", "no", "no", "no", "/no", "no", "/no"];

  test("is refused, or read as it is by every version of YAML", () => {
    const carried = new Set<number>();
    const refused = new Set<number>();
    fc.assert(
      fc.property(fc.nat(PLACES.length - 1), hostile, hostile, (place, text, token) => {
        const fleet = soundFleet();
        const change = PLACES[place]?.(text) ?? {};
        const own = "install" in change ? { k3s: change } : change;
        const vm = { name: "a", host: "h", vcpus: 1, memory: "2 GiB", role: "k3s-agent", ...own };
        const parsed = parseFleet({ hosts: fleet.hosts, vms: [vm] });
        const [given] = parsed.fleet?.vms ?? [];
        if (given === undefined) {
          refused.add(place);
          return;
        }
        carried.add(place);
        const document = userData(given, k3sAgentRole(given, "s", { agent: token }));
        for (const version of ["1.1", "1.2"] as const) {
          expect(parse(renderCloudConfig(document), { version })).toEqual(document);
          expect(parse(renderYaml(metaData(given)), { version })).toEqual(metaData(given));
        }
      }),
      { numRuns: 2000, examples: ACCEPTED.flatMap((text, i) => [text, "\u0000"].map((t) => [i, t, "t"])) },
    );
    const all = PLACES.map((_, i) => i);
    expect([...carried].sort((a, b) => a - b)).toEqual(all);
    expect([...refused].sort((a, b) => a - b)).toEqual(all);
  });
});
