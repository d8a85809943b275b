/** The provider plugin as the engine runs it: a process of its own, spoken to over gRPC. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as grpcModule from "@grpc/grpc-js";
import type * as providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import type * as structModule from "google-protobuf/google/protobuf/struct_pb.js";

// The stubs belong to the provider's package.
const require = createRequire(join(import.meta.dirname, "../../libvirt/package.json"));
const grpc = require("@grpc/grpc-js") as typeof grpcModule;
const messages = require("@pulumi/pulumi/proto/provider_pb.js") as typeof providerModule;
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as typeof structModule;
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js") as {
  ResourceProviderClient: new (address: string, credentials: grpcModule.ChannelCredentials) => Client;
};

type Client = grpcModule.Client &
  Record<
    string,
    (request: unknown, callback: (error: grpcModule.ServiceError | null, answer: never) => void) => void
  >;

// biome-ignore lint/suspicious/noExplicitAny: properties are looked into freely by the tests
export type Bag = Record<string, any>;

export const PLUGIN = join(import.meta.dirname, "../../libvirt/plugin/pulumi-resource-libvirt");
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const SECRET_MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A value marked secret, as the engine sends it. */
export const secret = (value: unknown): Bag => ({ ...SECRET_MARK, value });

export interface PluginClient {
  readonly pid: number;
  check(type: string, news: Bag, olds?: Bag, options?: { name?: string; seed?: string }): Promise<Checked>;
  diff(type: string, olds: Bag, news: Bag, state?: Bag): Promise<Diffed>;
  create(
    type: string,
    properties: Bag,
    options?: { preview?: boolean; name?: string },
  ): Promise<{ id: string; properties: Bag }>;
  read(
    type: string,
    id: string,
    inputs?: Bag,
    state?: Bag,
  ): Promise<{ id: string; inputs: Bag; properties: Bag }>;
  update(type: string, id: string, olds: Bag, news: Bag, state: Bag, preview?: boolean): Promise<Bag>;
  delete(type: string, id: string, inputs: Bag, state: Bag): Promise<void>;
  call(method: string, request: unknown): Promise<never>;
  readonly messages: typeof providerModule;
  close(): Promise<void>;
}

export interface Checked {
  readonly inputs: Bag;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface Diffed {
  readonly some: boolean;
  readonly replaces: readonly string[];
  /** Kind of change by path: add, add-replace, delete, delete-replace, update, update-replace. */
  readonly detailed: Record<string, string>;
}

const KINDS = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/** Starts the plugin and configures it. */
export async function startPlugin(
  configuration: Bag = {},
  env: NodeJS.ProcessEnv = {},
): Promise<PluginClient> {
  const child = spawn(process.execPath, [PLUGIN], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const port = await portOf(child);
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = (method: string, request: unknown): Promise<never> =>
    new Promise((resolve, reject) => {
      client[method]?.(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const configure = new messages.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript(configuration));
  configure.setAcceptsecrets(true);
  await call("configure", configure);
  const urn = (type: string, name = "vm"): string => `urn:pulumi:dev::test::${type}::${name}`;
  const bag = (struct: structModule.Struct | undefined): Bag => (struct?.toJavaScript() ?? {}) as Bag;

  return {
    pid: child.pid ?? 0,
    messages,
    call,
    async check(type, news, olds = {}, options = {}) {
      const request = new messages.CheckRequest();
      request.setUrn(urn(type, options.name));
      request.setType(type);
      request.setName(options.name ?? "vm");
      request.setNews(Struct.fromJavaScript(news));
      request.setOlds(Struct.fromJavaScript(olds));
      request.setRandomseed(Buffer.from(options.seed ?? "seed"));
      const answer: providerModule.CheckResponse = await call("check", request);
      const failures = answer.getFailuresList();
      return {
        inputs: bag(answer.getInputs()),
        failures: failures.map((failure) => ({
          property: failure.getProperty(),
          reason: failure.getReason(),
        })),
      };
    },
    async diff(type, olds, news, state = olds) {
      const request = new messages.DiffRequest();
      request.setUrn(urn(type));
      request.setType(type);
      request.setId("id");
      request.setOldInputs(Struct.fromJavaScript(olds));
      request.setOlds(Struct.fromJavaScript(state));
      request.setNews(Struct.fromJavaScript(news));
      const answer: providerModule.DiffResponse = await call("diff", request);
      const detailed: Record<string, string> = {};
      answer.getDetaileddiffMap().forEach((entry, path) => {
        detailed[path] = KINDS[entry.getKind()] ?? "unknown";
      });
      return { some: answer.getChanges() === 2, replaces: answer.getReplacesList(), detailed };
    },
    async create(type, properties, options = {}) {
      const request = new messages.CreateRequest();
      request.setUrn(urn(type, options.name));
      request.setType(type);
      request.setProperties(Struct.fromJavaScript(properties));
      request.setPreview(options.preview ?? false);
      const answer: providerModule.CreateResponse = await call("create", request);
      return { id: answer.getId(), properties: bag(answer.getProperties()) };
    },
    async read(type, id, inputs, state) {
      const request = new messages.ReadRequest();
      request.setUrn(urn(type));
      request.setType(type);
      request.setId(id);
      if (inputs) request.setInputs(Struct.fromJavaScript(inputs));
      if (state) request.setProperties(Struct.fromJavaScript(state));
      const answer: providerModule.ReadResponse = await call("read", request);
      return { id: answer.getId(), inputs: bag(answer.getInputs()), properties: bag(answer.getProperties()) };
    },
    async update(type, id, olds, news, state, preview = false) {
      const request = new messages.UpdateRequest();
      request.setUrn(urn(type));
      request.setType(type);
      request.setId(id);
      request.setOldInputs(Struct.fromJavaScript(olds));
      request.setOlds(Struct.fromJavaScript(state));
      request.setNews(Struct.fromJavaScript(news));
      request.setPreview(preview);
      const answer: providerModule.UpdateResponse = await call("update", request);
      return bag(answer.getProperties());
    },
    async delete(type, id, inputs, state) {
      const request = new messages.DeleteRequest();
      request.setUrn(urn(type));
      request.setType(type);
      request.setId(id);
      request.setOldInputs(Struct.fromJavaScript(inputs));
      request.setProperties(Struct.fromJavaScript(state));
      await call("delete", request);
    },
    async close() {
      client.close();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(String(chunk).trim()));
    child.once("exit", (code) => reject(new Error(`the plugin ended with exit code ${code}`)));
  });
}

export const TYPES = {
  cloudinitDisk: "libvirt:index/cloudinitDisk:CloudinitDisk",
  domain: "libvirt:index/domain:Domain",
  guestFile: "libvirt:index/guestFile:GuestFile",
  network: "libvirt:index/network:Network",
  pool: "libvirt:index/pool:Pool",
  volume: "libvirt:index/volume:Volume",
} as const;
