import { parseCpuset } from "../model/cpuset.ts";
import type { Bytes } from "../model/quantity.ts";
import type { Cgroup } from "../model/weight.ts";
import { type Asked, type Unknown, unknown } from "./asked.ts";
import type { FilesystemFacts, GpuFacts, GpuProfileFacts, HardwareFacts, LinkFacts } from "./hardware.ts";

/** What the scripts of live/hardwareScripts.ts print, as data. What they do not print is unknown, by name. */

/** Everything but the file systems. */
export function parseHardware(text: string): Omit<HardwareFacts, "filesystems"> {
  const answers = answersOf(text);
  const cpus = (name: string) => setAt(answers, `/sys/devices/system/cpu/${name}`);
  return {
    cpuModel: answers.words.get("model")?.[0] ?? unknown("/proc/cpuinfo names no model"),
    presentCpus: cpus("present"),
    onlineCpus: cpus("online"),
    sockets: socketsOf(answers),
    memory: meminfo(answers, "MemTotal"),
    swap: meminfo(answers, "SwapTotal"),
    overcommit: numberAt(answers, "/proc/sys/vm/overcommit_memory"),
    overcommitRatio: numberAt(answers, "/proc/sys/vm/overcommit_ratio"),
    commitLimit: meminfo(answers, "CommitLimit"),
    cgroup: answers.seen.has("cgroup") ? cgroupOf(answers) : unknown("/sys/fs/cgroup is not there"),
    links: answers.seen.has("net") ? linksOf(answers) : unknown("/sys/class/net is not there"),
    gpus: answers.seen.has("pci") ? gpusOf(answers) : unknown("/sys/bus/pci/devices is not there"),
  };
}

interface Answers {
  /** First line of a file, by its path. */
  readonly files: ReadonlyMap<string, string>;
  readonly unreadable: ReadonlySet<string>;
  /** Last part of where a link leads, by its path. */
  readonly links: ReadonlyMap<string, string>;
  /** Paths that are there. */
  readonly has: readonly string[];
  /** Lines of another kind, by their first word. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  readonly seen: ReadonlySet<string>;
}

function answersOf(text: string): Answers {
  const files = new Map<string, string>();
  const unreadable = new Set<string>();
  const links = new Map<string, string>();
  const has: string[] = [];
  const words = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const line of text.split("\n")) {
    const [kind = "", rest] = cut(line);
    const [path = "", value = ""] = cut(rest ?? "");
    if (rest === undefined) seen.add(kind);
    else if (kind === "is") files.set(path, value.trim());
    else if (kind === "unreadable") unreadable.add(rest);
    else if (kind === "link") links.set(path, value);
    else if (kind === "has") has.push(rest);
    else words.set(kind, [...(words.get(kind) ?? []), rest.trim()]);
  }
  return { files, unreadable, links, has, words, seen };
}

function cut(line: string): [string, string | undefined] {
  const at = line.indexOf(" ");
  return at < 0 ? [line, undefined] : [line.slice(0, at), line.slice(at + 1)];
}

function missing({ unreadable }: Answers, path: string): Unknown {
  return unknown(unreadable.has(path) ? `${path} cannot be read` : `${path} is not there`);
}

function odd(path: string, value: string): Unknown {
  return unknown(`${path} says ${JSON.stringify(value.slice(0, 40))}`);
}

function numberAt(answers: Answers, path: string): Asked<number> {
  const value = answers.files.get(path);
  if (value === undefined) return missing(answers, path);
  return /^\d{1,9}$/.test(value) ? Number(value) : odd(path, value);
}

function setAt(answers: Answers, path: string): Asked<readonly number[]> {
  const value = answers.files.get(path);
  if (value === undefined) return missing(answers, path);
  return parseCpuset(value) ?? odd(path, value);
}

const PACKAGE = /^\/sys\/devices\/system\/cpu\/cpu\d+\/topology\/physical_package_id$/;

function socketsOf({ files }: Answers): Asked<number> {
  // A machine that names no sockets says -1 for each CPU.
  const ids = [...files].flatMap(([path, id]) => (PACKAGE.test(path) && /^\d{1,6}$/.test(id) ? [id] : []));
  return ids.length === 0 ? unknown("no CPU tells its socket") : new Set(ids).size;
}

/** In a hybrid of both libvirt takes the version that has the CPU controller, as is asked here. */
function cgroupOf({ files, has }: Answers): Cgroup | undefined {
  const controllers = files.get("/sys/fs/cgroup/cgroup.controllers")?.split(" ") ?? [];
  if (controllers.includes("cpu")) return "v2";
  return has.some((path) => path.endsWith("/cpu.shares")) ? "v1" : undefined;
}

function meminfo({ words }: Answers, field: string): Asked<Bytes> {
  for (const line of words.get("memory") ?? []) {
    const match = /^(\w+):\s+(\d+) kB$/.exec(line);
    if (match?.[1] === field) return exact(match[2] ?? "", 1024n, `${field} of /proc/meminfo`);
  }
  return unknown(`/proc/meminfo has no ${field}`);
}

/** A product of whole numbers, if it can be counted exactly. */
function exact(figure: string, factor: bigint, what: string): Asked<number> {
  const product = BigInt(figure) * factor;
  return product <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(product)
    : unknown(`${what} is ${product}, more than can be counted exactly`);
}

function linksOf(answers: Answers): LinkFacts[] {
  const { words, has, links } = answers;
  return (words.get("interface") ?? []).map((name) => {
    const at = `/sys/class/net/${name}`;
    const lower = `${at}/lower_`;
    return {
      name,
      isPhysical: has.includes(`${at}/device`),
      isBridge: has.includes(`${at}/bridge`),
      isBond: has.includes(`${at}/bonding`),
      master: links.get(`${at}/master`) ?? "",
      lowers: has.flatMap((path) => (path.startsWith(lower) ? [path.slice(lower.length)] : [])),
      speed: speedOf(answers, name),
    };
  });
}

/** Megabits a second; -1, or no answer at all, of one that is down or is made by software. */
function speedOf({ files }: Answers, name: string): LinkFacts["speed"] {
  const value = files.get(`/sys/class/net/${name}/speed`);
  if (value === undefined || value === "-1" || value === "4294967295")
    return unknown(`${name} tells no link speed`);
  if (!/^\d{1,9}$/.test(value)) return odd(`/sys/class/net/${name}/speed`, value);
  return Number(value) === 0 ? unknown(`${name} tells no link speed`) : Number(value) * 1e6;
}

const PCI = "/sys/bus/pci/devices";

function gpusOf(answers: Answers): GpuFacts[] {
  const { words, links } = answers;
  const functions = (words.get("display") ?? []).map((address) => functionOf(answers, address));
  const parents = new Set(functions.map((each) => links.get(`${PCI}/${each.address}/physfn`)));
  return functions.flatMap((gpu): GpuFacts[] => {
    const own = links.get(`${PCI}/${gpu.address}/physfn`);
    const virtual = functions.filter(
      (each) => links.get(`${PCI}/${each.address}/physfn`) === (own ?? gpu.address),
    );
    const isSliced = virtual.some((each) => each.profiles.length > 0);
    const hasVendorVgpus = [gpu, ...virtual].some((each) => each.hasVendorVgpus);
    const makesVgpus = isSliced || hasVendorVgpus;
    // Functions that make vGPUs are told with their GPU; others are handed out themselves, and their GPU is not.
    if (own === undefined ? parents.has(gpu.address) && !makesVgpus : makesVgpus) return [];
    const profiles = together([gpu, ...(own === undefined ? virtual : [])].flatMap((each) => each.profiles));
    return [{ ...gpu, profiles, hasVendorVgpus }];
  });
}

/** A kind as one function tells it, with the most that its GPU holds of it, where the driver says that. */
interface KindFacts extends GpuProfileFacts {
  readonly most: number | undefined;
}

function functionOf(
  answers: Answers,
  address: string,
): Omit<GpuFacts, "profiles"> & { readonly profiles: readonly KindFacts[] } {
  const { files, links } = answers;
  const at = `${PCI}/${address}`;
  const plain = (name: string) => files.get(`${at}/${name}`);
  const count = (text: string | undefined) => (/^\d{1,6}$/.test(text ?? "") ? Number(text) : undefined);
  const id = (name: string) => (plain(name) ?? "").replace(/^0x/, "");
  return {
    address,
    model: `${id("vendor")}:${id("device")}`,
    cell: count(plain("numa_node")),
    driver: links.get(`${at}/driver`) ?? "",
    iommuGroup: count(links.get(`${at}/iommu_group`)),
    isConsole: plain("boot_vga") === "1",
    functions: count(plain("sriov_numvfs")) ?? 0,
    profiles: profilesOf(answers, `${at}/mdev_supported_types/`),
    hasVendorVgpus: plain("nvidia/current_vgpu_type") !== undefined,
  };
}

/** NVIDIA's description of a kind: `num_heads=1, frl_config=60, framebuffer=4096M, …, max_instance=10`. */
const MOST_INSTANCES = /\bmax_instance=(\d{1,6})\b/;

function profilesOf({ files, has }: Answers, folder: string): KindFacts[] {
  const below = has.flatMap((path) => (path.startsWith(folder) ? [path.slice(folder.length)] : []));
  return below
    .filter((path) => !path.includes("/"))
    .map((type) => {
      const devices = `${type}/devices/`;
      const uuids = below.flatMap((path) => (path.startsWith(devices) ? [path.slice(devices.length)] : []));
      const free = files.get(`${folder}${type}/available_instances`) ?? "";
      const most = MOST_INSTANCES.exec(files.get(`${folder}${type}/description`) ?? "")?.[1];
      return {
        type,
        name: files.get(`${folder}${type}/name`) ?? "",
        available: /^\d{1,6}$/.test(free) ? Number(free) : undefined,
        used: uuids.length,
        uuids,
        most: most === undefined ? undefined : Number(most),
      };
    });
}

/**
 * One entry for each type, with what all functions have of it. Each virtual function says that it can make one as long
 * as the GPU can: together they say more than it holds.
 */
function together(profiles: readonly KindFacts[]): GpuProfileFacts[] {
  return [...Map.groupBy(profiles, ({ type }) => type)].map(([type, list]) => {
    const used = list.reduce((sum, each) => sum + each.used, 0);
    const most = Math.min(...list.map((each) => each.most ?? Number.POSITIVE_INFINITY));
    return {
      type,
      name: list.find(({ name }) => name !== "")?.name ?? "",
      available: list.reduce<number | undefined>(
        (sum, { available }) =>
          sum === undefined || available === undefined
            ? undefined
            : Math.min(sum + available, Math.max(0, most - used)),
        0,
      ),
      used,
      uuids: list.flatMap(({ uuids }) => uuids),
    };
  });
}

/** The file systems of these paths, which the script was asked for in this order. */
export function parseFilesystems(
  text: string,
  paths: readonly string[],
): Map<string, Asked<FilesystemFacts>> {
  const blocks = blocksOf(text);
  return new Map(paths.map((path, i) => [path, filesystemOf(blocks.get(i) ?? "", path)]));
}

/** Of the same answer the paths whose file system was given up, with the reason. */
export function parseSilent(text: string, paths: readonly string[]): Map<string, string> {
  const blocks = blocksOf(text);
  return new Map(
    paths.flatMap((path, i): [string, string][] => {
      const why = silence(blocks.get(i) ?? "", path);
      return why === undefined ? [] : [[path, why]];
    }),
  );
}

function blocksOf(text: string): ReadonlyMap<number, string> {
  return new Map(
    text
      .split(/^filesystem (?=\d+$)/m)
      .slice(1)
      .map((block): [number, string] => [Number.parseInt(block, 10), block]),
  );
}

function silence(block: string, path: string): string | undefined {
  const seconds = /^silent (\d+)$/m.exec(block)?.[1];
  return seconds && `${path}: its file system did not answer in ${seconds} s`;
}

/** `df -P` of POSIX: device, blocks, used, available, per cent, mount point; blanks may be in the first and the last. */
const MOUNTED = /^mounted (.+?) +\S+ +\S+ +\S+ +\S+% +(\/.*)$/m;

function filesystemOf(block: string, path: string): Asked<FilesystemFacts> {
  const silent = silence(block, path);
  if (silent !== undefined) return unknown(silent);
  const failed = /^failed (.*)$/m.exec(block)?.[1];
  if (failed !== undefined) return unknown(`${path}: ${failed || "its file system does not answer"}`);
  const [, size = "", blocks = "", available = "", type = ""] =
    /^room (\d+) (\d+) (\d+)(?: (.*))?$/m.exec(block) ?? [];
  const [, device, mount] = MOUNTED.exec(block) ?? [];
  if (size === "") return unknown(`the room of ${path} was not told`);
  if (device === undefined || mount === undefined)
    return unknown(`where the file system of ${path} is mounted was not told`);
  const capacity = exact(blocks, BigInt(size), `the room of ${path}`);
  const free = exact(available, BigInt(size), `the free room of ${path}`);
  if (typeof capacity !== "number") return capacity;
  if (typeof free !== "number") return free;
  const turns = /^rotational ([01])$/m.exec(block)?.[1];
  return {
    mount,
    device,
    type: type.trim(),
    capacity,
    available: free,
    rotational: turns === undefined ? undefined : turns === "1",
  };
}
