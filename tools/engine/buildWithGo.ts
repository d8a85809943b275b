import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";
import { withProgress } from "../setup/progress.mjs";
import { ENGINE_VERSION } from "./engine.ts";

/** What the `go` line of `go/go.mod` asks for. */
const MINIMUM_GO = [1, 26] as const;

/** Where the engine keeps the version that it reports. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Stands beside the built engine, where the engine looks first and without a warning. It starts the Node.js
 * language host of the checkout that runs the engine, since one cached engine serves many checkouts.
 */
const LAUNCHER = `#!/bin/sh
if [ -z "$NUMAFLEET_LANGUAGE_HOST" ]; then
  echo "NUMAFLEET_LANGUAGE_HOST is not set: run this engine by npm run pulumi in a checkout of numafleet" >&2
  exit 1
fi
exec node "$NUMAFLEET_LANGUAGE_HOST" "$@"
`;

/**
 * Builds the CLI from the Go module that `go/go.mod` pins, by its checksums in `go/go.sum`, into `directory/bin`.
 *
 * @throws SetupError when Go is missing, too old, or cannot build it.
 */
export async function buildWithGo(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  const module = path.join(import.meta.dirname, "go");
  const bin = path.join(directory, "bin");
  await requireGo(env);
  await mkdir(bin, { recursive: true });
  const label = `Building Pulumi ${ENGINE_VERSION} with Go (about 5 minutes on 2 cores the first time)`;
  await withProgress(label, async (tell) => {
    let packages = 0;
    const built = await run(
      "go",
      [
        "build",
        "-C",
        module,
        "-v", // names each package as it is built: what the progress line counts
        "-mod=readonly",
        "-buildvcs=false",
        "-trimpath",
        "-ldflags",
        `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`,
        "-o",
        path.join(bin, "pulumi"),
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ],
      {
        // A go.work above the checkout, or flags for another project, must not bend this build.
        env: { ...env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
        onLine: (line) => {
          if (!line.startsWith("go: ")) packages += 1; // "go: downloading …" is none
          tell(`${packages} packages, ${line}`);
        },
      },
    );
    if (built.code !== 0) {
      throw new SetupError(
        `go build failed: ${tail(built)}\nCheck that Go can fetch modules (go env GOPROXY).`,
      );
    }
  });
  await writeFile(path.join(bin, "pulumi-language-nodejs"), LAUNCHER);
  await chmod(path.join(bin, "pulumi-language-nodejs"), 0o755);
}

async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const wanted = MINIMUM_GO.join(".");
  const result = await run("go", ["env", "GOVERSION"], { env, cwd: path.parse(process.cwd()).root });
  if (result.code !== 0) throw new SetupError(`Go is not installed: install Go ${wanted} or newer`);
  const version = result.stdout.trim();
  const [major = 0, minor = 0] = version.replace(/^go/, "").split(".").map(Number);
  if (major < MINIMUM_GO[0] || (major === MINIMUM_GO[0] && minor < MINIMUM_GO[1])) {
    throw new SetupError(`${version} is too old: install Go ${wanted} or newer`);
  }
}
