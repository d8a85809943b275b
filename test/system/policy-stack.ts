import { chmod, readFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../../tools/engine/engine.ts";
import { createStack, type EngineResult, type TestStack } from "./engine.ts";

/**
 * Stacks of raw resources, as somebody writes them who uses no component of ours, under the policy pack. The
 * providers only count: they note each create in a file and make nothing, so that "nothing was created" is
 * what was asked of them, not what an interface reports.
 */
const COUNTING_PROVIDER = `#!/usr/bin/env node
const { appendFileSync } = require("node:fs");
const { main } = require("@pulumi/pulumi/provider");
main({
  version: "1.0.0",
  check: async (urn, olds, news) => ({ inputs: news, failures: [] }),
  diff: async () => ({ changes: false }),
  create: async (urn, inputs) => {
    appendFileSync(require("node:path").join(__dirname, "../created"), urn + "\\n");
    return { id: urn.split("::").pop(), outs: { ...inputs, computed: inputs.computes ?? 0 } };
  },
  delete: async () => {},
}, process.argv.slice(2));
`;

const PULUMI_YAML = `name: test
runtime:
  name: nodejs
  options:
    typescript: false
plugins:
  providers:
    - name: libvirt
      path: ./providers
    - name: kubernetes
      path: ./providers
`;

/** Registers one raw resource after the other. */
const PRELUDE = `
import * as pulumi from "@pulumi/pulumi";
export class Raw extends pulumi.CustomResource {
  constructor(type, name, inputs, opts) { super(type, name, { computed: undefined, ...inputs }, opts); }
}
`;

/** A stack under the pack, and what its providers were asked to create. */
export interface PolicyStack {
  readonly stack: TestStack;
  readonly up: (...args: string[]) => Promise<EngineResult>;
  readonly preview: () => Promise<EngineResult>;
  /** Names of the resources that a provider was asked to create, in order. */
  readonly created: () => Promise<string[]>;
}

/** @param program TypeScript after the prelude; `Raw` is a class of any type @param config the pack's config */
export async function createPolicyStack(program: string, config: object = {}): Promise<PolicyStack> {
  const stack = await createStack({
    files: {
      "Pulumi.yaml": PULUMI_YAML,
      "index.ts": `// @ts-nocheck\n${PRELUDE}${program}`,
      "providers/package.json": '{ "type": "commonjs" }\n',
      "providers/pulumi-resource-libvirt": COUNTING_PROVIDER,
      "providers/pulumi-resource-kubernetes": COUNTING_PROVIDER,
      "policy-config.json": JSON.stringify({ "capacity-budget": { today: "2026-05-06", ...config } }),
      created: "",
    },
    policyPack: path.join(ROOT, "policy"),
  });
  const file = (name: string) => path.join(stack.directory, name);
  await chmod(file("providers/pulumi-resource-libvirt"), 0o755);
  await chmod(file("providers/pulumi-resource-kubernetes"), 0o755);
  const flags = ["--policy-pack-config", file("policy-config.json")];
  return {
    stack,
    up: (...args) => stack.up(...flags, ...args),
    preview: () => stack.preview(...flags),
    created: async () => {
      const lines = (await readFile(file("created"), "utf8")).split("\n").filter((line) => line !== "");
      return lines.map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
    },
  };
}
