import { runtime } from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/** A registration as the program sent it to the engine. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** Name of the parent; empty for a child of the stack. */
  readonly parent: string;
  /** Secrets as `Secret`. */
  readonly inputs: Record<string, unknown>;
  /** `type name` of what it depends on, in no order. */
  readonly dependencies: readonly string[];
  /** `type name` of its provider; empty for a default one. */
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  /** Names that it may have in the state of an earlier version; its children's follow from them, the engine knows. */
  readonly aliases: readonly string[];
}

/** A value that was sent as a secret. */
export class Secret {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** What the engine marks secrets by. Source: pulumi sdk/go/common/resource/sig. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Records every registration of a program that runs under Pulumi's mocks. */
export class Recorder {
  readonly registrations: Registration[] = [];
  /** Arguments of invokes, by token. */
  readonly invokes: { readonly token: string; readonly inputs: unknown }[] = [];
  outputsOf: (name: string) => Record<string, unknown> = () => ({});

  /** @param call answers invokes; without it they fail, as for a new stack */
  static async install(options: { preview: boolean; call?: (token: string) => object }): Promise<Recorder> {
    const recorder = new Recorder();
    const registrations = recorder.registrations;
    const register = Original.registerResource;
    MockMonitor.prototype.registerResource = function (req, callback) {
      registrations.push(read(req as RegisterRequest));
      return register.call(this, req, callback);
    };
    await runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: { ...inputs } }),
        call: ({ token, inputs }) => {
          recorder.invokes.push({ token, inputs });
          if (!options.call) throw new Error("unknown stack");
          return options.call(token);
        },
      },
      "numafleet",
      "test",
      options.preview,
      "organization",
    );
    return recorder;
  }

  /** The only registration of a type and name. */
  get(type: string, name: string): Registration {
    const found = this.registrations.filter((r) => r.type === type && r.name === name);
    if (found.length !== 1 || !found[0]) {
      const known = this.registrations.map((r) => `${r.type} ${r.name}`).join("\n");
      throw new Error(`${found.length} registrations of ${type} ${name}; there are:\n${known}`);
    }
    return found[0];
  }

  names(type: string): string[] {
    return this.registrations.filter((r) => r.type === type).map((r) => r.name);
  }
}

const Original = { registerResource: MockMonitor.prototype.registerResource };

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDependenciesList(): string[];
  getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

function read(req: RegisterRequest): Registration {
  return {
    type: req.getType(),
    name: req.getName(),
    custom: req.getCustom(),
    parent: req.getParent().split("::")[3] ?? "",
    inputs: reveal(req.getObject().toJavaScript()) as Record<string, unknown>,
    dependencies: req.getDependenciesList().map(describe),
    provider: req.getProvider() === "" ? "" : describe(req.getProvider()),
    protect: req.getProtect(),
    retainOnDelete: req.getRetainondelete(),
    deleteBeforeReplace: req.getDeletebeforereplace(),
    aliases: req.getAliasesList().map((alias) => alias.getSpec()?.getName() ?? ""),
  };
}

function describe(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split("$").at(-1)} ${name}`;
}

function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[SIGNATURE] === SECRET) return new Secret(reveal(object.value));
  return Object.fromEntries(Object.entries(object).map(([key, entry]) => [key, reveal(entry)]));
}
