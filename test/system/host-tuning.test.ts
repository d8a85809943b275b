/** HostTuning through the real engine, on this machine's real kernel. */
import { readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createPrivateHost,
  KERNEL,
  type PrivateHost,
  setting,
  whyNoPrivateHost,
} from "../libvirt/privateHost.ts";
import { createStack, succeeded, type TestStack } from "./engine.ts";

const why = whyNoPrivateHost();

const program = (inputs: object): string => `
import * as libvirt from "@pulumi/libvirt";
const provider = new libvirt.Provider("host", { uri: "qemu:///system" });
const tuning = new libvirt.HostTuning("tuning", ${JSON.stringify(inputs)}, { provider });
export const before = tuning.before;
export const live = tuning.live;
export const pending = tuning.pending;
`;

/** The example of docs/host-tuning.md, for this machine, and with fewer pages. */
function example(): string {
  const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/host-tuning.md"), "utf8");
  const text = /^```typescript\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
  return text.replace("qemu+ssh://root@numa/system", "qemu:///system").replace("count: 1024", "count: 8");
}

const TUNING = {
  numaBalancing: 0,
  transparentHugepages: { enabled: "always", defrag: "always" },
  hugepages: [{ cell: 0, size: "2MiB", count: 8 }],
};
/** As the machine is before it is tuned. */
const AS_FOUND = { enabled: "madvise", defrag: "madvise", numaBalancing: "1", hugepages: "2" } as const;
const AS_TUNED = { enabled: "always", defrag: "always", numaBalancing: "0", hugepages: "8" } as const;

type Kernel = Record<keyof typeof KERNEL, string>;
const kernel = (): Kernel =>
  Object.fromEntries(Object.entries(KERNEL).map(([name, file]) => [name, setting(file)])) as Kernel;
function setKernel(values: Partial<Kernel>): void {
  for (const [name, value] of Object.entries(values)) {
    writeFileSync(KERNEL[name as keyof typeof KERNEL], value);
  }
}

describe.skipIf(why)(`a host's kernel through the engine${why ? ` (skipped: ${why})` : ""}`, () => {
  let host: PrivateHost;
  beforeAll(() => {
    host = createPrivateHost();
    setKernel(AS_FOUND);
  });
  afterAll(() => host?.restore());

  async function stackOf(text: string): Promise<TestStack & { change(to: string): Promise<void> }> {
    const yaml = `name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nplugins:\n  providers:\n    - name: libvirt\n      path: ${host.plugin}\n`;
    const stack = await createStack({ files: { "Pulumi.yaml": yaml, "index.ts": text } });
    return { ...stack, change: (to) => writeFile(path.join(stack.directory, "index.ts"), to) };
  }
  async function outputs(stack: TestStack): Promise<Record<string, unknown>> {
    const { deployment } = await stack.exportStack();
    return deployment.resources?.find(({ type }) => type.endsWith(":HostTuning"))?.outputs ?? {};
  }

  it("is tuned, stays so over a reboot, shows drift, and is set back", async () => {
    const stack = await stackOf(example());
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toMatch(/governor: .*no cpufreq.*Leave governor out of this host's tuning/);
    expect(kernel()).toEqual(AS_FOUND);
    expect(host.etc("tmpfiles.d/numafleet.conf")).toBeUndefined();

    // libvirt asks QEMU what it can do; that is no guest.
    host.setQemu("-S -nodefaults -machine none,accel=tcg");
    host.addCpufreq(["powersave", "performance", "powersave", "powersave"]);
    succeeded(await stack.up());
    expect(kernel()).toEqual(AS_TUNED);
    expect(host.governors()).toEqual(Array(4).fill("performance"));
    expect(await outputs(stack)).toMatchObject({
      before: {
        governor: "powersave:0,2-3 performance:1",
        numaBalancing: 1,
        transparentHugepages: { enabled: "madvise", defrag: "madvise" },
        hugepages: [{ cell: 0, size: "2MiB", count: 2 }],
      },
      live: { governor: "performance", ...TUNING },
      pending: [],
    });
    succeeded(await stack.preview("--refresh", "--expect-no-changes"));

    // What a boot finds, and what it makes of that.
    setKernel(AS_FOUND);
    host.addCpufreq(Array(4).fill("powersave"));
    host.boot();
    expect(kernel()).toEqual(AS_TUNED);
    expect(host.governors()).toEqual(Array(4).fill("performance"));

    setKernel({ defrag: "never", hugepages: "5" });
    host.setEtc("sysctl.d/90-numafleet.conf", undefined);
    const preview = succeeded(await stack.preview("--refresh", "--diff"));
    expect(preview.stdout).toMatch(/defrag: "never" => "always"/);
    expect(preview.stdout).toMatch(/count\s*: 5 => 8/);
    expect(preview.stdout).toMatch(/\+ numaBalancing\s*: 0/);
    succeeded(await stack.up("--refresh"));
    expect(kernel()).toEqual(AS_TUNED);
    expect(host.etc("sysctl.d/90-numafleet.conf")).toContain("kernel.numa_balancing = 0");

    succeeded(await stack.destroy());
    expect(kernel()).toEqual(AS_FOUND);
    expect(host.governors()).toEqual(["powersave", "performance", "powersave", "powersave"]);
    expect([host.etc("tmpfiles.d/numafleet.conf"), host.etc("sysctl.d/90-numafleet.conf")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("is not changed to the harm of guests that run, unless told", async () => {
    setKernel(AS_FOUND);
    host.setQemu("-name guest=vm -machine q35,accel=tcg -display none");
    const stack = await stackOf(program(TUNING));
    const first = succeeded(await stack.up());
    expect(first.stdout).toMatch(/defrag = always waits for the next boot.*1 guest runs on the host/);
    expect(kernel()).toEqual({ ...AS_TUNED, defrag: "madvise" });
    expect((await outputs(stack)).pending).toEqual([
      expect.stringMatching(/^transparentHugepages\.defrag = /),
    ]);
    succeeded(await stack.preview("--refresh", "--expect-no-changes"));
    await stack.change(program({ ...TUNING, allowDisruption: true }));
    succeeded(await stack.up());
    expect(kernel()).toEqual(AS_TUNED);
    expect((await outputs(stack)).pending).toEqual([]);
    host.setQemu(undefined);
    succeeded(await stack.destroy());
    expect(kernel()).toEqual(AS_FOUND);
  });
});
