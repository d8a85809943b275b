/** How the hypervisor handles a disk. */
import { metadataCache } from "./diskFormat.ts";
import { choice, int, list, nest, onOff, struct, text } from "./field.ts";

const ioThreads = (name: string) =>
  struct(name, "I/O threads that serve the disk.", {
    ioThreads: list(
      "iothread",
      () =>
        struct(
          `${name}IoThread`,
          "One I/O thread.",
          {
            id: int("@id", "Its number, from 1.", { min: 1 }),
            queues: list(
              "queue",
              () =>
                struct(`${name}IoThreadQueue`, "One queue.", { id: int("@id", "Its number, from 0.") }, [
                  "id",
                ]),
              "Request queues that it serves; either all threads of the disk name theirs or none does.",
              { key: "id" },
            ),
          },
          ["id"],
        ),
      "The threads.",
      { key: "id" },
    ),
  });

export const driver = struct("DomainDevicesDiskDriver", "How the hypervisor handles the disk.", {
  name: text("@name", "Driver. Default: qemu."),
  type: text("@type", "Format: raw, qcow2."),
  cache: choice("@cache", "Host cache.", [
    "default",
    "none",
    "writethrough",
    "writeback",
    "directsync",
    "unsafe",
  ]),
  errorPolicy: text("@error_policy", "On a write error: stop, report, ignore, enospace."),
  rerrorPolicy: text("@rerror_policy", "On a read error: stop, report, ignore."),
  io: choice("@io", "How I/O is issued.", ["threads", "native", "io_uring"]),
  ioEventFd: onOff("@ioeventfd", "I/O in its own thread of the host."),
  eventIdx: onOff("@event_idx", "Fewer interrupts."),
  copyOnRead: onOff("@copy_on_read", "Copy what is read from the base image."),
  discard: choice("@discard", "Whether the guest's discards reach the host.", ["unmap", "ignore"]),
  discardNoUnref: onOff(
    "@discard_no_unref",
    "Keep a discarded qcow2 cluster's place in the image, so that the image does not fragment.",
  ),
  detectZeros: choice("@detect_zeroes", "Whether written zeros are detected.", ["off", "on", "unmap"]),
  queues: int("@queues", "Request queues.", { min: 1 }),
  queueSize: int("@queue_size", "Size of each queue.", { min: 1 }),
  ioThread: int("@iothread", "Number of the I/O thread that serves the disk, from 1.", { min: 1 }),
  ioThreads: nest(
    "iothreads",
    () => ioThreads("DomainDevicesDiskDriverIoThreads"),
    "Several I/O threads that serve a virtio disk, in place of `ioThread`.",
  ),
  iommu: onOff("@iommu", "Behind the virtual IOMMU."),
  ats: onOff("@ats", "Address translation services of a virtio device."),
  packed: onOff("@packed", "Packed virtqueues."),
  pagePerVq: onOff("@page_per_vq", "A page of its own for each virtqueue's notifications."),
  metadataCache: metadataCache("DomainDevicesDiskDriverMetadataCache"),
});
