import { defineConfig } from "vitest/config";

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
        },
      },
      {
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          // These start daemons, engines and virtual machines: one at a time, each with minutes to finish.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "lab",
          include: ["test/lab/*.test.ts"],
          // A machine of 72 emulated CPUs is started, and a whole rollout done on it.
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
