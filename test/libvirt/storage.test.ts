import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { beside, refreshPool } from "../../libvirt/provider/storage/poolTurns.ts";
import { humanBytes, progressText } from "../../libvirt/provider/storage/progress.ts";
import type { Host } from "../../libvirt/virsh/host.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";

describe("progress", () => {
  it("tells percent and rate", () => {
    expect(progressText("uploading a.img", 450 * 1024 ** 2, 1024 ** 3, 3)).toBe(
      "uploading a.img: 43 % of 1.00 GiB, 150 MiB/s",
    );
    expect(progressText("downloading a.img", 1024, undefined, 0)).toBe("downloading a.img: 1.00 KiB");
    // A file that grows under the upload is never more than whole.
    expect(progressText("x", 3, 2, 0)).toBe("x: 100 % of 2 B");
  });

  it("writes sizes in three digits", () => {
    expect([0, 999, 1000, 15 * 1024, 1024 ** 3 - 1, 5e15].map(humanBytes)).toEqual([
      "0 B",
      "999 B",
      "0.98 KiB",
      "15.0 KiB",
      "1.00 GiB",
      "4547 TiB",
    ]);
  });
});

describe("turns on a pool", () => {
  /** A host that notes its refreshes in the order of things. */
  const hostWith = (log: string[], refuse = 0): Host => {
    let refusals = refuse;
    return {
      async pause() {},
      async run(name: string, { pool }: { pool: string }) {
        if (refusals-- > 0) throw new HostError("failed", "pool 'p' has asynchronous jobs running.");
        log.push(`${name} ${pool}`);
        return "";
      },
    } as unknown as Host;
  };

  it("let work go side by side, and a refresh alone", async () => {
    const log: string[] = [];
    const host = hostWith(log);
    const work = (name: string, ms: number) => () =>
      sleep(ms).then(() => {
        log.push(name);
      });
    const first = [beside(host, "p", work("slow", 30)), beside(host, "p", work("quick", 5))];
    const refresh = refreshPool(host, "p");
    const later = beside(host, "p", work("later", 0));
    const elsewhere = beside(host, "q", work("elsewhere", 0));
    await Promise.all([...first, refresh, later, elsewhere]);
    expect(log.filter((entry) => entry !== "elsewhere")).toEqual([
      "quick",
      "slow",
      "pool-refresh p",
      "later",
    ]);
    expect(log.indexOf("elsewhere")).toBeLessThan(log.indexOf("pool-refresh p"));
  });

  it("go on after work that failed, and wait for somebody else's creation", async () => {
    const log: string[] = [];
    const host = hostWith(log, 1);
    await expect(beside(host, "p", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await refreshPool(host, "p");
    expect(log).toEqual(["pool-refresh p"]);
  });
});
