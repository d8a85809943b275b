/** Video cards of a domain. */
import { known } from "./alias.ts";
import { choice, int, nest, onOff, struct, text, yesNoText } from "./field.ts";

const accel = () =>
  struct("DomainDevicesVideoModelAccel", "Acceleration.", {
    accel2d: yesNoText("@accel2d", "In two dimensions."),
    accel3d: yesNoText("@accel3d", "In three dimensions."),
    renderNode: text("@rendernode", "Path of the host's DRI device, for a vhost-user card."),
  });

const resolution = () =>
  struct(
    "DomainDevicesVideoModelResolution",
    "Resolution.",
    { x: int("@x", "Pixels across.", { min: 1 }), y: int("@y", "Pixels down.", { min: 1 }) },
    ["x", "y"],
  );

const driver = () =>
  struct("DomainDevicesVideoDriver", "How the hypervisor handles the card.", {
    name: choice("@name", "Where it is emulated: in QEMU, or in a process of its own.", [
      "qemu",
      "vhostuser",
    ]),
    vgaConf: choice("@vgaconf", "VGA of a bhyve guest. Default: io.", ["io", "on", "off"], { implied: "io" }),
    iommu: onOff("@iommu", "Behind the virtual IOMMU."),
    ats: onOff("@ats", "Address translation service, behind the virtual IOMMU."),
    packed: onOff("@packed", "Packed virtqueues."),
    pagePerVq: onOff("@page_per_vq", "A page of memory for each queue's notifications."),
  });

export const video = struct("DomainDevicesVideo", "A video card.", {
  model: nest(
    "model",
    struct("DomainDevicesVideoModel", "Model.", {
      type: text("@type", "Model: virtio, qxl, vga, none."),
      heads: int("@heads", "Screens.", { min: 1 }),
      primary: choice("@primary", "Whether it is the first card.", ["yes", "no"], { implied: "no" }),
      ram: int("@ram", "Primary memory, in KiB."),
      vram: int("@vram", "Secondary memory, in KiB; libvirt rounds it up to a power of two."),
      vram64: int("@vram64", "Secondary memory above 4 GiB, in KiB; qxl."),
      vgaMem: int("@vgamem", "Memory of the frame buffer, in KiB."),
      blob: onOff("@blob", "Resources shared with the host without copies; virtio."),
      edid: onOff("@edid", "Whether the guest is told of the screen by EDID."),
      accel: nest("acceleration", accel, "Acceleration."),
      resolution: nest("resolution", resolution, "Smallest resolution. Default: the card's choice."),
    }),
    "Model.",
  ),
  driver: nest("driver", driver, "How the hypervisor handles the card."),
  ...known("DomainDevicesVideo"),
});
