/**
 * The messages and services of Pulumi's protocol, as its SDK ships them, without the SDK around them.
 *
 * By `require`: to import a CommonJS module by `import`, Node first reads all of it in search of names to export,
 * and these are long. It is a fifth of the plugin's start.
 */
import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import type * as engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type * as engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import type * as anyMessages from "google-protobuf/google/protobuf/any_pb.js";
import type * as emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type * as structMessages from "google-protobuf/google/protobuf/struct_pb.js";

const require = createRequire(import.meta.url);

export const grpc = require("@grpc/grpc-js") as typeof grpcModule;
export const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb.js") as typeof engineServices;
export const { LogRequest, LogSeverity } =
  require("@pulumi/pulumi/proto/engine_pb.js") as typeof engineMessages;
export const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof pluginMessages;
export const { ResourceProviderService } =
  require("@pulumi/pulumi/proto/provider_grpc_pb.js") as typeof providerServices;
export const messages = require("@pulumi/pulumi/proto/provider_pb.js") as typeof providerMessages;
export const { Status } = require("@pulumi/pulumi/proto/status_pb.js") as typeof statusMessages;
export const { Any } = require("google-protobuf/google/protobuf/any_pb.js") as typeof anyMessages;
export const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as typeof emptyMessages;
export const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as typeof structMessages;
