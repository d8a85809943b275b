import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withProgress } from "../../tools/setup/progress.mjs";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stream that keeps what is written to it. */
function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 40, write: (text: string) => written.push(text) } };
}

/** A step that takes so many milliseconds. */
const lasting = (milliseconds: number) => () =>
  new Promise<string>((resolve) => setTimeout(() => resolve("result"), milliseconds));

describe("withProgress", () => {
  test("shows nothing of a step under two seconds", async () => {
    const { written, stream } = recorder(false);
    const running = withProgress("Building", lasting(1999), stream);
    await vi.advanceTimersByTimeAsync(1999);
    expect(await running).toBe("result");
    expect(written).toEqual([]);
  });

  test("writes a line now and then where there is no terminal, and one at the end", async () => {
    const { written, stream } = recorder(false);
    const running = withProgress("Building", lasting(34_000), stream);
    await vi.advanceTimersByTimeAsync(34_000);
    await running;
    expect(written).toEqual([
      "Building … 2 s\n",
      "Building … 17 s\n",
      "Building … 32 s\n",
      "Building … done in 34 s\n",
    ]);
  });

  test("redraws one line on a terminal, cut to its width, with what the step tells", async () => {
    const { written, stream } = recorder(true);
    const running = withProgress(
      "Building",
      async (tell) => {
        tell("a package with a very long name indeed");
        await lasting(2300)();
      },
      stream,
    );
    await vi.advanceTimersByTimeAsync(2300);
    await running;
    expect(written).toEqual([
      "\r\x1b[KBuilding … 2 s  a package with a very l",
      "\r\x1b[KBuilding … 2 s  a package with a very l",
      "\r\x1b[KBuilding … done in 2 s\n",
    ]);
  });

  test("says so when the step fails, and passes its error on", async () => {
    const { written, stream } = recorder(false);
    const failing = withProgress(
      "Building",
      async () => {
        await lasting(61_000)();
        throw new Error("no space left");
      },
      stream,
    );
    const outcome = expect(failing).rejects.toThrow("no space left");
    await vi.advanceTimersByTimeAsync(61_000);
    await outcome;
    expect(written.at(-1)).toBe("Building … failed after 1 min 1 s\n");
  });
});
