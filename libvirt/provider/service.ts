/** The provider protocol: each request goes by its type token to the resource that answers it. */
import type * as grpcModule from "@grpc/grpc-js";
import type * as pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import type { Change } from "../schema/changes.ts";
import { autoname } from "./autoname.ts";
import { type Configuration, Connection } from "./connection.ts";
import { EngineLog } from "./engineLog.ts";
import { PartialFailure, ProviderError } from "./failure.ts";
import { definition, Empty, messages, plugin, read, statusOf, write } from "./protocol.ts";
import type { Context, Resource } from "./resource.ts";
import { hasSecret, type Properties, plainProperties, remark, UNKNOWN, type Value } from "./values.ts";

type Catalogue = typeof import("./catalogue.ts");
type Handler = (request: never) => Promise<unknown>;

export interface Service {
  readonly definition: grpcModule.ServiceDefinition;
  readonly implementation: grpcModule.UntypedServiceImplementation;
  /** Loads what the first check needs. */
  warmUp(): void;
  /** Ends what is under way on the host; those who wait for it get an answer that says so. */
  cancel(): void;
}

/**
 * A provider that is not configured yet.
 * @param engine address of the engine, where it is known from the start
 */
export function service(engine: string | undefined): Service {
  const log = new EngineLog(engine);
  const connection = new Connection();
  // Schemas cost more to load than all the rest, so they wait until something needs them.
  let loading: Promise<Catalogue> | undefined;
  const load = (): Promise<Catalogue> => {
    loading ??= import("./catalogue.ts");
    return loading;
  };
  return {
    definition,
    implementation: unary({ ...plumbing(connection, log, load), ...lifecycle(connection, log, load) }, log),
    warmUp: () => void load(),
    cancel: () => connection.cancel(),
  };
}

/** Handlers of promises as gRPC wants them. */
function unary(
  handlers: Readonly<Record<string, Handler>>,
  log: EngineLog,
): grpcModule.UntypedServiceImplementation {
  const out: grpcModule.UntypedServiceImplementation = {};
  for (const [name, handler] of Object.entries(handlers)) {
    out[name] = (
      call: grpcModule.ServerUnaryCall<unknown, unknown>,
      callback: grpcModule.sendUnaryData<unknown>,
    ) => {
      handler(call.request as never)
        .finally(() => log.settled())
        .then(
          (answer) => callback(null, answer),
          (failure: unknown) => callback(statusOf(failure)),
        );
    };
  }
  return out;
}

function plumbing(
  connection: Connection,
  log: EngineLog,
  load: () => Promise<Catalogue>,
): Record<string, Handler> {
  return {
    handshake: async () => {
      const answer = new messages.ProviderHandshakeResponse();
      answer.setAcceptSecrets(true);
      answer.setAcceptResources(false);
      answer.setAcceptOutputs(false);
      answer.setSupportsAutonamingConfiguration(true);
      return answer;
    },
    getPluginInfo: async () => {
      const info = new plugin.PluginInfo();
      info.setVersion((await load()).version());
      return info;
    },
    getSchema: async () => {
      const answer = new messages.GetSchemaResponse();
      answer.setSchema((await load()).schemaText());
      return answer;
    },
    checkConfig: async (request: providerModule.CheckRequest) => {
      const news = read(request.getNews());
      return checkResponse(news, (await load()).checkConfiguration(news));
    },
    diffConfig: async (request: providerModule.DiffRequest) => {
      const before = read(request.hasOldInputs() ? request.getOldInputs() : request.getOlds());
      return diffResponse((await load()).diffConfiguration(before, read(request.getNews())));
    },
    configure: async (request: providerModule.ConfigureRequest) => {
      connection.configure(plainProperties(read(request.getArgs())) as Configuration);
      const answer = new messages.ConfigureResponse();
      answer.setAcceptsecrets(true);
      answer.setSupportspreview(true);
      answer.setAcceptresources(false);
      answer.setAcceptoutputs(false);
      answer.setSupportsAutonamingConfiguration(true);
      return answer;
    },
    invoke: async (request: providerModule.InvokeRequest) => {
      throw new ProviderError(`the libvirt package has no function ${request.getTok()}`);
    },
    cancel: async () => {
      connection.cancel();
      return new Empty();
    },
    attach: async (request: pluginModule.PluginAttach) => {
      log.attach(request.getAddress());
      return new Empty();
    },
  };
}

function lifecycle(
  connection: Connection,
  log: EngineLog,
  load: () => Promise<Catalogue>,
): Record<string, Handler> {
  const resourceOf = async (request: { getType(): string; getUrn(): string }): Promise<Resource> => {
    // Engines before type was a field of its own have it in the URN only.
    const token = request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
    const resource = (await load()).resource(token);
    if (!resource) throw new ProviderError(`the libvirt package has no resource type ${token}`);
    return resource;
  };
  // Two resources of one name: the second sees what the first has made, and is told that it is taken.
  const objectOf = (request: { getType(): string }, inputs: Properties): string =>
    [request.getType(), inputs.pool, inputs.name, inputs.domain, inputs.path].map(String).join("\0");
  const contextOf = (request: { getUrn(): string; getTimeout?(): number }): Context => {
    const timeout = request.getTimeout?.() ?? 0;
    const urn = request.getUrn();
    return connection.context(urn, timeout > 0 ? timeout : undefined, log.of(urn));
  };
  return {
    check: async (request: providerModule.CheckRequest) => {
      const resource = await resourceOf(request);
      const before = read(request.getOlds());
      const after = read(request.getNews());
      const { inputs, failures } = resource.check({ before, after, autoname: autoname(request) });
      return checkResponse(inputs, failures);
    },
    diff: async (request: providerModule.DiffRequest) => {
      const state = read(request.getOlds());
      const before = request.hasOldInputs() ? read(request.getOldInputs()) : state;
      return diffResponse((await resourceOf(request)).diff(before, read(request.getNews()), state));
    },
    create: async (request: providerModule.CreateRequest) => {
      const resource = await resourceOf(request);
      const inputs = read(request.getProperties());
      const answer = new messages.CreateResponse();
      if (request.getPreview()) {
        answer.setProperties(write({ ...inputs, ...unknownOutputs((await load()).outputNames(resource)) }));
        return answer;
      }
      const plain = plainProperties(inputs);
      const found = await keepingMarks(inputs, () =>
        connection.alone(objectOf(request, plain), () => resource.create(plain, contextOf(request))),
      );
      answer.setId(found.id);
      answer.setProperties(write({ ...inputs, ...found.outputs }));
      return answer;
    },
    read: async (request: providerModule.ReadRequest) => {
      const resource = await resourceOf(request);
      const state = read(request.getProperties());
      // An import and a look-up by id come without inputs.
      const declared = isFilled(read(request.getInputs())) ? read(request.getInputs()) : undefined;
      const known = declared && { inputs: plainProperties(declared), outputs: plainProperties(state) };
      const found = await resource.read(request.getId(), known, contextOf(request));
      const answer = new messages.ReadResponse();
      if (!found) return answer;
      const inputs = (declared ? remark(found.inputs, declared) : found.inputs) as Properties;
      answer.setId(found.id);
      answer.setInputs(write(inputs));
      answer.setProperties(write({ ...inputs, ...found.outputs }));
      return answer;
    },
    update: async (request: providerModule.UpdateRequest) => {
      const resource = await resourceOf(request);
      const olds = read(request.getOlds());
      const before = request.hasOldInputs() ? read(request.getOldInputs()) : olds;
      const after = read(request.getNews());
      const names = (await load()).outputNames(resource);
      const outputs: Properties = Object.fromEntries(names.map((name) => [name, olds[name]]));
      const answer = new messages.UpdateResponse();
      if (request.getPreview()) {
        const inputs = [plainProperties(before), plainProperties(after)] as const;
        const changed = resource.changedOutputs(...inputs);
        for (const { severity, message } of (await load()).notices(resource, ...inputs)) {
          log.of(request.getUrn())(severity, message);
        }
        answer.setProperties(write({ ...after, ...outputs, ...unknownOutputs(changed) }));
        return answer;
      }
      const state = { inputs: plainProperties(before), outputs: plainProperties(outputs) };
      const plain = plainProperties(after);
      const updated = await keepingMarks(after, () =>
        connection.alone(objectOf(request, plain), () =>
          resource.update(request.getId(), state, plain, contextOf(request)),
        ),
      );
      answer.setProperties(write({ ...after, ...outputs, ...updated }));
      return answer;
    },
    delete: async (request: providerModule.DeleteRequest) => {
      const resource = await resourceOf(request);
      const all = plainProperties(read(request.getProperties()));
      const inputs = request.hasOldInputs() ? plainProperties(read(request.getOldInputs())) : all;
      await connection.alone(objectOf(request, inputs), () =>
        resource.delete(request.getId(), { inputs, outputs: all }, contextOf(request)),
      );
      return new Empty();
    },
  };
}

/** Runs a change; the state of a half-made resource gets the secrets of its inputs back. */
async function keepingMarks<T>(inputs: Properties, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (failure) {
    if (!(failure instanceof PartialFailure)) throw failure;
    throw new PartialFailure(failure.message, failure.id, { ...inputs, ...failure.state });
  }
}

const isFilled = (properties: Properties): boolean => Object.keys(properties).length > 0;

function unknownOutputs(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name): [string, Value] => [name, UNKNOWN]));
}

function checkResponse(
  inputs: Properties,
  failures: readonly { readonly property: string; readonly reason: string }[],
): providerModule.CheckResponse {
  const answer = new messages.CheckResponse();
  answer.setInputs(write(inputs));
  for (const { property, reason } of failures) {
    const failure = new messages.CheckFailure();
    // The engine prints the value of the property that a failure names, also that of a secret.
    const isSecret = hasSecret(inputs[property]);
    failure.setProperty(isSecret ? "" : property);
    failure.setReason(isSecret ? `${property}: ${reason}` : reason);
    answer.addFailures(failure);
  }
  return answer;
}

function diffResponse(diff: {
  readonly changes: readonly Change[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}): providerModule.DiffResponse {
  const { Kind } = messages.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const answer = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  answer.setChanges(diff.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  answer.setHasdetaileddiff(true);
  answer.setDeletebeforereplace(diff.deleteBeforeReplace);
  const top = (path: string): string => path.split(/[.[]/, 1)[0] ?? path;
  answer.setDiffsList([...new Set(diff.changes.map((change) => top(change.path)))]);
  answer.setReplacesList([...new Set(diff.replaces.map(top))]);
  for (const change of diff.changes) {
    const entry = new messages.PropertyDiff();
    entry.setKind(kinds[change.kind][diff.replaces.includes(change.path) ? 1 : 0]);
    entry.setInputdiff(true);
    answer.getDetaileddiffMap().set(change.path, entry);
  }
  return answer;
}
