import { createServer } from "node:net";

/** A port of the loopback address that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0] as number;
}

/** So many of them, each another. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(
    Array.from({ length: count }, () => {
      const listener = createServer();
      return new Promise<typeof listener>((resolve, reject) => {
        listener.once("error", reject);
        listener.listen(0, "127.0.0.1", () => resolve(listener));
      });
    }),
  );
  return Promise.all(
    listeners.map((listener) => {
      const address = listener.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      return new Promise<number>((resolve) => listener.close(() => resolve(port)));
    }),
  );
}
