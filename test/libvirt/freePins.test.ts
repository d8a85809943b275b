import { expect, test } from "vitest";
import { withoutFreePins } from "../../libvirt/provider/live/freePins.ts";

const running = { hostCpus: async () => 4 };
const live = {
  vcpu: 3,
  cpuTune: {
    vcpuPins: [
      { vcpu: 0, cpuSet: "0-3" },
      { vcpu: 1, cpuSet: "0-3" },
      { vcpu: 2, cpuSet: "1" },
    ],
    ioThreadPins: [{ ioThread: 1, cpuSet: "0,1,2,3" }],
  },
};

test("a pin to all CPUs of the host is none, unless it is declared", async () => {
  const declared = { cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: "0" }] } };
  expect((await withoutFreePins(live, declared, running)).cpuTune).toEqual({
    vcpuPins: [
      { vcpu: 0, cpuSet: "0-3" },
      { vcpu: 2, cpuSet: "1" },
    ],
    ioThreadPins: [],
  });
});

test("what a thread without a pin may use, vcpuCpuset says", async () => {
  const unpinned = await withoutFreePins(live, { vcpuCpuset: "1" }, running);
  expect(unpinned.cpuTune).toMatchObject({ vcpuPins: [{ vcpu: 0 }, { vcpu: 1 }] });
});

test("the host is asked nothing where every pin is declared", async () => {
  const refuses = { hostCpus: () => Promise.reject(new Error("asked")) };
  await expect(withoutFreePins(live, live, refuses)).resolves.toEqual(live);
  await expect(withoutFreePins({ vcpu: 1 }, {}, refuses)).resolves.toEqual({ vcpu: 1 });
});
