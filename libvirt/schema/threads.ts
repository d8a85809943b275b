/** The VM's threads on the host one by one: vCPUs and I/O threads. */
import { int, list, nest, struct, yesNoText } from "./field.ts";

const pool = () => ({
  poolMin: int("@thread_pool_min", "Fewest worker threads."),
  poolMax: int("@thread_pool_max", "Most worker threads."),
});

const poll = () =>
  struct("DomainIoThreadIDsIoThreadPoll", "Polling before the thread sleeps.", {
    max: int("@max", "Longest time, in nanoseconds; 0: no polling."),
    grow: int("@grow", "Factor by which the time grows when it was too short; 0: QEMU's own."),
    shrink: int("@shrink", "Divisor by which the time shrinks when it was too long; 0: QEMU's own."),
  });

const ioThread = () =>
  struct(
    "DomainIoThreadIDsIoThread",
    "One I/O thread.",
    {
      id: int("@id", "Number, from 1.", { min: 1 }),
      ...pool(),
      poll: nest("poll", poll, "Polling before the thread sleeps. Older hosts do not have it."),
    },
    ["id"],
  );

export const ioThreadIds = () =>
  struct("DomainIoThreadIDs", "Numbers and settings of the I/O threads.", {
    ioThreads: list("iothread", ioThread, "The I/O threads.", { key: "id" }),
  });

export const defaultIoThread = () =>
  struct("DomainDefaultIoThread", "Worker threads of QEMU's main loop.", pool());

const vcpu = () =>
  struct("DomainVcpusVcpus", "One vCPU.", {
    id: int("@id", "Its number, from 0; libvirt wants it."),
    enabled: yesNoText("@enabled", "Whether the VM has it at boot; libvirt wants it."),
    hotpluggable: yesNoText("@hotpluggable", "Whether it can be added and taken away; vCPU 0 cannot."),
    order: int("@order", "Place in the order in which they are added, from 1.", { min: 1 }),
  });

export const vcpus = () =>
  struct("DomainVcpus", "State of each vCPU.", {
    vcpus: list("vcpu", vcpu, "All vCPUs up to `vcpu` of the domain.", { key: "id" }),
  });
