/** The wire layer: Pulumi's ResourceProvider service over gRPC, and nothing that knows Kubernetes. */
import type {
  handleUnaryCall,
  Server,
  ServiceError,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { PartialError } from "./apierror.ts";
import { type Change, difference, formatPath } from "./difference.ts";
import type { EngineLog } from "./enginelog.ts";
import { Any, Empty, grpc, messages, PluginInfo, ResourceProviderService, Status } from "./protocol.ts";
import { KubernetesProvider } from "./provider.ts";
import { checkSettings, type Failure } from "./settings.ts";
import { decode, encode, type Properties } from "./wire.ts";

/** Pulumi's own limit for a message, in bytes (`sdk/nodejs/runtime/settings.ts`: `maxRPCMessageSize`). */
const MESSAGE_LIMIT = 400 * 1024 * 1024;

/** Said on every run, because a stand-in must never be taken for the vendor's plugin. */
export const NOTICE =
  "kubernetes: STAND-IN plugin of this repository, as the vendor's could not be had; it covers only API objects " +
  "by server-side apply, their Patches and Helm releases, and it waits for nothing but deletions";

/** @returns a server that is not bound yet. */
export function createServer(log: EngineLog, version: string): Server {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_LIMIT,
    "grpc.max_send_message_length": MESSAGE_LIMIT,
  });
  server.addService(ResourceProviderService, implement(log, version));
  return server;
}

/** @returns the port. The server listens on loopback only. */
export function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error !== null) reject(error);
      else resolve(port);
    });
  });
}

function implement(log: EngineLog, version: string): UntypedServiceImplementation {
  const provider = new KubernetesProvider(
    (text) => void log.warn(`kubernetes: the API server warns: ${text}`),
  );
  const cancelled = new AbortController();
  const signal = cancelled.signal;
  let configuration: Properties | undefined;

  return {
    handshake: answer(async (request: provider_pb.ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setSupportsAutonamingConfiguration(true);
    }),
    attach: answer(async (request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: answer(async () => new PluginInfo().setVersion(version)),
    checkConfig: answer(async (request: provider_pb.CheckRequest) => {
      const inputs = decode(request.getNews());
      return checkResponse(inputs, checkSettings(inputs));
    }),
    diffConfig: answer(async (request: provider_pb.DiffRequest) => {
      const changes = difference(
        decode(request.getOldInputs() ?? request.getOlds()),
        decode(request.getNews()),
      );
      return diffResponse(changes, [], false);
    }),
    configure: answer(async (request: provider_pb.ConfigureRequest) => {
      configuration = decode(request.getArgs());
      provider.configure(configuration);
      await log.warn(NOTICE);
      return new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),
    check: answer(async (request: provider_pb.CheckRequest) => {
      const proposed = request.getAutonaming()?.getProposedName() ?? "";
      const { inputs, failures } = await provider.check({
        ...subject(request),
        olds: decode(request.getOlds()),
        news: decode(request.getNews()),
        seed: request.getRandomseed_asU8(),
        proposedName: proposed === "" ? undefined : proposed,
      });
      return checkResponse(inputs, failures);
    }),
    diff: answer(async (request: provider_pb.DiffRequest) => {
      const oldInputs = decode(request.getOldInputs());
      const result = await provider.diff({ ...subject(request), oldInputs, news: decode(request.getNews()) });
      return diffResponse(result.changes, result.replaces, result.deleteBeforeReplace);
    }),
    create: answer(async (request: provider_pb.CreateRequest) => {
      const state = await provider.create({
        ...subject(request),
        news: decode(request.getProperties()),
        isPreview: request.getPreview(),
        timeout: milliseconds(request.getTimeout()),
        signal,
      });
      return new messages.CreateResponse().setId(state.id).setProperties(encode(state.outputs));
    }),
    read: answer(async (request: provider_pb.ReadRequest) => {
      const olds = decode(request.getProperties());
      const inputs = decode(request.getInputs());
      const found = await provider.read({ ...subject(request), id: request.getId(), olds, inputs });
      const response = new messages.ReadResponse();
      if (found === undefined) return response;
      return response.setId(found.id).setProperties(encode(found.outputs)).setInputs(encode(found.inputs));
    }),
    update: answer(async (request: provider_pb.UpdateRequest) => {
      const outputs = await provider.update({
        ...subject(request),
        id: request.getId(),
        oldInputs: decode(request.getOldInputs()),
        olds: decode(request.getOlds()),
        news: decode(request.getNews()),
        isPreview: request.getPreview(),
        timeout: milliseconds(request.getTimeout()),
        signal,
      });
      return new messages.UpdateResponse().setProperties(encode(outputs));
    }),
    delete: answer(async (request: provider_pb.DeleteRequest) => {
      await provider.delete({
        ...subject(request),
        id: request.getId(),
        oldInputs: decode(request.getOldInputs()),
        olds: decode(request.getProperties()),
        timeout: milliseconds(request.getTimeout()),
        signal,
      });
      return new Empty();
    }),
    invoke: answer(async (request: provider_pb.InvokeRequest) => notCovered(request.getTok())),
    call: answer(async (request: provider_pb.CallRequest) => notCovered(request.getTok())),
    construct: answer(async (request: provider_pb.ConstructRequest) => notCovered(request.getType())),
    cancel: answer(async () => {
      cancelled.abort();
      return new Empty();
    }),
  };
}

interface Named {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

function subject(request: Named): { urn: string; type: string; name: string } {
  const [, , types = "", name = ""] = request.getUrn().split("::");
  return {
    urn: request.getUrn(),
    type: request.getType() || (types.split("$").pop() ?? ""),
    name: request.getName() || name,
  };
}

/** The engine sends seconds, and 0 for "the provider's default". */
function milliseconds(seconds: number): number | undefined {
  return seconds > 0 ? seconds * 1000 : undefined;
}

function notCovered(what: string): never {
  throw new Error(
    `the stand-in for the Kubernetes plugin does not cover ${what}; install the vendor's plugin`,
  );
}

/** By property: the wire keeps no order of its own. */
function checkResponse(inputs: Properties, failures: readonly Failure[]): provider_pb.CheckResponse {
  const sorted = failures.toSorted((a, b) =>
    a.property < b.property ? -1 : a.property > b.property ? 1 : 0,
  );
  const list = sorted.map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse().setInputs(encode(inputs)).setFailuresList(list);
}

const KINDS = messages.PropertyDiff.Kind;
const KIND = {
  add: [KINDS.ADD, KINDS.ADD_REPLACE],
  delete: [KINDS.DELETE, KINDS.DELETE_REPLACE],
  update: [KINDS.UPDATE, KINDS.UPDATE_REPLACE],
} as const;

function diffResponse(
  changes: readonly Change[],
  replaces: readonly string[],
  deleteBeforeReplace: boolean,
): provider_pb.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set(changes.map(({ path }) => String(path[0])))])
    .setReplacesList([...new Set(replaces)])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const { path, kind } of changes) {
    const text = formatPath(path);
    const isReplacing = replaces.some(
      (each) => text === each || text.startsWith(`${each}.`) || text.startsWith(`${each}[`),
    );
    const detail = new messages.PropertyDiff().setKind(KIND[kind][isReplacing ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(text, detail);
  }
  return response;
}

function answer<Request, Response>(
  work: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call: { request: Request }, callback: sendUnaryData<Response>) => {
    work(call.request).then(
      (response) => callback(null, response),
      (error: Error) => callback(serviceError(error)),
    );
  };
}

/** Pulumi finds a resource that is only half made in the error's details. */
function serviceError(error: Error): Partial<ServiceError> {
  if (!(error instanceof PartialError)) return { code: grpc.status.UNKNOWN, details: error.message };
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(encode(error.outputs))
    .setInputs(encode(error.inputs))
    .setReasonsList([error.message]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message).setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}
