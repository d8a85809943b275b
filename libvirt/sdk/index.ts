export * from "./cloudinitDisk.ts";
export * from "./domain.ts";
export * from "./guestFile.ts";
export * from "./hostTuning.ts";
export * from "./network.ts";
export * from "./pool.ts";
export * from "./provider.ts";
export type * as types from "./types/index.ts";
export * from "./volume.ts";
