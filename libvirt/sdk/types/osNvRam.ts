// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** The VM's own UEFI variable store. */
export interface DomainOsNvRam {
  /** Path of the store on the host; empty where `source` says what it is. Default: a file of libvirt's, named after the VM. */
  readonly nvRam?: string | undefined;
  /** Firmware template that a new store is copied from; never changed or removed. */
  readonly template?: string | undefined;
  /** Format of the store. One of `raw`, `qcow2`. */
  readonly format?: string | undefined;
  /** Format of the template. One of `raw`, `qcow2`. */
  readonly templateFormat?: string | undefined;
  /** Where the data is. */
  readonly source?: types.DomainOsNvRamSource | undefined;
}
