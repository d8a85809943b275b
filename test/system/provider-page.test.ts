/** The examples of docs/provider.md are one program: it goes up, settles, and goes down. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded } from "./engine.ts";

const why = whyNoLibvirtd();
const ROOT = path.resolve(import.meta.dirname, "../..");
/** The code blocks under "Resources". */
function examples(): string {
  const page = readFileSync(path.join(ROOT, "docs/provider.md"), "utf8");
  const section = page.slice(page.indexOf("## Resources"), page.indexOf("## What a change does"));
  return [...section.matchAll(/^```typescript\n(.*?)^```$/gms)].map((match) => match[1]).join("\n");
}

describe.skipIf(why !== undefined)(`docs/provider.md${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd({ bridges: ["br0"] });
  });
  afterAll(() => daemon?.stop());

  it("has examples that work as they stand", async () => {
    // Hardware virtualisation is not to be had everywhere; all else is as on the page, the host's URI included.
    const program = examples().replace('type: "kvm"', 'type: "qemu"');
    const withoutFile = program.slice(0, program.indexOf("const note ="));
    const stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": withoutFile },
      env: {
        PATH: `${daemon.ssh}:${process.env.PATH}`,
        XDG_STATE_HOME: path.join(daemon.folder, "state"),
      },
    });
    succeeded(await stack.up());
    expect(daemon.virsh("domstate", "slm").trim()).toBe("running");
    expect(daemon.virsh("vcpupin", "slm", "1")).toMatch(/1\s+1\b/);
    succeeded(
      await stack.pulumi("refresh", "--stack", "dev", "--yes", "--skip-preview", "--expect-no-changes"),
    );
    succeeded(await stack.preview("--expect-no-changes"));

    // The guest has no agent: the file waits, and nothing fails.
    await writeFile(path.join(stack.directory, "index.ts"), program);
    expect(succeeded(await stack.up()).stdout).toMatch(/pendingFile\s*: \[/);
    succeeded(await stack.destroy());
    for (const list of ["list", "pool-list", "net-list"]) expect(daemon.virsh(list, "--all").trim()).toBe("");
  });
});
