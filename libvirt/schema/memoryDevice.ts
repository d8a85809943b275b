/** Memory devices of a domain: modules that are plugged in, persistent memory, memory that grows and shrinks. */
import { known } from "./alias.ts";
import { choice, cpuSet, flag, int, nest, pattern, size, struct, text, unit, yesNoText } from "./field.ts";

const NAME = "DomainDevicesMemorydev";

const source = () =>
  struct(
    `${NAME}Source`,
    "Memory of the host that backs it: pages for most models, a path for persistent memory.",
    {
      pageSize: size("pagesize", "Size of the host's pages, in `pageSizeUnit`.", "pageSizeUnit", "KiB"),
      pageSizeUnit: unit("pagesize/@unit", "Unit of `pageSize`. Default: KiB."),
      nodeMask: cpuSet("nodemask", 'Host NUMA nodes, such as "0" or "0-1".'),
      path: text("path", "File or device of the host, for persistent memory."),
      alignSize: size("alignsize", "Alignment of the mapping of `path`.", "alignSizeUnit", "KiB"),
      alignSizeUnit: unit("alignsize/@unit", "Unit of `alignSize`. Default: KiB."),
      pmem: flag(
        "pmem",
        "Whether `path` is persistent memory itself, so that writes last when they are told to.",
      ),
    },
  );

const target = () =>
  struct(`${NAME}Target`, "What the guest sees.", {
    size: size("size", "Size, in `sizeUnit`; the most there may be, for virtio-mem.", "sizeUnit", "KiB"),
    sizeUnit: unit("size/@unit", "Unit of `size`. Default: KiB."),
    node: int("node", "Guest NUMA cell that it belongs to; needed where the guest has cells."),
    block: size("block", "Step that virtio-mem grows and shrinks by.", "blockUnit", "KiB"),
    blockUnit: unit("block/@unit", "Unit of `block`. Default: KiB."),
    requested: size("requested", "What virtio-mem shall have now.", "requestedUnit", "KiB"),
    requestedUnit: unit("requested/@unit", "Unit of `requested`. Default: KiB."),
    dynamicMemslots: yesNoText(
      "@dynamicMemslots",
      "Whether virtio-mem takes several memory slots of the hypervisor, as they are needed. Default: no. Newer than libvirt 9.0.",
    ),
    address: nest(
      "address",
      () =>
        struct(`${NAME}TargetAddress`, "Address in the guest.", {
          base: int("@base", "First byte.", {}, { form: "hex" }),
        }),
      "Address of virtio-mem or virtio-pmem in the guest. Default: libvirt's choice. Newer than libvirt 9.0.",
    ),
    label: nest(
      "label",
      () =>
        struct(`${NAME}TargetLabel`, "Label of an NVDIMM.", {
          size: size("size", "Size, in `sizeUnit`; it is part of the whole.", "sizeUnit", "KiB"),
          sizeUnit: unit("size/@unit", "Unit of `size`. Default: KiB."),
        }),
      "Area in which an NVDIMM keeps its label. Default: none.",
    ),
    readOnly: flag("readonly", "Whether the guest may only read an NVDIMM."),
  });

export const memoryDevice = () =>
  struct(
    NAME,
    "A memory device; most models want `maximumMemory` with slots, and guest NUMA cells.",
    {
      model: text("@model", "Model: dimm, nvdimm, virtio-mem, virtio-pmem, sgx-epc."),
      access: choice("@access", "Whether other processes of the host see what the guest writes.", [
        "shared",
        "private",
      ]),
      discard: yesNoText("@discard", "Discard it when the VM ends or the device goes. Default: no."),
      uuid: pattern(
        "uuid",
        "UUID of an NVDIMM, for ppc64. Default: libvirt's choice.",
        /^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$/,
        "a UUID",
        { compare: "caseless" },
      ),
      source: nest("source", source, "Memory of the host that backs it. Default: as all memory of the VM."),
      target: nest("target", target, "What the guest sees."),
      ...known(NAME),
    },
    ["model"],
  );
