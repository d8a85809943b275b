import { type Gpu, gpuSlots, offers, type VmGpu } from "../../model/gpu.ts";
import type { VM } from "../../model/vm.ts";
import { slotsFor } from "../host/gpus.ts";

/** Assignments that are tried before a VM with several GPUs is given up on a host: nobody has as many. */
const MOST_STEPS = 20_000;

/** Slots of a host's GPUs, and what its VMs have of them. They are there or not: no ratio multiplies them. */
export class GpuRoom {
  readonly #gpus: readonly Gpu[];
  /** Position by address. */
  readonly #positions: ReadonlyMap<string, number>;
  readonly #used: number[];
  /** Kinds of vGPU by GPU: with several of them on one, the one with the fewest instances bounds it. */
  readonly #kinds: Set<string>[];
  /** VMs that have a function of an IOMMU group: all of it is theirs. */
  readonly #groups = new Map<number, Set<string>>();
  readonly #uuids = new Set<string>();

  constructor(gpus: readonly Gpu[]) {
    this.#gpus = gpus;
    this.#positions = new Map(gpus.map(({ address }, g) => [address, g]));
    this.#used = gpus.map(() => 0);
    this.#kinds = gpus.map(() => new Set());
  }

  get slots(): number {
    return this.#gpus.reduce((sum, gpu) => sum + gpuSlots(gpu), 0);
  }

  get used(): number {
    return this.#used.reduce((sum, n) => sum + n, 0);
  }

  /** Slots that are free, as many at most: those of a group that is another VM's count here. */
  get free(): number {
    let free = 0;
    for (let g = 0; g < this.#gpus.length; g++) free += this.#freeOf(g);
    return free;
  }

  #freeOf(g: number): number {
    return Math.max(
      0,
      slotsFor(this.#gpus[g] as Gpu, this.#kinds[g] as Set<string>) - (this.#used[g] as number),
    );
  }

  addressOf(g: number): string {
    return (this.#gpus[g] as Gpu).address;
  }

  /** Id of the host cell that a GPU is attached to; undefined where that is not recorded. */
  cellOf(g: number): number | undefined {
    return this.#gpus[g]?.cell;
  }

  take(vm: Pick<VM, "name" | "gpus">): void {
    for (const want of vm.gpus) {
      const g = want.address === undefined ? undefined : this.#positions.get(want.address);
      if (g !== undefined) this.#add(vm.name, g, want);
    }
  }

  #add(vm: string, g: number, { vgpu }: VmGpu): void {
    const { mode, iommuGroup } = this.#gpus[g] as Gpu;
    this.#used[g] = (this.#used[g] as number) + 1;
    if (vgpu !== undefined) {
      this.#kinds[g]?.add(vgpu.type);
      this.#uuids.add(vgpu.uuid);
    }
    if (mode !== "passthrough" || iommuGroup === undefined) return;
    const owners = this.#groups.get(iommuGroup);
    if (owners) owners.add(vm);
    else this.#groups.set(iommuGroup, new Set([vm]));
  }

  /**
   * A GPU for each that the VM asks for, by position: of those with a free slot the nearest to its cells, then the one
   * that takes least from others. Undefined if there are none.
   *
   * @param way how far a GPU is from the VM's cells
   */
  choose(vm: Pick<VM, "name" | "gpus">, way: (g: number) => number): readonly number[] | undefined {
    if (vm.gpus.length === 0) return [];
    const uuids = vm.gpus.flatMap(({ vgpu }) => vgpu?.uuid ?? []);
    if (new Set(uuids).size < uuids.length || uuids.some((uuid) => this.#uuids.has(uuid))) return undefined;
    const order = [...this.#gpus.keys()];
    const lists = vm.gpus.map((want) => {
      const cost = (g: number) => [way(g), ...this.#waste(g, want, vm.name), g];
      return order
        .filter((g) => this.#offers(g, want, vm.name))
        .map(cost)
        .sort(compareLists)
        .map((each) => each.at(-1) as number);
    });
    const chosen: number[] = [];
    let steps = 0;
    const next = (w: number): boolean => {
      if (w === lists.length) return true;
      for (const g of lists[w] as number[]) {
        if (++steps > MOST_STEPS) return false;
        chosen.push(g);
        if (this.#holds(g, chosen, vm.gpus) && next(w + 1)) return true;
        chosen.pop();
      }
      return false;
    };
    return next(0) ? chosen : undefined;
  }

  /** What others lose by it: other functions of its group; a GPU without vGPUs, or for those of another kind; much room. */
  #waste(g: number, { vgpu }: VmGpu, vm: string): readonly number[] {
    const { mode, iommuGroup } = this.#gpus[g] as Gpu;
    if (vgpu !== undefined) {
      const kinds = this.#kinds[g] as Set<string>;
      return [kinds.has(vgpu.type) ? 0 : kinds.size === 0 ? 1 : 2, this.#freeOf(g)];
    }
    const isOwn = iommuGroup !== undefined && this.#groups.get(iommuGroup)?.has(vm);
    const others = this.#gpus.filter((gpu) => gpu.mode === mode && gpu.iommuGroup === iommuGroup).length - 1;
    return [isOwn ? 0 : others, 0];
  }

  #offers(g: number, want: VmGpu, vm: string): boolean {
    const gpu = this.#gpus[g] as Gpu;
    if (!offers(gpu, want)) return false;
    if (gpu.mode === "vgpu") return true;
    if (gpu.iommuGroup === undefined) return false;
    return [...(this.#groups.get(gpu.iommuGroup) ?? [])].every((owner) => owner === vm);
  }

  /** Whether a GPU has slots for all that it was chosen for. */
  #holds(g: number, chosen: readonly number[], wanted: readonly VmGpu[]): boolean {
    const kinds = new Set(this.#kinds[g]);
    let used = this.#used[g] as number;
    chosen.forEach((other, w) => {
      if (other !== g) return;
      used++;
      const type = wanted[w]?.vgpu?.type;
      if (type !== undefined) kinds.add(type);
    });
    return used <= slotsFor(this.#gpus[g] as Gpu, kinds);
  }

  /** Why the GPUs of a VM cannot be beside what is counted already, as part of a sentence. */
  conflict(vm: Pick<VM, "name" | "gpus">): string | undefined {
    const lost = vm.gpus.find(({ address }) => address === undefined || !this.#positions.has(address));
    if (lost !== undefined) return `the host has no GPU ${lost.address ?? "for it"}`;
    if (this.choose(vm, () => 0) !== undefined) return undefined;
    return `GPU ${vm.gpus.map(({ address }) => address).join(", ")} has no free slot for it`;
  }

  /** What a VM lacks here, as part of a sentence. */
  whyNot(vm: Pick<VM, "name" | "gpus">): string {
    const missing = vm.gpus.find((want) => !this.#gpus.some((gpu) => offers(gpu, want)));
    if (missing !== undefined) return `has no ${describe(missing)}`;
    const taken = vm.gpus.find(({ vgpu }) => vgpu !== undefined && this.#uuids.has(vgpu.uuid));
    if (taken !== undefined) return `has given its vGPU ${taken.vgpu?.uuid} to another VM`;
    const [first] = vm.gpus;
    return `has too few free slots of its GPUs: ${vm.gpus.length} wanted${first === undefined ? "" : `, ${describe(first)}`}`;
  }

  /** All that decides what fits, but for UUIDs. */
  get state(): string {
    if (this.#gpus.length === 0) return "";
    const kinds = this.#kinds.map((each) => [...each].sort().join("+"));
    return `${this.#used.join()};${kinds.join()};${[...this.#groups.keys()].sort().join()}`;
  }
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [i, own] of a.entries()) {
    const difference = own - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function describe({ address, model, vgpu }: VmGpu): string {
  if (vgpu !== undefined) return `vGPU of type ${vgpu.type}`;
  return `GPU for passthrough${model === undefined ? "" : ` of model ${model}`}${address === undefined ? "" : ` at ${address}`}`;
}
