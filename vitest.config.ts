import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Of the tests that change the one kernel of this machine, which others read. */
const ALONE = ["test/system/host-tuning.test.ts"];

/**
 * So many files at a time as keep two CPUs busy: one alone waits for daemons and guests. Where there is cgroup v2 alone,
 * their libvirt daemons have no control groups of their own (test/libvirt/ownCgroups.ts), and get on one by one.
 */
const SYSTEM_WORKERS = existsSync("/sys/fs/cgroup/cgroup.controllers") ? 1 : 2;

export default defineConfig({
  test: {
    // A property test that fails prints its seed; nothing here depends on wall-clock time or test order.
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/system/**", "test/lab/*.test.ts"],
          testTimeout: 30_000,
          // By default a CPU is left free, which is half of a machine with two.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          exclude: ALONE,
          // These start daemons, engines and virtual machines: few at a time, each with minutes to finish.
          maxWorkers: SYSTEM_WORKERS,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "lab",
          include: ["test/lab/*.test.ts"],
          // A machine of 72 emulated CPUs is started, and a whole rollout done on it. Begun first, it ends with the rest.
          maxWorkers: SYSTEM_WORKERS,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "alone",
          include: ALONE,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
