/** How the hypervisor handles a virtio device; the same for every kind of device that has no settings beyond. */
import { nest, onOff, struct } from "./field.ts";

/** Settings of every virtio device. */
export const virtioSettings = () => ({
  iommu: onOff("@iommu", "Behind the virtual IOMMU."),
  ats: onOff("@ats", "Address translation services, for devices behind the virtual IOMMU."),
  packed: onOff("@packed", "Packed virtqueues."),
  pagePerVq: onOff("@page_per_vq", "Each queue's notifications on a page of their own."),
});

/** Property `driver` of a device; `prefix` is the name of its object type. */
export const virtioDriver = (prefix: string) =>
  nest(
    "driver",
    () => struct(`${prefix}Driver`, "Virtio settings of the device.", virtioSettings()),
    "Virtio settings of the device.",
  );
