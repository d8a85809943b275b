// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.

export type * from "./character.ts";
export type * from "./cpu.ts";
export type * from "./devices.ts";
export type * from "./disk.ts";
export type * from "./domain.ts";
export type * from "./features.ts";
export type * from "./hostdev.ts";
export type * from "./network.ts";
export type * from "./networkInterface.ts";
export type * from "./os.ts";
export type * from "./storage.ts";
