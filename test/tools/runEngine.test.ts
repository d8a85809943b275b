import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { chooseBackend } from "../../tools/engine/environment.ts";
import { commandWords, withPolicyPack } from "../../tools/engine/runEngine.ts";
import { stubMachine } from "./stub.ts";

describe("chooseBackend", () => {
  test("is embedded by default: state and plugins inside the checkout, no account", () => {
    const { embedded, env } = chooseBackend({ PATH: "/bin", PULUMI_ACCESS_TOKEN: "pul-1" });
    expect(embedded).toBe(true);
    expect(env).toEqual({
      PATH: "/bin",
      PULUMI_BACKEND_URL: pathToFileURL(path.join(ROOT, ".numafleet", "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "numafleet",
      PULUMI_HOME: path.join(ROOT, ".numafleet", "pulumi"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  test("a passphrase for another project does not lock the embedded default", () => {
    const { env } = chooseBackend({ PULUMI_CONFIG_PASSPHRASE: "other", PULUMI_CONFIG_PASSPHRASE_FILE: "/x" });
    expect(env.PULUMI_CONFIG_PASSPHRASE).toBe("numafleet");
    expect(env).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
  });

  test("is the user's own, untouched, as soon as there is one", () => {
    const own = {
      PULUMI_BACKEND_URL: "s3://state",
      PULUMI_CONFIG_PASSPHRASE: "mine",
      PULUMI_HOME: "/home/p",
    };
    expect(chooseBackend(own)).toEqual({
      embedded: false,
      description: "your PULUMI_BACKEND_URL",
      env: own,
    });
  });
});

describe("withPolicyPack", () => {
  async function checkoutWithPack() {
    const machine = await stubMachine();
    await machine.file("policy/PulumiPolicy.yaml", "runtime: nodejs\n");
    return machine.directory;
  }

  test.each(["preview", "up"])("adds the pack to %s", async (command) => {
    const root = await checkoutWithPack();
    expect(withPolicyPack(command, [command, "--diff"], root)).toEqual([
      command,
      "--diff",
      "--policy-pack",
      path.join(root, "policy"),
    ]);
  });

  test("quotes a path that would fall apart in the flag's list", async () => {
    const machine = await stubMachine();
    await machine.file('a,b "c"/policy/PulumiPolicy.yaml', "runtime: nodejs\n");
    const root = path.join(machine.directory, 'a,b "c"');
    expect(withPolicyPack("up", ["up"], root).at(-1)).toBe(`"${machine.directory}/a,b ""c""/policy"`);
  });

  test("leaves other commands as they are", async () => {
    expect(withPolicyPack("stack", ["stack", "ls"], await checkoutWithPack())).toEqual(["stack", "ls"]);
  });

  test("--no-policy-pack leaves it out and does not reach the engine", async () => {
    const root = await checkoutWithPack();
    expect(withPolicyPack("up", ["up", "--no-policy-pack", "--yes"], root)).toEqual(["up", "--yes"]);
  });

  test("adds nothing where there is no pack", async () => {
    const machine = await stubMachine();
    expect(withPolicyPack("up", ["up"], machine.directory)).toEqual(["up"]);
  });
});

test.each([
  ["up --yes", "up"],
  ["--stack dev up", "up"],
  ["-s dev --color never preview", "preview"],
  ["--stack=dev --non-interactive -v3 up --stack prod", "up prod"],
  ["-C /elsewhere -Q stack ls", "stack ls"],
  ["--no-policy-pack up", "up"],
  ["--help", ""],
])("the command of `pulumi %s` is %j", (line, words) => {
  expect(commandWords(line.split(" ")).join(" ")).toBe(words);
});
