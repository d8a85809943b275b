/** The messages of the provider protocol, loaded without the rest of the Pulumi SDK, which would cost 0.5 s. */
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import type * as pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as providerModule from "@pulumi/pulumi/proto/provider_pb.js";
import type * as statusModule from "@pulumi/pulumi/proto/status_pb.js";
import type * as anyModule from "google-protobuf/google/protobuf/any_pb.js";
import type * as emptyModule from "google-protobuf/google/protobuf/empty_pb.js";
import type * as structModule from "google-protobuf/google/protobuf/struct_pb.js";
import { PartialFailure, ProviderError } from "./failure.ts";
import { decodeProperties, encodeProperties, type Properties } from "./values.ts";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js") as typeof grpcModule;

export const messages = require("@pulumi/pulumi/proto/provider_pb.js") as typeof providerModule;
export const plugin = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof pluginModule;
export const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as typeof emptyModule;
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as typeof structModule;

export const definition = (
  require("@pulumi/pulumi/proto/provider_grpc_pb.js") as {
    ResourceProviderService: grpcModule.ServiceDefinition;
  }
).ResourceProviderService;

/** Properties of a message. */
export function read(struct: structModule.Struct | undefined): Properties {
  return struct ? decodeProperties(struct.toJavaScript() as Record<string, unknown>) : {};
}

/** Properties for a message. */
export function write(properties: Properties): structModule.Struct {
  return Struct.fromJavaScript(encodeProperties(properties) as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** A failure as gRPC carries it; that of a half-made resource carries its state too. */
export function statusOf(failure: unknown): grpcModule.ServiceError {
  const message = failure instanceof Error ? failure.message : String(failure);
  const metadata = new grpc.Metadata();
  if (failure instanceof PartialFailure) metadata.add("grpc-status-details-bin", partialDetails(failure));
  // A failure that is not the user's is a defect of the provider, and says where.
  const details =
    failure instanceof ProviderError || !(failure instanceof Error) ? message : (failure.stack ?? message);
  return Object.assign(new Error(details), { code: grpc.status.UNKNOWN, details, metadata });
}

function partialDetails(failure: PartialFailure): Buffer {
  const { Status } = require("@pulumi/pulumi/proto/status_pb.js") as typeof statusModule;
  const { Any } = require("google-protobuf/google/protobuf/any_pb.js") as typeof anyModule;
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setReasonsList([failure.message]);
  detail.setProperties(write(failure.state as Properties));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(failure.message);
  status.addDetails(any);
  return Buffer.from(status.serializeBinary());
}
