/** How the hypervisor moves the packets of an interface. */
import { choice, int, nest, onOff, struct, text } from "./field.ts";

const offloads = () => ({
  csum: onOff("@csum", "Checksums."),
  ecn: onOff("@ecn", "Explicit congestion notification."),
  tso4: onOff("@tso4", "TCP segmentation, IPv4."),
  tso6: onOff("@tso6", "TCP segmentation, IPv6."),
  ufo: onOff("@ufo", "UDP fragmentation."),
});

export const driver = struct("DomainDevicesInterfaceDriver", "How the hypervisor handles the interface.", {
  name: choice("@name", "Where packets are moved. Default: vhost where the host has it.", ["qemu", "vhost"]),
  queues: int("@queues", "Queue pairs.", { min: 1, max: 256 }),
  rxQueueSize: int("@rx_queue_size", "Size of receive queues.", { min: 1 }),
  txQueueSize: int("@tx_queue_size", "Size of transmit queues.", { min: 1 }),
  txMode: choice("@txmode", "How transmission is triggered.", ["iothread", "timer"]),
  ioEventFd: onOff("@ioeventfd", "I/O in its own thread of the host."),
  eventIdx: onOff("@event_idx", "Fewer interrupts."),
  iommu: onOff("@iommu", "Behind the virtual IOMMU."),
  ats: onOff("@ats", "Address translation service, behind the virtual IOMMU."),
  packed: onOff("@packed", "Packed virtqueues."),
  pagePerVq: onOff("@page_per_vq", "A page of memory for each queue's notifications."),
  rss: onOff("@rss", "Receive side scaling: packets are spread over the queues by their hash."),
  rssHashReport: onOff("@rss_hash_report", "Whether the guest sees the hash of a packet; with `rss`."),
  host: nest(
    "host",
    () =>
      struct("DomainDevicesInterfaceDriverHost", "Work that the host takes over from the guest.", {
        ...offloads(),
        gso: onOff("@gso", "Generic segmentation."),
        mrgRxBuf: onOff("@mrg_rxbuf", "Receive buffers that are merged."),
      }),
    "Work that the host takes over from the guest. Default: all on.",
  ),
  guest: nest(
    "guest",
    () =>
      struct(
        "DomainDevicesInterfaceDriverGuest",
        "Work that the guest takes over from the host.",
        offloads(),
      ),
    "Work that the guest takes over from the host. Default: all on.",
  ),
});

export const backend = () =>
  struct("DomainDevicesInterfaceBackend", "What serves the interface on the host.", {
    type: choice("@type", "For user-mode networking: `passt` in place of QEMU's own.", ["passt"]),
    tap: text("@tap", "Path of the tap device. Default: /dev/net/tun."),
    vhost: text("@vhost", "Path of the vhost device, for model virtio. Default: /dev/vhost-net."),
    logFile: text("@logFile", "Path of passt's log on the host."),
  });

export const coalesce = () =>
  struct("DomainDevicesInterfaceCoalesce", "Interrupts that are held back.", {
    rx: nest(
      "rx",
      () =>
        struct("DomainDevicesInterfaceCoalesceRx", "On receiving.", {
          frames: nest(
            "frames",
            () =>
              struct("DomainDevicesInterfaceCoalesceRxFrames", "Packets.", {
                max: int("@max", "Packets received before an interrupt. Default: the host's choice.", {
                  min: 1,
                }),
              }),
            "Packets.",
          ),
        }),
      "On receiving.",
    ),
  });
