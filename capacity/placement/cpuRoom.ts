import type { VM } from "../../model/vm.ts";
import { effective } from "../host/effective.ts";
import { listCpus } from "../host/names.ts";
import { type CoreTable, fewestThreads } from "./cores.ts";

/** What is true of a CPU; none of it makes it free. */
const RESERVED = 1;
/** A vCPU is pinned to it. */
const PINNED = 2;
/** A VM has it to itself: pinned, or beside the pins of a VM with whole cores. */
const DEDICATED = 4;
/** An emulator or iothread set lies on it. */
const HELPER = 8;
/** A vCPU of a VM with whole cores is pinned to it. */
const WHOLE = 16;

/** Ratios are decimals with at most so many places. */
export const PLACES = 1_000_000;

/** A host's CPUs, and what its VMs take of them. */
export class CpuRoom {
  readonly #cores: CoreTable;
  readonly #ratio: number;
  /** False where CPU does not count: then any number of vCPUs may float, if there is a CPU at all. */
  readonly #counts: boolean;
  readonly #flags: Uint8Array;
  /** Wholly free cores by cell, where all cores have as many threads; null where they have not. */
  readonly #whole: number[] | null;
  /** Core size → how many are wholly free, by cell. */
  readonly #wholeBySize: readonly Map<number, number>[];
  /** Free threads by cell, those of half-used cores too. */
  readonly #threads: number[];
  /** CPUs that are not kept for the host. */
  readonly usable: number;
  #shared: number;
  #floating = 0;
  /** The fewest CPUs that those need who float; undefined until asked for. */
  #floor: number | undefined;
  #free: number;
  /** CPUs that emulator threads may use, as positions; null where a change may have made others of them. */
  #reservedPlaces: readonly number[] | null = null;
  #helperPlaces: readonly number[] | null = null;

  constructor(cores: CoreTable, reserved: readonly number[], ratio: number, counts: boolean) {
    this.#cores = cores;
    this.#ratio = ratio;
    this.#counts = counts;
    this.#flags = new Uint8Array(cores.cpus.length);
    for (const cpu of reserved) this.#flags[cores.position.get(cpu) as number] = RESERVED;
    const cells = cores.firstCore.length;
    const isUniform = cores.smallestCore === cores.largestCore;
    this.#whole = isUniform ? Array<number>(cells).fill(0) : null;
    this.#wholeBySize = isUniform ? [] : Array.from({ length: cells }, () => new Map());
    this.#threads = Array<number>(cells).fill(0);
    for (let core = 0; core < cores.cellOf.length; core++) {
      const cell = cores.cellOf[core] as number;
      const free = this.#freeCount(core);
      this.#threads[cell] = (this.#threads[cell] as number) + free;
      if (free === this.#sizeOf(core)) this.#addWhole(cell, free, 1);
    }
    this.usable = cores.cpus.length - reserved.length;
    this.#shared = this.usable;
    this.#free = this.usable;
  }

  /** CPUs that no VM has to itself. */
  get shared(): number {
    return this.#shared;
  }

  /** CPUs that VMs have to themselves. */
  get dedicated(): number {
    return this.usable - this.#shared;
  }

  /** vCPUs that float over the shared CPUs. */
  get floating(): number {
    return this.#floating;
  }

  /** CPUs that may still be given to VMs to themselves without leaving those that float too few. */
  get spare(): number {
    if (this.#floating === 0) return this.#shared;
    if (this.#floor === undefined) {
      const vcpus = this.#counts ? this.#floating : 1;
      // `effective` rounds down, so the least number of CPUs that is enough is tried out.
      let least = Math.floor(vcpus / this.#ratio);
      while (effective(least, this.#ratio) < vcpus) least++;
      this.#floor = least;
    }
    return this.#shared - this.#floor;
  }

  /** vCPUs that may still float. */
  get spareVcpus(): number {
    const promised = effective(this.#shared, this.#ratio);
    if (!this.#counts) return promised > 0 ? Number.POSITIVE_INFINITY : 0;
    return promised - this.#floating;
  }

  /** CPUs that are left: a vCPU that floats takes `1 / ratio` of one. In units of which `cpuUnit` are a CPU. */
  get left(): number {
    return this.#shared * this.cpuUnit - this.#floating * PLACES;
  }

  get cpuUnit(): number {
    return Math.round(this.#ratio * PLACES);
  }

  /** Threads that are free, those of half-used cores too, in all cells. */
  get free(): number {
    return this.#free;
  }

  freeIn(cell: number): number {
    return this.#threads[cell] as number;
  }

  /** Threads of a cell's cores that are wholly free. */
  wholeIn(cell: number): number {
    if (this.#whole) return (this.#whole[cell] as number) * this.#cores.largestCore;
    let threads = 0;
    for (const [size, n] of this.#wholeBySize[cell] ?? []) threads += size * n;
    return threads;
  }

  /** CPUs that so many vCPUs take of a cell; undefined if it has too few. */
  takes(cell: number, vcpus: number, wholeCores: boolean): number | undefined {
    if (!wholeCores) return vcpus <= this.freeIn(cell) ? vcpus : undefined;
    const size = this.#cores.largestCore;
    if (this.#whole) {
      const cores = Math.ceil(vcpus / size);
      return cores <= (this.#whole[cell] as number) ? cores * size : undefined;
    }
    const chosen = fewestThreads(this.#wholeBySize[cell] as Map<number, number>, vcpus);
    if (chosen === null) return undefined;
    let threads = 0;
    for (const [threadsEach, n] of chosen) threads += threadsEach * n;
    return threads;
  }

  #addWhole(cell: number, size: number, n: number): void {
    if (this.#whole) this.#whole[cell] = (this.#whole[cell] as number) + n;
    else {
      const counts = this.#wholeBySize[cell] as Map<number, number>;
      counts.set(size, (counts.get(size) ?? 0) + n);
    }
  }

  /** Whether there is a place for emulator threads already; else a VM needs a CPU for them. */
  get hasEmulatorPlace(): boolean {
    return this.#reserved.length > 0 || this.#helpers.length > 0;
  }

  get #reserved(): readonly number[] {
    this.#reservedPlaces ??= this.#emulatorPlaces(RESERVED);
    return this.#reservedPlaces;
  }

  get #helpers(): readonly number[] {
    this.#helperPlaces ??= this.#emulatorPlaces(HELPER);
    return this.#helperPlaces;
  }

  /** CPUs with a flag that emulator threads may use: none is pinned, or beside the pins of a VM with whole cores. */
  #emulatorPlaces(flag: number): number[] {
    const { firstThread, coreOf } = this.#cores;
    const places: number[] = [];
    for (let p = 0; p < this.#flags.length; p++) {
      const flags = this.#flags[p] as number;
      if ((flags & flag) === 0 || (flags & PINNED) !== 0) continue;
      const core = coreOf[p] as number;
      let isBeside = false;
      for (let q = firstThread[core] as number; q < (firstThread[core + 1] as number); q++) {
        isBeside ||= q !== p && ((this.#flags[q] as number) & WHOLE) !== 0;
      }
      if (!isBeside) places.push(p);
    }
    return places;
  }

  /**
   * The CPUs of QEMU's emulator threads for a VM in these cells: the ones that the host keeps for itself there, else
   * those of the nearest cell that has some; where it keeps none, threads of the VM's own cores without a vCPU, else
   * those that emulator threads of others have, else the free threads of one core, half-used ones first.
   *
   * @param pins the VM's own, counted already
   */
  emulatorFor(cells: readonly number[], pins: readonly number[]): number[] {
    const { cellOf, coreOf, nearest } = this.#cores;
    const cellAt = (p: number) => cellOf[coreOf[p] as number] as number;
    const near = nearest[cells[0] as number] ?? [];
    for (const places of [this.#reserved, this.#idleBeside(pins), this.#helpers]) {
      const own = places.filter((p) => cells.includes(cellAt(p)));
      if (own.length > 0) return this.#numbers(own);
      for (const cell of near) {
        const there = places.filter((p) => cellAt(p) === cell);
        if (there.length > 0) return this.#numbers(there);
      }
    }
    for (const cell of [...cells, ...near]) {
      const cores = this.#coresOf(cell).filter((core) => this.#freeCount(core) > 0);
      const best = cores.find((core) => !this.#isWhole(core)) ?? cores.at(-1);
      if (best !== undefined) return this.#numbers(this.#freeOf(best));
    }
    return [];
  }

  /** Threads of a VM's own cores that none of its vCPUs is on. */
  #idleBeside(pins: readonly number[]): number[] {
    const { position, firstThread, coreOf } = this.#cores;
    const idle = new Set<number>();
    for (const cpu of pins) {
      const core = coreOf[position.get(cpu) as number] as number;
      for (let q = firstThread[core] as number; q < (firstThread[core + 1] as number); q++) {
        if (this.#flags[q] === DEDICATED) idle.add(q);
      }
    }
    return [...idle];
  }

  #numbers(positions: readonly number[]): number[] {
    return positions.map((p) => this.#cores.cpus[p] as number).sort((a, b) => a - b);
  }

  #coresOf(cell: number): number[] {
    const { firstCore, cellOf } = this.#cores;
    const cores: number[] = [];
    for (let core = firstCore[cell] as number; cellOf[core] === cell; core++) cores.push(core);
    return cores;
  }

  #sizeOf(core: number): number {
    const { firstThread } = this.#cores;
    return (firstThread[core + 1] as number) - (firstThread[core] as number);
  }

  #freeCount(core: number): number {
    const { firstThread } = this.#cores;
    let free = 0;
    for (let p = firstThread[core] as number; p < (firstThread[core + 1] as number); p++) {
      if (this.#flags[p] === 0) free++;
    }
    return free;
  }

  #isWhole(core: number): boolean {
    return this.#freeCount(core) === this.#sizeOf(core);
  }

  /** Positions of a core's free threads. */
  #freeOf(core: number): number[] {
    const { firstThread } = this.#cores;
    const free: number[] = [];
    for (let p = firstThread[core] as number; p < (firstThread[core + 1] as number); p++) {
      if (this.#flags[p] === 0) free.push(p);
    }
    return free;
  }

  /** A CPU for each of so many vCPUs in a cell, siblings side by side, the first cores first. */
  pinsIn(cell: number, vcpus: number, wholeCores: boolean): number[] {
    const pins: number[] = [];
    for (const core of this.#coresFor(cell, vcpus, wholeCores)) {
      for (const p of this.#freeOf(core)) {
        if (pins.length < vcpus) pins.push(this.#cores.cpus[p] as number);
      }
    }
    return pins;
  }

  #coresFor(cell: number, vcpus: number, wholeCores: boolean): number[] {
    const inCell = this.#coresOf(cell);
    if (!wholeCores) {
      // Cores that are used already first: whole ones stay for the VMs that want them whole.
      const isWhole = (core: number) => Number(this.#isWhole(core));
      return inCell.sort((a, b) => isWhole(a) - isWhole(b) || a - b);
    }
    const counts = this.#whole
      ? new Map([[this.#cores.largestCore, this.#whole[cell] as number]])
      : (this.#wholeBySize[cell] as Map<number, number>);
    const wanted = new Map(fewestThreads(counts, vcpus) ?? []);
    return inCell.filter((core) => {
      const size = this.#sizeOf(core);
      const left = wanted.get(size) ?? 0;
      if (left === 0 || !this.#isWhole(core)) return false;
      wanted.set(size, left - 1);
      return true;
    });
  }

  /** Counts a VM that is on this host. */
  take(vm: VM): void {
    const pins = vm.pins?.flat() ?? [];
    if (pins.length === 0) {
      this.#floating += vm.vcpus;
      this.#floor = undefined;
    }
    const { position, firstThread, coreOf } = this.#cores;
    for (const cpu of pins) {
      const p = position.get(cpu);
      if (p === undefined) continue;
      this.#mark(p, PINNED | DEDICATED | (vm.exclusiveCores ? WHOLE : 0));
      if (!vm.exclusiveCores) continue;
      const core = coreOf[p] as number;
      for (let q = firstThread[core] as number; q < (firstThread[core + 1] as number); q++) {
        if (((this.#flags[q] as number) & RESERVED) === 0) this.#mark(q, DEDICATED);
      }
    }
    this.takeHelpers(vm);
  }

  /** Emulator and iothread sets count as soon as they are known, before the VM itself has its pins. */
  takeHelpers(vm: Pick<VM, "emulator" | "iothreads">): void {
    for (const set of [vm.emulator, ...vm.iothreads.map((thread) => thread.cpus)]) {
      for (const cpu of set ?? []) {
        const p = this.#cores.position.get(cpu);
        if (p !== undefined) this.#mark(p, HELPER);
      }
    }
  }

  #mark(p: number, flags: number): void {
    const before = this.#flags[p] as number;
    const after = before | flags;
    if (after === before) return;
    const { coreOf, cellOf } = this.#cores;
    const core = coreOf[p] as number;
    const cell = cellOf[core] as number;
    if (before === 0) {
      if (this.#isWhole(core)) this.#addWhole(cell, this.#sizeOf(core), -1);
      this.#threads[cell] = (this.#threads[cell] as number) - 1;
      this.#free--;
    }
    this.#flags[p] = after;
    if ((before & (RESERVED | DEDICATED)) === 0 && (after & DEDICATED) !== 0) this.#shared--;
    if (this.#has(core, HELPER)) this.#helperPlaces = null;
    if (this.#has(core, RESERVED)) this.#reservedPlaces = null;
  }

  #has(core: number, flag: number): boolean {
    const { firstThread } = this.#cores;
    for (let p = firstThread[core] as number; p < (firstThread[core + 1] as number); p++) {
      if (((this.#flags[p] as number) & flag) !== 0) return true;
    }
    return false;
  }

  /** Why the pins of a VM cannot be beside what is counted already, as part of a sentence. */
  conflict(vm: VM): string | undefined {
    const pinned = [...new Set(vm.pins?.flat())];
    const { position } = this.#cores;
    const lost = pinned.filter((cpu) => !position.has(cpu));
    if (lost.length > 0) return `the host has no ${listCpus(lost)}`;
    const at = (cpu: number) => position.get(cpu) as number;
    const kept = pinned.filter((cpu) => ((this.#flags[at(cpu)] as number) & RESERVED) !== 0);
    if (kept.length > 0) return `the host keeps ${listCpus(kept)} for itself`;
    const taken = pinned.filter((cpu) => this.#isTaken(at(cpu), vm));
    if (taken.length > 0) return `${listCpus(taken)} ${taken.length === 1 ? "is" : "are"} taken`;
    if (pinned.length === 0) return vm.vcpus > this.spareVcpus ? "too few shared CPUs are left" : undefined;
    return pinned.length > this.spare ? "VMs that float over shared CPUs need its CPUs" : undefined;
  }

  /** Whether another VM uses a CPU, or a thread beside it where one of the two wants whole cores. */
  #isTaken(p: number, vm: VM): boolean {
    const { firstThread, coreOf } = this.#cores;
    if (((this.#flags[p] as number) & (PINNED | HELPER)) !== 0) return true;
    const core = coreOf[p] as number;
    for (let q = firstThread[core] as number; q < (firstThread[core + 1] as number); q++) {
      const flags = this.#flags[q] as number;
      if ((flags & WHOLE) !== 0 || (vm.exclusiveCores && (flags & (PINNED | HELPER)) !== 0)) return true;
    }
    return false;
  }

  /** All that decides what fits and how it scores, but for the cells. */
  get state(): string {
    return `${this.#shared};${this.#floating};${this.hasEmulatorPlace}`;
  }

  stateOf(cell: number): string {
    const whole =
      this.#whole?.[cell] ?? [...(this.#wholeBySize[cell] ?? [])].sort(([a], [b]) => a - b).join("-");
    return `${this.#threads[cell]};${whole}`;
  }
}
