import { describe, expect, it } from "vitest";
import { ApiServer } from "../../libvirt/kubernetes/apiServer.ts";

const config = (server: string, cluster = "lab") =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "admin", user: { token: "s3sam3" } }],
    contexts: [{ name: "lab", context: { cluster, user: "admin" } }],
  });

const find = (kubeconfig: string, context?: string) => ApiServer.find({ kubeconfig, context });

describe("a cluster's address", () => {
  it("is found in a kubeconfig's content, by its current context", async () => {
    const server = await find(config("https://127.0.0.1:1"));
    await expect(server.request("GET", "/api/v1/nodes")).rejects.toThrow(
      'no API server answers at https://127.0.0.1:1 (context "lab"): ECONNREFUSED',
    );
  });

  it.each([
    [
      "no YAML",
      'token: s3sam3\nusers: [{ name: "s3sam3\n',
      "the kubeconfig that was given as text is no kubeconfig",
    ],
    ["nothing there", "/nowhere/kubeconfig", "kubeconfig /nowhere/kubeconfig cannot be read: ENOENT"],
    [
      "no cluster",
      config("https://127.0.0.1:1", "gone"),
      'context "lab" of the kubeconfig names no API server',
    ],
  ])("is refused without a word of the content: %s", async (_, kubeconfig, expected) => {
    const failure = await find(kubeconfig).catch((error: Error) => error.message);
    expect(failure).toContain(expected);
    expect(failure).not.toContain("s3sam3");
  });

  it("names the contexts that there are", async () => {
    await expect(find(config("https://127.0.0.1:1"), "attic")).rejects.toThrow(
      'the kubeconfig has no context "attic" (there: lab)',
    );
  });
});
