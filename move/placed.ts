/**
 * What a host decides of a VM: pins, NUMA binding, the pools its disks lie in, the bridge. The same change is made to
 * the definition that goes to the target and to the inputs in the stack's state, so that the next update finds both
 * as the program declares them.
 */
export type Item = Readonly<Record<string, unknown>>;

/** Properties that the host alone decides. */
const OF_HOST = ["cpuTune", "numaTune", "vcpuCpuset"] as const;
/** Properties of `cpu` that follow from the host's cores and cells. */
const OF_HOST_CPU = ["topology", "numa"] as const;

/** Sizes that a rehearsal scales by the host's memory. */
const OF_REHEARSED_HOST = [
  ...["memory", "memoryUnit", "currentMemory", "currentMemoryUnit"],
  ...["maximumMemory", "maximumMemoryUnit"],
];

/** A domain's inputs with all that its host decides as `args` have it; everything else as it is. */
export function placedOn(inputs: Item, args: Item, isRehearsal = false): Item {
  const devices = asItem(inputs.devices);
  const placed = asItem(args.devices);
  return {
    ...taken(inputs, args, isRehearsal ? [...OF_HOST, ...OF_REHEARSED_HOST] : OF_HOST),
    ...(inputs.cpu === undefined ? {} : { cpu: taken(asItem(inputs.cpu), asItem(args.cpu), OF_HOST_CPU) }),
    devices: {
      ...devices,
      ...withPlaces(devices, placed, "disks", (disk) => asItem(disk.target).dev),
      ...withPlaces(devices, placed, "interfaces", (_, position) => position),
    },
  };
}

function taken(inputs: Item, from: Item, keys: readonly string[]): Item {
  const kept = Object.entries(inputs).filter(([key]) => !keys.includes(key));
  const own = keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]] as const);
  return Object.fromEntries([...kept, ...own]);
}

/** What the host decides of a device: where it is, and limits that follow from the host's bandwidth. */
const OF_HOST_DEVICE = ["source", "ioTune", "bandwidth"] as const;

/** Devices with what their host decides, told apart by a key; one that has no counterpart stays as it is. */
function withPlaces(
  devices: Item,
  placed: Item,
  list: string,
  keyOf: (device: Item, position: number) => unknown,
): Item {
  if (!Array.isArray(devices[list])) return {};
  const counterparts = asList(placed[list]);
  const byKey = new Map(counterparts.map((device, i) => [keyOf(device, i), device]));
  const changed = asList(devices[list]).map((device, i) => {
    const counterpart = byKey.get(keyOf(device, i));
    return counterpart === undefined ? device : taken(device, counterpart, OF_HOST_DEVICE);
  });
  return { [list]: changed };
}

const asItem = (value: unknown): Item => (typeof value === "object" && value !== null ? (value as Item) : {});
const asList = (value: unknown): readonly Item[] => (Array.isArray(value) ? (value as Item[]) : []);
