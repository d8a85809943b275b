/** The script that sets data disks up in a guest, on block devices with what real tools wrote on them. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DISKS_SCRIPT } from "../../components/guestDisks.ts";
import { tool, tools } from "../guest/diskTools.ts";
import {
  GuestPlace,
  LoopDisk,
  mayResize,
  SYSTEM_ENV,
  whyNoLoopDisks,
  whyNoPartitions,
} from "../guest/loopDisk.ts";

const MIB = 1024 ** 2;
const why = whyNoLoopDisks();

/** The superblock of ext4 and nothing else of it. */
const DD_SUPERBLOCK = ["bs=1024", "skip=1", "seek=1", "count=1", "conv=notrunc", "status=none"];

function write(disk: LoopDisk, at: number, text: string): void {
  const file = openSync(disk.file, "r+");
  writeSync(file, text, at);
  closeSync(file);
}

let folder: string;
let place: GuestPlace;
const disks: LoopDisk[] = [];
const aDisk = (mib: number) => {
  const disk = new LoopDisk(folder, `disk${disks.length}`, mib * MIB);
  disks.push(disk);
  return disk;
};
const STATIC = "# the image's own\nUUID=1 / ext4 defaults 0 1\n";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "numafleet-disks-"));
  place = new GuestPlace(folder, STATIC);
});
afterEach(() => {
  for (const disk of disks.splice(0)) disk.detach();
  rmSync(folder, { recursive: true });
});

/** As cloud-init runs it at a boot. */
const boot = (words: readonly string[], { waiting = "", before = "" } = {}) =>
  place.run(DISKS_SCRIPT, ["numafleet-disks", waiting, ...words], before);
const at = (name: string) => join(place.root, name);
const lineOf = (disk: LoopDisk, name: string, wait = "") =>
  `${disk.device} ${at(name)} auto defaults,nofail,x-systemd.growfs${wait},x-numafleet 0 2\n`;

describe.skipIf(why)(`data disks of a guest${why ? ` (skipped: ${why})` : ""}`, () => {
  test("that are empty get a file system, a mount and their folders, and keep them at the next boot", () => {
    const [hot, lake] = [aDisk(16), aDisk(280)];
    const words = [
      ...["disk", hot.device, at("data/hot"), "folder", "clean", "folder", "staging"],
      ...["disk", lake.device, at("data/lake"), "folder", "clean/bronze", "folder", "raw"],
    ];
    const first = boot(words, { waiting: "k3s-agent.service" });
    expect(first.said).toContain(`numafleet: made a file system on ${hot.device}, which was empty.\n`);
    expect(first.code).toBe(0);
    expect([hot.kind(), lake.kind()]).toEqual(["ext4", "ext4"]);
    const wait = ",x-systemd.before=k3s-agent.service";
    expect(first.fstab).toBe(STATIC + lineOf(hot, "data/hot", wait) + lineOf(lake, "data/lake", wait));
    expect(first.found).toEqual([
      ...["data", "data/hot", "data/hot/clean", "data/hot/staging"],
      ...["data/lake", "data/lake/clean", "data/lake/clean/bronze", "data/lake/raw"],
    ]);

    const second = boot(words, {
      waiting: "k3s-agent.service",
      before: `mkdir -p data/hot; mount ${hot.device} data/hot; touch data/hot/clean/kept`,
    });
    expect(second.said).not.toContain("made a file system");
    expect(second).toMatchObject({ code: 0, fstab: first.fstab });
    expect(second.found).toContain("data/hot/clean/kept");
  });

  test("that left the fleet leave /etc/fstab, and lines of others stay", () => {
    const [old, fresh] = [aDisk(16), aDisk(16)];
    boot(["disk", old.device, at("data")]);
    const { fstab, code } = boot(["disk", fresh.device, at("data")]);
    expect(fstab).toBe(STATIC + lineOf(fresh, "data"));
    expect(code).toBe(0);
  });

  test("are not mounted where the guest mounts something else, and its own line for one is enough", () => {
    const [other, ours] = [aDisk(16), aDisk(16)];
    writeFileSync(join(place.etc, "fstab"), `${other.device} ${at("data")} ext4 nofail 0 0\n`);
    const refused = boot(["disk", ours.device, at("data")]);
    expect(refused.said).toContain(
      `numafleet: /etc/fstab mounts ${other.device} at ${at("data")}, so ${ours.device} is not mounted.\n`,
    );
    expect(refused.code).toBe(1);
    expect(ours.kind()).toBe("");
    execFileSync("mkfs.ext4", ["-q", other.device], { env: SYSTEM_ENV });
    const taken = boot(["disk", other.device, at("data"), "folder", "a"]);
    expect(taken).toMatchObject({ code: 0, found: ["data", "data/a"] });
    expect(taken.fstab).toBe(`${other.device} ${at("data")} ext4 nofail 0 0\n`);
  });

  test("that are not there are told, and do not keep others from being set up", () => {
    const disk = aDisk(16);
    const run = boot(["disk", "/dev/none", at("a"), "folder", "x", "disk", disk.device, at("b")]);
    expect(run.said).toContain("numafleet: /dev/none is not there, and not mounted.\n");
    expect(run).toMatchObject({ code: 1, found: ["b"], fstab: STATIC + lineOf(disk, "b") });
  });

  interface Own {
    readonly holds: string;
    /** Size in MiB. */
    readonly size: number;
    readonly make: (disk: LoopDisk) => void;
    readonly told: RegExp;
  }
  const isLeftAlone = ({ size, make, told }: Own) => {
    const disk = aDisk(size);
    make(disk);
    const before = disk.digest();
    const run = boot(["disk", disk.device, at("data"), "folder", "x"]);
    expect(run.said).toMatch(told);
    expect(run.said).toMatch(/ left alone, and not mounted\.$/m);
    expect(run).toMatchObject({ code: 1, fstab: STATIC, found: [] });
    expect(disk.digest()).toBe(before);
  };
  const extFour = (d: LoopDisk) => tool("mkfs.ext4", ["-q", d.device]);

  test.each<Own>([
    { holds: "junk", size: 16, make: (d) => write(d, 0, "junk"), told: /data of no known kind/ },
    {
      holds: "a byte after 100 MiB of zeros",
      size: 128,
      make: (d) => write(d, 100 * MIB, "x"),
      told: /data of no known kind/,
    },
    {
      holds: "a byte at the end of a large disk",
      size: 280,
      make: (d) => write(d, 280 * MIB - 1, "x"),
      told: /data of no known kind/,
    },
    {
      holds: "an ext4 file system whose first MiB was wiped",
      size: 32,
      make: (d) => {
        extFour(d);
        write(d, 0, "\0".repeat(MIB));
      },
      told: /data of no known kind/,
    },
    {
      holds: "nothing that can be read",
      size: 16,
      make: (d) => truncateSync(d.file, 0),
      told: /or cannot be read/,
    },
    {
      holds: "zeros, and then nothing that can be read",
      size: 32,
      make: (d) => truncateSync(d.file, 8 * MIB),
      told: /or cannot be read/,
    },
  ])("with $holds are left alone to the last byte, not mounted, and told of", isLeftAlone);

  const unavailable = typeof tools === "string" ? "" : ` (skipped: ${tools.skip})`;
  test.skipIf(unavailable !== "").for<Own>([
    { holds: "swap", size: 16, make: (d) => tool("mkswap", [d.device]), told: /no file system, but swap;/ },
    {
      holds: "two kinds of file system at once",
      size: 64,
      make: (d) => {
        tool("mkfs.vfat", [d.device]);
        const superblock = new LoopDisk(folder, "ext4", 64 * MIB);
        disks.push(superblock);
        extFour(superblock);
        execFileSync("dd", [`if=${superblock.file}`, `of=${d.file}`, ...DD_SUPERBLOCK], { env: SYSTEM_ENV });
      },
      told: /What \S+ holds cannot be told;/,
    },
    {
      holds: "a GPT",
      size: 16,
      make: (d) => tool("sfdisk", [d.device], "label: gpt\nsize=8MiB\n"),
      told: /no file system, but gpt;/,
    },
    {
      holds: "a GPT of which only the copy at the end is left",
      size: 16,
      make: (d) => {
        tool("sfdisk", [d.device], "label: gpt\nsize=8MiB\n");
        write(d, 0, "\0".repeat(MIB));
      },
      told: /data of no known kind/,
    },
    {
      holds: "an MBR",
      size: 16,
      make: (d) => tool("sfdisk", [d.device], "label: dos\nsize=8MiB\n"),
      told: /no file system, but dos;/,
    },
    {
      holds: "a physical volume of LVM",
      size: 16,
      make: (d) =>
        tool("lvm", [
          ...["pvcreate", "--yes", "--nolocking", "--config"],
          ...['devices{use_devicesfile=0 external_device_info_source="none"}', d.device],
        ]),
      told: /no file system, but LVM2_member;/,
    },
    {
      holds: "a LUKS header",
      size: 32,
      make: (d) => {
        const quick = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
        tool("cryptsetup", ["luksFormat", "--batch-mode", ...quick, "--key-file", "-", d.file], "abc");
      },
      told: /no file system, but crypto_LUKS;/,
    },
  ])(`with $holds are left alone too${unavailable}`, isLeftAlone);

  test.skipIf(unavailable !== "").for([
    { kind: "ext4", size: 16, make: extFour },
    { kind: "xfs", size: 310, make: (d: LoopDisk) => tool("mkfs.xfs", ["-q", d.device]) },
    { kind: "vfat", size: 16, make: (d: LoopDisk) => tool("mkfs.vfat", [d.device]) },
  ])(`with a file system ($kind) keep it${unavailable}`, ({ kind, size, make }) => {
    const disk = aDisk(size);
    make(disk);
    const run = boot(["disk", disk.device, at("data")]);
    expect(run.said).not.toContain("made a file system");
    expect(run.fstab).toBe(STATIC + lineOf(disk, "data"));
    expect(disk.kind()).toBe(kind);
  });

  test("leave /etc/fstab as it is when it cannot be written anew", () => {
    const disk = aDisk(16);
    const run = boot(["disk", disk.device, at("data")], { before: "mount -o remount,ro,bind /etc" });
    expect(run.said).toContain("numafleet: /etc/fstab could not be written anew, and stays as it is.\n");
    expect(run).toMatchObject({ code: 1, fstab: STATIC, found: [] });
  });

  const unable = mayResize() ? "" : " (skipped: this process may not resize file systems)";
  test.skipIf(unable !== "")(
    `that have grown are used to their end, without being unmounted${unable}`,
    () => {
      const disk = aDisk(64);
      const words = ["disk", disk.device, at("data")];
      const small = boot(words).sizes.data ?? 0;
      disk.resize(256 * MIB);
      expect(boot(words).sizes.data).toBeGreaterThan(3 * small);
    },
  );

  const parts = unavailable === "" && why === undefined ? whyNoPartitions() : undefined;
  const unpartitioned = parts === undefined ? unavailable : ` (skipped: ${parts})`;
  describe.skipIf(unpartitioned !== "")(`that are declared with a partition${unpartitioned}`, () => {
    /** A disk under a name as udev gives it, and its partition beside it. */
    const aNamedDisk = (name: string, mib: number) => {
      const disk = aDisk(mib);
      const device = join(folder, `virtio-${name}`);
      symlinkSync(disk.device, device);
      symlinkSync(`${disk.device}p1`, `${device}-part1`);
      return { disk, device, part: `${device}-part1` };
    };
    /** Puts the unpacked tools where the script looks first. */
    const withTools = () => {
      const sbin = join(folder, "sbin");
      const library = ["lib", "usr/lib"].map((lib) => join(String(tools), lib, "x86_64-linux-gnu")).join(":");
      mkdirSync(sbin, { recursive: true });
      const script = `#!/bin/sh\nLD_LIBRARY_PATH=${library} exec ${join(String(tools), "sbin/sfdisk")} "$@"\n`;
      writeFileSync(join(sbin, "sfdisk"), script, { mode: 0o755 });
      return `mount --bind ${sbin} /usr/local/sbin\n`;
    };
    const bootWithTools = (words: readonly string[], before = "") =>
      boot(words, { before: `${withTools()}${before}` });
    const table = (disk: LoopDisk) => {
      const lines = ["label: gpt", "name=numafleet, type=0fc63daf-8483-4772-8e79-3d69d8477de4"];
      tool("sfdisk", ["--quiet", disk.device], `${lines.join("\n")}\n`);
      scan(disk);
    };
    /** As the kernel does at the next boot; one without support for GPT leaves it to partx. */
    const scan = (disk: LoopDisk) =>
      execFileSync("partx", ["--update", disk.device], { env: SYSTEM_ENV, stdio: "pipe" });
    const part = (device: string) => {
      const read = ["--probe", "--output", "export", device];
      const said = execFileSync("blkid", read, { env: SYSTEM_ENV, encoding: "utf8" });
      return Object.fromEntries(said.split("\n").map((line) => line.split("=")));
    };
    const partLine = (device: string) =>
      `${device} ${at("data")} auto defaults,nofail,x-systemd.growfs,x-numafleet 0 2\n`;
    const noSfdisk =
      'for at in /usr/sbin /sbin; do [ ! -e "$at/sfdisk" ] || mount --bind /dev/null "$at/sfdisk"; done';

    test("and are empty get a GPT, one aligned partition to their end, and keep it at the next boot", () => {
      const { disk, device, part: one } = aNamedDisk("hot", 64);
      const first = bootWithTools(["partition", device, at("data"), "folder", "clean"]);
      expect(first.said).toContain(`numafleet: made a partition on ${device}, which was empty.\n`);
      expect(first.said).toContain(`numafleet: made a file system on ${one}, which was empty.\n`);
      expect(first).toMatchObject({ code: 0, fstab: STATIC + partLine(one) });
      expect(first.found).toEqual(["data", "data/clean"]);
      expect([disk.kind(), disk.kind(one)]).toEqual(["gpt", "ext4"]);
      const made = part(one);
      expect(made).toMatchObject({
        PART_ENTRY_SCHEME: "gpt",
        PART_ENTRY_NAME: "numafleet",
        PART_ENTRY_TYPE: "0fc63daf-8483-4772-8e79-3d69d8477de4",
        PART_ENTRY_NUMBER: "1",
        PART_ENTRY_OFFSET: "2048",
      });
      expect(Number(made.PART_ENTRY_SIZE) * 512).toBeGreaterThanOrEqual(62 * MIB);
      const second = bootWithTools(["partition", device, at("data")], noSfdisk);
      expect(second.said).not.toMatch(/made a|sfdisk/);
      expect(second).toMatchObject({ code: 0, fstab: first.fstab });
      expect(second.found).toContain("data/clean");
      expect(part(one)).toEqual(made);
    });

    test("get none where sfdisk is missing, nothing half-made, and the next boot with it makes up for it", () => {
      const { disk, device, part: one } = aNamedDisk("hot", 16);
      const before = disk.digest();
      const run = boot(["partition", device, at("data")], { before: noSfdisk });
      expect(run.said).toContain(
        `numafleet: There is no sfdisk in this guest, so ${device} gets no partition, and is not mounted.\n`,
      );
      expect(run).toMatchObject({ code: 1, fstab: STATIC, found: [] });
      expect(disk.digest()).toBe(before);
      expect(bootWithTools(["partition", device, at("data")])).toMatchObject({
        code: 0,
        fstab: STATIC + partLine(one),
      });
    });

    test("stay empty when sfdisk makes none, and are told of", () => {
      const { disk, device } = aNamedDisk("hot", 16);
      const before = disk.digest();
      const run = bootWithTools(
        ["partition", device, at("data")],
        "mount --bind /bin/false /usr/local/sbin/sfdisk",
      );
      expect(run.said).toContain(`numafleet: On ${device} no partition could be made.\n`);
      expect(run).toMatchObject({ code: 1, fstab: STATIC, found: [] });
      expect(disk.digest()).toBe(before);
    });

    test("get their file system at the next boot when one ended between partition and file system", () => {
      const { disk, device, part: one } = aNamedDisk("hot", 64);
      const words = ["partition", device, at("data"), "folder", "clean"];
      const ended = bootWithTools(words, 'mount --bind /bin/false "$(command -v mkfs.ext4)"');
      expect(ended.said).toContain(`numafleet: On ${one} no file system could be made.\n`);
      expect(ended).toMatchObject({ code: 1, fstab: STATIC, found: [] });
      expect([disk.kind(), disk.kind(one)]).toEqual(["gpt", ""]);
      const made = part(one).PART_ENTRY_UUID;
      const next = bootWithTools(words, noSfdisk);
      expect(next.said).toContain(`numafleet: made a file system on ${one}, which was empty.\n`);
      expect(next).toMatchObject({ code: 0, fstab: STATIC + partLine(one), found: ["data", "data/clean"] });
      expect(part(one).PART_ENTRY_UUID).toBe(made);
    });

    test.each([
      {
        holds: "junk",
        make: (d: LoopDisk) => write(d, 0, "junk"),
        told: /hot holds data of no known kind/,
      },
      {
        holds: "an MBR",
        make: (d: LoopDisk) => tool("sfdisk", [d.device], "label: dos\nsize=8MiB\n"),
        told: /hot holds no file system, but dos;/,
      },
      {
        holds: "two partitions of which one is as ours",
        make: (d: LoopDisk) => {
          const ours = "size=8MiB, name=numafleet, type=0fc63daf-8483-4772-8e79-3d69d8477de4";
          tool("sfdisk", [d.device], `label: gpt\n${ours}\nsize=8MiB\n`);
          scan(d);
        },
        told: /hot holds no file system, but gpt;/,
      },
      {
        holds: "an empty partition of another name",
        make: (d: LoopDisk) => {
          tool("sfdisk", [d.device], "label: gpt\nname=data, type=0fc63daf-8483-4772-8e79-3d69d8477de4\n");
          scan(d);
        },
        told: /hot-part1 is empty, but was not made by numafleet;/,
      },
      {
        holds: "an empty partition of another type",
        make: (d: LoopDisk) => {
          tool("sfdisk", [d.device], "label: gpt\nname=numafleet, type=swap\n");
          scan(d);
        },
        told: /hot-part1 is empty, but was not made by numafleet;/,
      },
      {
        holds: "a partition as ours with a byte in it",
        make: (d: LoopDisk) => {
          table(d);
          write(d, 20 * MIB, "x");
        },
        told: /hot-part1 holds data of no known kind/,
      },
      {
        holds: "a partition as ours with swap in it",
        make: (d: LoopDisk) => {
          table(d);
          tool("mkswap", [`${d.device}p1`]);
        },
        told: /hot-part1 holds no file system, but swap;/,
      },
    ])("and hold $holds are left alone to the last byte, not mounted, and told of", ({ make, told }) => {
      const { disk, device } = aNamedDisk("hot", 64);
      make(disk);
      const before = disk.digest();
      const run = bootWithTools(["partition", device, at("data"), "folder", "x"]);
      expect(run.said).toMatch(told);
      expect(run.said).toMatch(/ left alone, and not mounted\.$/m);
      expect(run).toMatchObject({ code: 1, fstab: STATIC, found: [] });
      expect(disk.digest()).toBe(before);
    });

    test("and have a file system without one keep it, mounted as it is; and the other way round", () => {
      const [whole, parted] = [aNamedDisk("whole", 16), aNamedDisk("parted", 64)];
      extFour(whole.disk);
      table(parted.disk);
      tool("mkfs.ext4", ["-q", `${parted.disk.device}p1`]);
      const run = bootWithTools([
        ...["partition", whole.device, at("data")],
        ...["disk", parted.device, at("more"), "folder", "x"],
      ]);
      expect(run.said).toContain(
        `numafleet: ${whole.device} is declared with a partition, and has its file system without one, which is kept.\n`,
      );
      expect(run.said).toContain(
        `numafleet: ${parted.device} is declared without a partition, and has its file system on one, which is kept.\n`,
      );
      expect(run.said).not.toContain("made a");
      expect(run).toMatchObject({ code: 0, found: ["data", "more", "more/x"] });
      expect(run.fstab).toBe(
        STATIC + partLine(whole.device) + partLine(parted.part).replace(at("data"), at("more")),
      );
      expect([whole.disk.kind(), parted.disk.kind()]).toEqual(["ext4", "gpt"]);
    });

    test("and have grown get all of it in their partition, in use all the while, and the rest of the table stays", () => {
      const { disk, device, part: one } = aNamedDisk("hot", 64);
      const words = ["partition", device, at("data"), "folder", "clean"];
      const small = bootWithTools(words).sizes.data ?? 0;
      const made = part(one);
      disk.resize(256 * MIB);
      const without = boot(words, { before: noSfdisk });
      expect(without.said).toMatch(
        new RegExp(`^numafleet: ${one} did not grow with its disk: .*sfdisk: not found$`, "m"),
      );
      expect(part(one)).toEqual(made);
      const inUse = `mkdir -p data; mount ${one} data; exec 9<data/clean`;
      const grown = bootWithTools(words, inUse);
      expect(grown.said).not.toContain(`${one} did not grow`);
      const after = part(one);
      expect(Number(after.PART_ENTRY_SIZE) * 512).toBeGreaterThanOrEqual(254 * MIB);
      const same = ["PART_ENTRY_UUID", "PART_ENTRY_OFFSET", "PART_ENTRY_NAME", "PART_ENTRY_TYPE", "UUID"];
      expect(same.map((key) => after[key])).toEqual(same.map((key) => made[key]));
      tool("sfdisk", ["--verify", disk.device]);
      if (unable === "") expect(grown.sizes.data).toBeGreaterThan(3 * small);
      // At the end there is nothing left to grow by, so sfdisk is not missed.
      expect(boot(words, { before: noSfdisk }).said).not.toContain("sfdisk");
    });

    test("and whose partition is another's are mounted, and it does not grow", () => {
      const { disk, device, part: one } = aNamedDisk("hot", 64);
      tool("sfdisk", [disk.device], "label: gpt\nname=data\n");
      scan(disk);
      tool("mkfs.ext4", ["-q", `${disk.device}p1`]);
      const size = part(one).PART_ENTRY_SIZE;
      disk.resize(256 * MIB);
      const run = bootWithTools(["partition", device, at("data")]);
      expect(run).toMatchObject({ code: 0, found: ["data"], fstab: STATIC + partLine(one) });
      expect(part(one).PART_ENTRY_SIZE).toBe(size);
    });
  });
});
