import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DiscoverReport } from "../../cli/discovercommand.ts";
import { unknown } from "../../facts/asked.ts";
import { usedHost } from "../audit/usedHost.ts";
import { discover, FOUND, file, folder, URI } from "./discovered.ts";

describe("fleet discover", () => {
  it("prints a host and what runs there as a fleet, which is sound", async () => {
    const { code, out, err, asked } = await discover([URI]);
    expect({ code, err, asked }).toEqual({ code: 0, err: "Host lab with 1 running VM.\n", asked: [URI] });
    expect(out).toBe(FOUND);
  });

  it("adds it to a file after showing the difference, and keeps comments and order", async () => {
    const before = "# Ours.\nvms: [] # none yet\nnodes: []\n";
    const at = file("fresh.yaml", before);
    const shown = await discover([URI, "--into", at]);
    expect([shown.code, shown.err]).toEqual([
      0,
      "Host lab with 1 running VM recorded; nothing is written without --write.\n",
    ]);
    expect(readFileSync(at, "utf8")).toBe(before);
    expect(shown.out.split("\n").slice(0, 6)).toEqual([
      `--- ${at}`,
      `+++ ${at}`,
      expect.stringMatching(/^@@ /),
      " # Ours.",
      "-vms: [] # none yet",
      "+vms:",
    ]);
    const written = await discover([URI, "--into", at, "--write"]);
    expect([written.code, written.err, written.out]).toEqual([
      0,
      "Host lab with 1 running VM recorded.\n",
      shown.out,
    ]);
    const text = readFileSync(at, "utf8");
    expect(text).toMatch(
      /^# Ours\.\nvms:\n {2}- name: db\n[\s\S]* # none yet\nnodes: \[\]\nhosts:\n {2}- name: lab\n/,
    );
    expect(await discover([URI, "--into", at, "--write"])).toMatchObject({
      code: 0,
      out: "",
      err: "The file holds all of it already.\n",
    });
    expect(readFileSync(at, "utf8")).toBe(text);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("brings a host that is in the file to what it has now, with the date of today", async () => {
    const at = file(
      "known.yaml",
      FOUND.replaceAll("2026-11-21", "2026-05-03 # audit").replace("audit }", "audit\n    }"),
    );
    const { code, out } = await discover(
      [URI, "--into", at, "--write"],
      usedHost((facts, hardware) => {
        Object.assign((facts.cells as unknown as object[])[1] as object, { memory: 96 * 2 ** 30 });
        Object.assign(
          (facts.cells as unknown as { hugepages: Map<number, number> }[])[0]?.hugepages as object,
          {},
        );
        hardware.swap = 0;
        (facts.cells as unknown as { hugepages: Map<number, number> }[])[0]?.hugepages.set(2 ** 30, 8);
      }),
    );
    expect(code).toBe(0);
    const changed = out.split("\n").filter((line) => /^[-+] /.test(line));
    expect(changed).toEqual([
      "-    recorded: { source: detected, date: 2026-05-03 # audit",
      "+    recorded: { source: detected, date: 2026-11-21 # audit",
      "-        hugepages: { 2MiB: 512, 1GiB: 4 }",
      "+        hugepages: { 2MiB: 512, 1GiB: 8 }",
      '-      - { id: 1, cores: [ "2,6", "3,7" ], memory: 64 GiB, distances: { "0": 21, "1": 10 } }',
      '+      - { id: 1, cores: [ "2,6", "3,7" ], memory: 96 GiB, distances: { "0": 21, "1": 10 } }',
      "-    swap: 16 GiB",
      "+    swap: 0 B",
    ]);
  });

  it("keeps what is configured, and says so with both figures", async () => {
    const text = FOUND.replace(
      "source: detected, date: 2026-11-21",
      "source: configured, date: 2026-05-03",
    ).replace("    bridges:", "    limits: { disk: 500 GB, network: 10Gbps }\n    bridges:");
    const at = file("configured.yaml", text);
    const change = usedHost((facts, hardware) => {
      Object.assign((facts.cells as unknown as object[])[0] as object, { memory: 62.5 * 2 ** 30 });
      hardware.swap = 0;
    });
    const { code, out, err } = await discover([URI, "--into", at, "--write"], change);
    expect([code, out]).toEqual([0, ""]);
    expect(readFileSync(at, "utf8")).toBe(text);
    expect(err).toBe(
      [
        "kept: host lab: limits.disk is configured (2026-05-03) as 500 GB, and that wins; detected is 1 TB.",
        "kept: host lab: limits.network is configured (2026-05-03) as 10Gbps, and that wins; detected is 25Gbps.",
        "kept: host lab: swap is configured (2026-05-03) as 16 GiB, and that wins; detected is 0 B.",
        "kept: cell lab/0: memory is configured (2026-05-03) as 64 GiB, and that wins; detected is 64000 MiB.",
        "The file holds all of it already.",
        "",
      ].join("\n"),
    );
    const replaced = await discover([URI, "--into", at, "--replace-configured"], change);
    expect(replaced.out).toContain("+    recorded: { source: detected, date: 2026-11-21 }");
    expect(replaced.out).toContain("+        memory: 64000 MiB");
    expect(replaced.err).not.toContain("swap");
  });

  it("a configured figure of its own stays on a detected host", async () => {
    const text = FOUND.replace(
      "filesystem: /srv/fast",
      "filesystem: /srv/fast\n        recorded: { source: configured, date: 2026-05-03 }",
    ).replace("capacity: 1 TB", "capacity: 800 GB");
    const at = file("pool.yaml", text);
    const { err } = await discover([URI, "--into", at, "--write"]);
    expect(err).toBe(
      "kept: pool lab/fast: capacity is configured (2026-05-03) as 800 GB, and that wins; detected is 1 TB.\nThe file holds all of it already.\n",
    );
    expect(readFileSync(at, "utf8")).toBe(text);
  });

  it("what cannot be read is unknown by name, and neither written nor dated", async () => {
    const text = FOUND.replaceAll("2026-11-21", "2026-05-03");
    const at = file("half.yaml", text);
    const half = usedHost((facts) => {
      Object.assign(facts, { hardware: unknown("nothing runs commands there") });
      Object.assign((facts.cells as unknown as object[])[1] as object, { memory: 32 * 2 ** 30 });
    });
    const { code, out, err } = await discover([URI, "--into", at, "--write"], half);
    expect(code).toBe(1);
    expect(err).toBe(
      [
        "unknown: bridges and their uplinks: nothing runs commands there.",
        "unknown: GPUs: nothing runs commands there.",
        "unknown: version of cgroups: nothing runs commands there.",
        "unknown: swap: nothing runs commands there.",
        "unknown: system disk: nothing runs commands there.",
        "unknown: sockets: nothing runs commands there.",
        "unknown: file system of pool fast: nothing runs commands there.",
        "Host lab with 1 running VM recorded but for 7 things that nobody could say.",
        "",
      ].join("\n"),
    );
    const added = out.split("\n").filter((line) => /^\+ /.test(line));
    expect(added).toEqual([
      "+        recorded: { source: detected, date: 2026-11-21 }",
      '+      - { id: 1, cores: [ "2,6", "3,7" ], memory: 32 GiB, distances: { "0": 21, "1": 10 }, recorded: { source: detected, date: 2026-11-21 } }',
    ]);
    expect(readFileSync(at, "utf8")).toContain(
      "recorded: { source: detected, date: 2026-05-03 }\n    sockets: 2",
    );
  });

  it("a host that the file has under another URI is brought up to date, and the other way to it is told", async () => {
    const at = file("other-way.yaml", FOUND.replaceAll("2026-11-21", "2026-05-03"));
    const told =
      "note: host lab is qemu+ssh://root@lab.example/system in the file, which stays; asked was qemu+ssh://me@lab/system, so see that both are the same machine.\nHost lab with 1 running VM recorded; nothing is written without --write.\n";
    for (const args of [["qemu+ssh://me@lab/system"], ["qemu+ssh://me@lab/system", "--name", "lab"]]) {
      const { code, out, err } = await discover([...args, "--into", at]);
      expect([code, err]).toEqual([0, told]);
      expect(out).toContain("+    recorded: { source: detected, date: 2026-11-21 }");
      expect(out).not.toContain("+    uri");
    }
  });

  it("records the version of cgroups, which weights go by, and tells where none has them", async () => {
    const at = file("cgroups.yaml", FOUND.replace("    cgroup: v2\n", ""));
    const of = (cgroup: "v1" | undefined, ...args: string[]) =>
      discover(
        [URI, ...args],
        usedHost((_, hardware) => void Object.assign(hardware, { cgroup })),
      );
    expect((await of("v1", "--into", at)).out.split("\n").filter((line) => /^[-+] /.test(line))).toEqual([
      "+    cgroup: v1",
    ]);
    const none = await of(undefined);
    expect([none.code, none.out.includes("cgroup")]).toEqual([0, false]);
    expect(none.err).toContain("note: cgroups have no CPU controller, so that no CPU weight can be given.\n");
  });

  it("a VM's figure beyond 2^53 is unknown, and nothing else is lost for it", async () => {
    const huge = usedHost((facts) => {
      const [db] = facts.domains as unknown as Record<string, unknown>[];
      const uuid = "00000000-0000-4000-8000-00000000beef";
      const big = { ...(db?.definition as object), memory: 2 ** 60 };
      (facts.domains as unknown[]).push({ ...db, uuid, name: "zz-big", definition: big });
      for (const { diskCapacity } of facts.sample.domains.values()) diskCapacity.set("vda", 2 ** 54);
    });
    const { code, out, err } = await discover([URI], huge);
    expect([code, out]).toEqual([1, FOUND.replace(/^ {4}disks: .*\n/m, "")]);
    expect(err).toBe(
      "unknown: disk vda of VM db: its size, name or kind of storage cannot be recorded.\nunknown: VM zz-big: its definition tells no vCPUs, or no memory that can be counted exactly.\nHost lab with 1 running VM but for 2 things that nobody could say.\n",
    );
  });

  it("names what is declared and not there, and leaves it", async () => {
    const at = file("gone.yaml", FOUND);
    const { code, err } = await discover(
      [URI, "--into", at, "--write"],
      usedHost((facts, hardware) => {
        Object.assign(facts, { pools: [], domains: [] });
        (hardware.gpus as unknown[]).pop();
        (facts.cells as unknown as unknown[]).pop();
      }),
    );
    expect([code, readFileSync(at, "utf8")]).toEqual([1, FOUND]);
    expect(err).toMatch(
      /^left as it is, since it is not there: cell lab\/1\.\nleft as it is, since it is not there: pool lab\/fast\.\nleft as it is, since it is not there: GPU lab\/0000:ca:00\.0\.\nleft as it is, since it is not there: VM db\.\n/,
    );
  });

  it("tells what is there and not recorded", async () => {
    const { code, err, out } = await discover(
      [URI],
      usedHost((facts, hardware) => {
        Object.assign(facts, { onlineCpus: [0, 1, 2, 3, 4, 5, 6] });
        hardware.onlineCpus = [0, 1, 2, 3, 4, 5, 6] as never;
        const [db] = facts.domains as unknown as Record<string, unknown>[];
        (facts.domains as unknown[]).push(
          { ...db, uuid: "u2", name: "off", state: "shut off" },
          { ...db, uuid: "u3", name: "my vm\u001b[2J" },
          {
            ...db,
            uuid: "u4",
            name: "wide",
            tuning: {
              ...(db?.tuning as object),
              vcpuPins: [
                [0, 1, 2],
                [0, 1, 2],
              ],
            },
          },
        );
        (hardware.gpus as unknown[]).push({
          address: "0000:02:00.0",
          model: "1a03:2000",
          driver: "ast",
          isConsole: true,
          hasVendorVgpus: false,
          functions: 0,
          profiles: [],
        });
        (hardware.gpus as unknown[]).push({
          address: "0000:e5:00.0",
          model: "10de:26b9",
          driver: "nvidia",
          isConsole: false,
          hasVendorVgpus: true,
          functions: 32,
          profiles: [],
        });
        (hardware.links as unknown[]).push({
          name: "docker0",
          isPhysical: false,
          isBridge: true,
          isBond: false,
          master: "",
          lowers: [],
          speed: 1e10,
        });
      }),
    );
    expect(code).toBe(1);
    expect(out).toContain('cores: [ "2,6", 3 ]');
    expect(err).toBe(
      [
        "unknown: disk vda of VM wide: its size, name or kind of storage cannot be recorded.",
        "note: CPUs 7 are offline, and not recorded.",
        "note: bridge docker0 has no uplink and no VM is on it, so it is not recorded.",
        "note: GPU 0000:02:00.0 (1a03:2000) is the host's own display, and is not recorded.",
        "note: GPU 0000:e5:00.0 (10de:26b9) makes vGPUs by its driver's own files (nvidia/current_vgpu_type) and not as mediated devices; a fleet has no place for them, and it is not recorded.",
        "note: VM off is shut off, and is not recorded.",
        "note: VM my vm?[2J has a name that no fleet can have, and is not recorded.",
        "note: VM wide floats over CPUs 0-2, and is recorded as one on shared CPUs.",
        "Host lab with 2 running VMs but for 1 thing that nobody could say.",
        "",
      ].join("\n"),
    );
  });

  it("a kind of storage that nobody tells is asked for", async () => {
    const host = usedHost((_, hardware) => {
      for (const room of hardware.filesystems.values()) Object.assign(room, { rotational: undefined });
    });
    const plain = await discover([URI], host);
    expect([plain.code, plain.out.includes("pools:")]).toEqual([1, false]);
    expect(plain.err).toContain(
      "unknown: kind of storage of pool fast: the host does not tell, so the pool is not recorded; name it with --class fast=ssd.\n",
    );
    expect((await discover([URI, "--class", "fast=hdd"], host)).out).toContain("class: hdd");
  });

  it("says of ZFS that its size is no promise", async () => {
    const { err } = await discover(
      [URI],
      usedHost(
        (_, hardware) => void Object.assign(hardware.filesystems.get("/srv/fast") ?? {}, { type: "zfs" }),
      ),
    );
    expect(err).toBe(
      "note: pool fast lies on zfs, which shrinks as others fill it; configure the capacity that it may promise, or a preview takes that for a loss.\nHost lab with 1 running VM.\n",
    );
  });

  it("tells what others have of a pool's file system, beyond the disks of recorded VMs", async () => {
    const of = async (available: number) =>
      (
        await discover(
          [URI],
          usedHost(
            (_, hardware) => void Object.assign(hardware.filesystems.get("/srv/fast") ?? {}, { available }),
          ),
        )
      ).err;
    // The VM's disk is 100 GB of the 1 TB.
    expect(await of(8e11)).toBe("Host lab with 1 running VM.\n");
    expect(await of(7e11)).toBe(
      "note: file system /srv/fast of pool fast has at least 200 GB that are neither free nor a disk of a recorded VM; configure a capacity without them, or disks find it full before they have their size.\nHost lab with 1 running VM.\n",
    );
  });

  it("counts the GPUs that VMs have", async () => {
    const uuid = "5e1f3c8e-0000-4000-8000-000000000001";
    const { out, err } = await discover(
      [URI],
      usedHost((facts, hardware) => {
        const [db] = facts.domains as unknown as { definition: object }[];
        Object.assign(db?.definition ?? {}, {
          hostdevs: [{ pci: "0000:ca:00.0" }, { mdev: uuid }, { mdev: "other" }, { pci: "0000:01:00.0" }],
        });
        const [sliced] = hardware.gpus as unknown as { profiles: object[] }[];
        Object.assign(sliced?.profiles[0] ?? {}, { available: 3, used: 1, uuids: [uuid] });
      }),
    );
    expect(out).toContain(
      `    gpus:\n      - { address: 0000:ca:00.0 }\n      - address: 0000:65:00.0\n        vgpu: { type: nvidia-474, uuid: ${uuid} }\n`,
    );
    expect(out).toContain("instances: 4");
    expect(err).toBe(
      "note: VM db has the mediated device other of no recorded GPU.\nnote: VM db has the host's PCI function 0000:01:00.0, which is not recorded.\nHost lab with 1 running VM.\n",
    );
  });

  it("prints what it found as JSON", async () => {
    const { out, code } = await discover([URI, "--json", "--name", "other", "--reserve", "8 GiB"]);
    const report = JSON.parse(out) as DiscoverReport;
    expect(code).toBe(0);
    expect(report).toMatchObject({
      version: 1,
      host: "other",
      uri: URI,
      date: "2026-11-21",
      versions: "libvirt 9.0.0, QEMU 7.2.22",
      found: { name: "other", reserved: { memoryPerCell: "8 GiB" }, cells: [{ id: 0 }, { id: 1 }] },
      vms: [{ name: "db", host: "other", managed: false }],
      unknown: [],
      kept: [],
      missing: [],
      difference: null,
      written: false,
    });
  });
});
