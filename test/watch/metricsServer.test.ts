import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveMetrics } from "../../watch/metricsServer.ts";

async function serving(text: () => string) {
  const server = await serveMetrics({ host: "127.0.0.1", port: 0 }, text);
  onTestFinished(() => server.close());
  return server;
}

describe("the metrics' server", () => {
  test("tells them on loopback, made anew each time", async () => {
    let n = 0;
    const { url } = await serving(() => `a ${++n} ü\n`);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
      "a 1 ü\n",
    ]);
    expect(await (await fetch(`${url}?x=1`)).text()).toBe("a 2 ü\n");
  });

  test.each([
    ["GET", "/", 404, "see /metrics\n"],
    ["HEAD", "/metrics", 200, ""],
    ["POST", "/metrics", 405, ""],
    ["DELETE", "/metrics", 405, ""],
  ])("%s %s is %i", async (method, path, status, body) => {
    const { url } = await serving(() => "a 1\n");
    const answer = await fetch(new URL(path, url), { method });
    expect([answer.status, await answer.text()]).toEqual([status, body]);
  });

  test("takes an address that is in use for what it is", async () => {
    const other: Server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(serveMetrics({ host: "127.0.0.1", port }, () => "")).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  test("ends though somebody is connected", async () => {
    const server = await serveMetrics({ host: "127.0.0.1", port: 0 }, () => "");
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const gone = new Promise((resolve) => socket.once("close", resolve));
    await server.close();
    await gone;
  });
});
