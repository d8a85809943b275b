import { describe, expect, it } from "vitest";
import { parseBalloonStats, parseHostMemory } from "../../facts/balloonTexts.ts";

/** As libvirt 9.0 prints it of a guest of Debian's cloud kernel. */
const STATS = `Domain: 'busy'
  state.state=1
  state.reason=1
  balloon.current=249856
  balloon.maximum=262144
  balloon.swap_in=0
  balloon.swap_out=12
  balloon.major_fault=143
  balloon.minor_fault=2890
  balloon.unused=58268
  balloon.available=221092
  balloon.usable=45824
  balloon.last-update=1795308000
  balloon.disk_caches=0
  balloon.rss=191652

Domain: 'gone'
  state.state=1
  state.reason=1
  balloon.current=262144
  balloon.maximum=262144
  balloon.last-update=0
  balloon.rss=140000

Domain: 'off'
  state.state=5
  state.reason=0
  balloon.maximum=262144
`;

describe("parseBalloonStats", () => {
  it("reads what the drivers report, and nothing where they report nothing", () => {
    const none = { available: undefined, usable: undefined, swapIn: undefined, swapOut: undefined };
    expect(parseBalloonStats(STATS)).toEqual([
      {
        name: "busy",
        state: "running",
        current: 244 * 2 ** 20,
        whole: 256 * 2 ** 20,
        resident: 191652 * 1024,
        report: {
          lastUpdate: 1795308000,
          available: 221092 * 1024,
          usable: 45824 * 1024,
          swapIn: 0,
          swapOut: 12 * 1024,
        },
      },
      {
        name: "gone",
        state: "running",
        current: 2 ** 28,
        whole: 2 ** 28,
        resident: 140000 * 1024,
        report: { lastUpdate: 0, ...none },
      },
      {
        name: "off",
        state: "shut off",
        current: undefined,
        whole: 2 ** 28,
        resident: undefined,
        report: { lastUpdate: undefined, ...none },
      },
    ]);
  });

  it("takes a figure beyond 2^53, or no figure at all, for none", () => {
    const [found] = parseBalloonStats(
      "Domain: 'a'\n  state.state=1\n  balloon.current=9007199254740992\n  balloon.maximum=-1\n  balloon.usable=NaN\n  balloon.last-update=99999999999999999999\n",
    );
    expect(found).toMatchObject({
      current: undefined,
      whole: undefined,
      report: { usable: undefined, lastUpdate: undefined },
    });
  });
});

describe("parseHostMemory", () => {
  it("counts caches as free, never more than there is", () => {
    const text =
      "total  :             24689616 KiB\nfree   :              1000000 KiB\nbuffers:                 1000 KiB\ncached :                  200 KiB\n";
    expect(parseHostMemory(text)).toEqual({ total: 24689616 * 1024, free: 1001200 * 1024 });
    expect(parseHostMemory("total  : 100 KiB\nfree   : 90 KiB\nbuffers: 10 KiB\ncached : 50 KiB").free).toBe(
      102400,
    );
  });

  it("counts no memory of guests as free that is among the caches", () => {
    const text = "total  : 1000 KiB\nfree   : 90 KiB\nbuffers: 10 KiB\ncached : 500 KiB";
    expect(parseHostMemory(text, 300 * 1024).free).toBe(300 * 1024);
    expect(parseHostMemory(text, 900 * 1024).free).toBe(100 * 1024);
  });

  it("does not know what a host does not say", () => {
    expect(parseHostMemory("total  : 100 KiB\nfree   : 90 KiB\n").free).toBeUndefined();
    expect(() => parseHostMemory("")).toThrow('the answer to nodememstats cannot be read: ""');
    expect(() => parseHostMemory("total  : 0 KiB")).toThrow("cannot be read");
  });
});
