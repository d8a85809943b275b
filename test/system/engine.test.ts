import { describe, expect, test } from "vitest";
import { createStack } from "./engine.ts";

const COMPONENT = `
import * as pulumi from "@pulumi/pulumi";

interface RackArgs { slots: pulumi.Input<number> }

class Rack extends pulumi.ComponentResource {
  readonly slots: pulumi.Output<number>;
  constructor(name: string, args: RackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Rack", name, { slots: args.slots }, opts);
    this.slots = pulumi.output(args.slots);
    this.registerOutputs({ slots: this.slots });
  }
}

const config = new pulumi.Config();
export const slots = new Rack("rack", { slots: config.requireNumber("slots") }).slots;
`;

/** A pack that refuses every rack of more than 4 slots. */
const PACK = {
  "pack/PulumiPolicy.yaml": "runtime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "pack/package.json": '{ "name": "pack", "version": "1.0.0", "main": "index.js" }\n',
  "pack/index.js": `
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("racks", {
  policies: [{
    name: "rack-slots",
    description: "A rack has at most 4 slots.",
    enforcementLevel: "mandatory",
    validateResource: (args, reportViolation) => {
      if (args.type === "test:index:Rack" && args.props.slots > 4) reportViolation("rack of " + args.props.slots);
    },
  }],
});
`,
};

// Where the engine is the vendor's, these run under its own language host, whose words differ here and there.
describe("programs through the real engine and its Node.js language host", () => {
  test("an empty program previews its stack and nothing else", async () => {
    const stack = await createStack({ files: { "index.ts": "export {};\n" } });
    const result = await stack.preview();
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toContain("+ 1 to create");
    expect(result.stdout + result.stderr).not.toContain("warning");
  });

  test("a component with typed arguments, configuration and an output is created, kept and destroyed", async () => {
    const stack = await createStack({ files: { "index.ts": COMPONENT }, config: { "test:slots": "3" } });
    const up = await stack.up();
    expect(up.exitCode, up.stderr).toBe(0);

    const { deployment } = await stack.exportStack();
    const rack = deployment.resources?.find((resource) => resource.type === "test:index:Rack");
    expect(rack?.inputs).toEqual({ slots: 3 });
    expect(
      deployment.resources?.find((resource) => resource.type === "pulumi:pulumi:Stack")?.outputs,
    ).toEqual({
      slots: 3,
    });

    const again = await stack.preview("--expect-no-changes");
    expect(again.exitCode, again.stdout).toBe(0);
    const destroyed = await stack.destroy();
    expect(destroyed.exitCode, destroyed.stderr).toBe(0);
    expect((await stack.exportStack()).deployment.resources ?? []).toEqual([]);
  });

  test("a program that throws fails the preview, and its message is reported once", async () => {
    const stack = await createStack({ files: { "index.ts": 'throw new Error("no such rack");\n' } });
    const result = await stack.preview("--json");
    expect(result.exitCode).not.toBe(0);
    const { diagnostics } = JSON.parse(result.stdout) as {
      diagnostics: { message: string; severity: string }[];
    };
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    expect(errors.map((error) => error.message)).toEqual([expect.stringContaining("no such rack")]);
  });

  test("a program that leaves with an exit code of its own fails the preview, and the code is named", async () => {
    const stack = await createStack({ files: { "index.ts": "process.exit(7);\n" } });
    const result = await stack.preview();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout + result.stderr).toMatch(/exited with (non-zero exit code:|code) 7/);
  });

  test("runtime options reach the program: Node's arguments, and no ts-node", async () => {
    const stack = await createStack({
      files: {
        "Pulumi.yaml": `name: test
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --max-old-space-size=200 --title "two words"
`,
        "index.ts": `
import * as pulumi from "@pulumi/pulumi";
export const args = process.execArgv.slice(process.execArgv.indexOf("--max-old-space-size=200"));
// The host loads the Automation API and the serialisation of functions late; a program must not notice.
const { text } = await pulumi.runtime.serializeFunction(() => args.length);
export const serialised = text.includes("args.length");
export const automation = [typeof pulumi.automation.LocalWorkspace.create, "Stack" in pulumi.automation];
export const typescript = process.env.PULUMI_NODEJS_TYPESCRIPT ?? "unset";
`,
      },
    });
    const up = await stack.up();
    expect(up.exitCode, up.stderr).toBe(0);
    const { deployment } = await stack.exportStack();
    expect(deployment.resources?.[0]?.outputs).toEqual({
      args: ["--max-old-space-size=200", "--title", "two words"],
      automation: ["function", true],
      serialised: true,
      typescript: "unset",
    });
  });

  test("a wrong runtime option is refused by name", async () => {
    const stack = await createStack({
      files: {
        "Pulumi.yaml": "name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: maybe\n",
        "index.ts": "export {};\n",
      },
    });
    const result = await stack.preview();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout + result.stderr).toMatch(
      /runtime option typescript: takes true or false, got "maybe"|typescript option must be a boolean/,
    );
  });

  test.each([
    { slots: "4", exitCode: 0 },
    { slots: "5", exitCode: 1 },
  ])("a mandatory policy judges a rack of $slots slots: exit code $exitCode", async ({ slots, exitCode }) => {
    const stack = await createStack({
      files: { "index.ts": COMPONENT, ...PACK },
      config: { "test:slots": slots },
      policyPack: "pack",
    });
    const result = await stack.up();
    expect(result.exitCode, result.stdout).toBe(exitCode);
    const created = (await stack.exportStack()).deployment.resources ?? [];
    expect(created.some((resource) => resource.type === "test:index:Rack")).toBe(exitCode === 0);
    expect(result.stdout.includes("rack of 5")).toBe(exitCode !== 0);
  });

  test.each([
    { what: "does not load", index: "throw new Error('no such rule');\n", says: "no such rule" },
    { what: "is not there", index: undefined, says: "Cannot find module" },
  ])("a policy pack that $what refuses the update and says why", async ({ index, says }) => {
    const { "pack/index.js": _, ...rest } = PACK;
    const stack = await createStack({
      files: { "index.ts": COMPONENT, ...rest, ...(index ? { "pack/index.js": index } : {}) },
      config: { "test:slots": "1" },
      policyPack: "pack",
    });
    const result = await stack.up();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout + result.stderr).toContain(says);
    const created = (await stack.exportStack()).deployment.resources ?? [];
    expect(created.some((resource) => resource.type === "test:index:Rack")).toBe(false);
  });

  test("a policy pack in TypeScript that asks for ts-node gets it, as under the vendor's host", async () => {
    const { "pack/index.js": script, ...rest } = PACK;
    const stack = await createStack({
      files: {
        "index.ts": COMPONENT,
        ...rest,
        "pack/PulumiPolicy.yaml": "runtime: nodejs\n",
        "pack/package.json": '{ "name": "pack", "version": "1.0.0", "main": "index.ts" }\n',
        "pack/tsconfig.json": '{ "compilerOptions": { "noImplicitAny": false, "types": ["node"] } }\n',
        "pack/index.ts": `const slots: number = 4;\n${script.replaceAll("> 4", "> slots")}`,
      },
      config: { "test:slots": "5" },
      policyPack: "pack",
    });
    const result = await stack.preview();
    expect(result.exitCode, result.stdout).not.toBe(0);
    expect(result.stdout).toContain("rack of 5");
  });

  test("`pulumi about` knows the runtime and the dependencies", async () => {
    const stack = await createStack({
      files: {
        "index.ts": "export {};\n",
        "package.json":
          '{ "name": "test", "type": "module", "main": "index.ts", "dependencies": { "zod": "*" } }\n',
      },
    });
    const result = await stack.pulumi("about", "--json");
    expect(result.exitCode, result.stderr).toBe(0);
    const about = JSON.parse(result.stdout) as {
      runtime: { version: string };
      dependencies: { name: string }[];
    };
    expect(about.runtime.version).toBe(process.version);
    expect(about.dependencies.map((dependency) => dependency.name)).toEqual(["zod"]);
  });
});
