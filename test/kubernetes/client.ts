/** The stand-in behind real gRPC in this process, driven the way the engine drives it. */
import { credentials, type ServiceError } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import { EngineLog } from "../../tools/kubernetes-standin/enginelog.ts";
import { bind, createServer } from "../../tools/kubernetes-standin/server.ts";
import { decode, encode, type Properties } from "../../tools/kubernetes-standin/wire.ts";

export interface Checked {
  inputs: Properties;
  /** `property: reason`, in order. */
  failures: string[];
}

export interface Diffed {
  isChanged: boolean;
  /** Path and kind, as `metadata.labels.a UPDATE`, sorted. */
  changes: string[];
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface State {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

type Unary<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

export class ProviderClient {
  /** What the stand-in logged to the engine. */
  readonly log: string[] = [];
  readonly #stop: () => void;
  readonly #client: services.ResourceProviderClient;

  private constructor(client: services.ResourceProviderClient, log: string[], stop: () => void) {
    this.#client = client;
    this.log = log;
    this.#stop = stop;
  }

  static async start(config: Properties = {}): Promise<ProviderClient> {
    const lines: string[] = [];
    class RecordingLog extends EngineLog {
      override async warn(text: string): Promise<void> {
        lines.push(text);
      }
    }
    const server = createServer(new RecordingLog(), "4.34.2");
    const port = await bind(server);
    const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const provider = new ProviderClient(client, lines, () => {
      client.close();
      server.forceShutdown();
    });
    await provider.#ask<messages.ConfigureRequest, messages.ConfigureResponse>(
      client.configure,
      new messages.ConfigureRequest().setArgs(encode(config)),
    );
    return provider;
  }

  stop(): void {
    this.#stop();
  }

  async checkConfig(config: Properties): Promise<string[]> {
    const request = new messages.CheckRequest().setNews(encode(config));
    return failures(
      await this.#ask<messages.CheckRequest, messages.CheckResponse>(this.#client.checkConfig, request),
    );
  }

  async check(type: string, name: string, news: Properties, olds: Properties = {}): Promise<Checked> {
    const request = new messages.CheckRequest()
      .setUrn(urn(type, name))
      .setRandomseed(Buffer.from(name))
      .setOlds(encode(olds))
      .setNews(encode(news));
    const response = await this.#ask<messages.CheckRequest, messages.CheckResponse>(
      this.#client.check,
      request,
    );
    return { inputs: decode(response.getInputs()), failures: failures(response) };
  }

  async diff(type: string, name: string, oldInputs: Properties, news: Properties): Promise<Diffed> {
    const request = new messages.DiffRequest()
      .setUrn(urn(type, name))
      .setId("id")
      .setOldInputs(encode(oldInputs))
      .setOlds(encode(oldInputs))
      .setNews(encode(news));
    const response = await this.#ask<messages.DiffRequest, messages.DiffResponse>(this.#client.diff, request);
    const kinds = Object.keys(messages.PropertyDiff.Kind);
    const changes = response.getDetaileddiffMap().toArray() as unknown as [string, [number]][];
    return {
      isChanged: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      changes: changes.map(([path, [kind]]) => `${path} ${kinds[kind ?? 0]}`).sort(),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  /** Checks and creates, as an update does. @throws the provider's message, or the check's failures. */
  async create(type: string, name: string, news: Properties, isPreview = false): Promise<State> {
    const { inputs, failures } = await this.check(type, name, news);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new messages.CreateRequest()
      .setUrn(urn(type, name))
      .setProperties(encode(inputs))
      .setPreview(isPreview);
    const response = await this.#ask<messages.CreateRequest, messages.CreateResponse>(
      this.#client.create,
      request,
    );
    return { id: response.getId(), inputs, outputs: decode(response.getProperties()) };
  }

  async update(
    type: string,
    name: string,
    state: State,
    news: Properties,
    isPreview = false,
  ): Promise<State> {
    const { inputs, failures } = await this.check(type, name, news, state.inputs);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new messages.UpdateRequest()
      .setId(state.id)
      .setUrn(urn(type, name))
      .setOldInputs(encode(state.inputs))
      .setOlds(encode(state.outputs))
      .setNews(encode(inputs))
      .setPreview(isPreview);
    const response = await this.#ask<messages.UpdateRequest, messages.UpdateResponse>(
      this.#client.update,
      request,
    );
    return { id: state.id, inputs, outputs: decode(response.getProperties()) };
  }

  /** @returns `undefined` when the resource is gone. */
  async read(type: string, name: string, state: State): Promise<State | undefined> {
    const request = new messages.ReadRequest()
      .setId(state.id)
      .setUrn(urn(type, name))
      .setInputs(encode(state.inputs))
      .setProperties(encode(state.outputs));
    const response = await this.#ask<messages.ReadRequest, messages.ReadResponse>(this.#client.read, request);
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      inputs: decode(response.getInputs()),
      outputs: decode(response.getProperties()),
    };
  }

  /** @param timeout in seconds. */
  async delete(type: string, name: string, state: State, timeout = 30): Promise<void> {
    const request = new messages.DeleteRequest()
      .setId(state.id)
      .setUrn(urn(type, name))
      .setOldInputs(encode(state.inputs))
      .setProperties(encode(state.outputs))
      .setTimeout(timeout);
    await this.#ask(this.#client.delete, request);
  }

  async invoke(token: string): Promise<void> {
    await this.#ask<messages.InvokeRequest, messages.InvokeResponse>(
      this.#client.invoke,
      new messages.InvokeRequest().setTok(token),
    );
  }

  #ask<Request, Response>(method: Unary<Request, Response>, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      method.call(this.#client, request, (error, response) => {
        if (error === null) resolve(response);
        else reject(halfMade(error) ?? new Error(error.details));
      });
    });
  }
}

/** A failure that leaves a resource behind: what the engine would put into the state. */
export class HalfMadeError extends Error {
  readonly state: State;
  constructor(message: string, state: State) {
    super(message);
    this.state = state;
  }
}

/** Finds the resource in the details of the error, as the engine does. */
function halfMade(error: ServiceError): HalfMadeError | undefined {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(bytes instanceof Buffer)) return undefined;
  const [packed] = statuses.Status.deserializeBinary(bytes).getDetailsList();
  const read = messages.ErrorResourceInitFailed.deserializeBinary;
  const detail = packed?.unpack(read, "pulumirpc.ErrorResourceInitFailed");
  if (!detail) return undefined;
  const state = {
    id: detail.getId(),
    inputs: decode(detail.getInputs()),
    outputs: decode(detail.getProperties()),
  };
  return new HalfMadeError(detail.getReasonsList().join("\n"), state);
}

export function urn(type: string, name: string): string {
  return `urn:pulumi:test::numafleet::${type}::${name}`;
}

function failures(response: messages.CheckResponse): string[] {
  return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
}
