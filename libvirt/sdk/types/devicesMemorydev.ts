// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A memory device; most models want `maximumMemory` with slots, and guest NUMA cells. */
export interface DomainDevicesMemorydev {
  /** Model: dimm, nvdimm, virtio-mem, virtio-pmem, sgx-epc. */
  readonly model: string;
  /** Whether other processes of the host see what the guest writes. One of `shared`, `private`. */
  readonly access?: string | undefined;
  /** Discard it when the VM ends or the device goes. Default: no. One of `yes`, `no`. */
  readonly discard?: string | undefined;
  /** UUID of an NVDIMM, for ppc64. Default: libvirt's choice. */
  readonly uuid?: string | undefined;
  /** Memory of the host that backs it. Default: as all memory of the VM. */
  readonly source?: types.DomainDevicesMemorydevSource | undefined;
  /** What the guest sees. */
  readonly target?: types.DomainDevicesMemorydevTarget | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesMemorydevAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesMemorydevAlias | undefined;
}

/** Memory of the host that backs it: pages for most models, a path for persistent memory. */
export interface DomainDevicesMemorydevSource {
  /** Size of the host's pages, in `pageSizeUnit`. */
  readonly pageSize?: number | undefined;
  /** Unit of `pageSize`. Default: KiB. */
  readonly pageSizeUnit?: string | undefined;
  /** Host NUMA nodes, such as "0" or "0-1". */
  readonly nodeMask?: string | undefined;
  /** File or device of the host, for persistent memory. */
  readonly path?: string | undefined;
  /** Alignment of the mapping of `path`. */
  readonly alignSize?: number | undefined;
  /** Unit of `alignSize`. Default: KiB. */
  readonly alignSizeUnit?: string | undefined;
  /** Whether `path` is persistent memory itself, so that writes last when they are told to. */
  readonly pmem?: boolean | undefined;
}

/** What the guest sees. */
export interface DomainDevicesMemorydevTarget {
  /** Size, in `sizeUnit`; the most there may be, for virtio-mem. */
  readonly size?: number | undefined;
  /** Unit of `size`. Default: KiB. */
  readonly sizeUnit?: string | undefined;
  /** Guest NUMA cell that it belongs to; needed where the guest has cells. */
  readonly node?: number | undefined;
  /** Step that virtio-mem grows and shrinks by. */
  readonly block?: number | undefined;
  /** Unit of `block`. Default: KiB. */
  readonly blockUnit?: string | undefined;
  /** What virtio-mem shall have now. */
  readonly requested?: number | undefined;
  /** Unit of `requested`. Default: KiB. */
  readonly requestedUnit?: string | undefined;
  /** Whether virtio-mem takes several memory slots of the hypervisor, as they are needed. Default: no. Newer than libvirt 9.0. One of `yes`, `no`. */
  readonly dynamicMemslots?: string | undefined;
  /** Address of virtio-mem or virtio-pmem in the guest. Default: libvirt's choice. Newer than libvirt 9.0. */
  readonly address?: types.DomainDevicesMemorydevTargetAddress | undefined;
  /** Area in which an NVDIMM keeps its label. Default: none. */
  readonly label?: types.DomainDevicesMemorydevTargetLabel | undefined;
  /** Whether the guest may only read an NVDIMM. */
  readonly readOnly?: boolean | undefined;
}

/** Address in the guest. */
export interface DomainDevicesMemorydevTargetAddress {
  /** First byte. */
  readonly base?: number | undefined;
}

/** Label of an NVDIMM. */
export interface DomainDevicesMemorydevTargetLabel {
  /** Size, in `sizeUnit`; it is part of the whole. */
  readonly size?: number | undefined;
  /** Unit of `size`. Default: KiB. */
  readonly sizeUnit?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesMemorydevAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesMemorydevAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
