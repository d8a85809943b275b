/** What a VM can have that keeps its memory where it is: a balloon in it takes nothing, or does harm. */

/** By what the VM has; each completes the sentence "it has …". */
export const OBSTACLES = {
  /** A page is given back whole or not at all. */
  hugepages: "memory on hugepages",
  /** VFIO keeps all of a guest's memory in place for the device; QEMU lets a balloon take nothing then. */
  passedThrough: "a passed-through device",
  /** Faults of pages that come back would break its deadlines. */
  realtime: "vCPUs with realtime scheduling",
  locked: "memory that is locked in RAM",
  encrypted: "encrypted memory",
  noDevice: "no balloon device",
} as const;
export type Obstacle = keyof typeof OBSTACLES;
