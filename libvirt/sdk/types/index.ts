// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.

export type * from "./character.ts";
export type * from "./cpu.ts";
export type * from "./devices.ts";
export type * from "./devicesFilesystem.ts";
export type * from "./devicesGraphic.ts";
export type * from "./disk.ts";
export type * from "./diskBackingStore.ts";
export type * from "./diskBackingStoreSource.ts";
export type * from "./diskBackingStoreSourceNetwork.ts";
export type * from "./diskDriver.ts";
export type * from "./diskMirror.ts";
export type * from "./diskMirrorSource.ts";
export type * from "./diskMirrorSourceNetwork.ts";
export type * from "./diskSource.ts";
export type * from "./domain.ts";
export type * from "./features.ts";
export type * from "./hostdev.ts";
export type * from "./network.ts";
export type * from "./networkInterface.ts";
export type * from "./os.ts";
export type * from "./osNvRam.ts";
export type * from "./osNvRamSource.ts";
export type * from "./osNvRamSourceNetwork.ts";
export type * from "./osNvRamSourceVhost.ts";
export type * from "./storage.ts";
