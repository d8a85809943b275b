/**
 * The generated gRPC stubs that @pulumi/pulumi ships, and nothing else of it: loading the SDK itself would
 * cost half a second on every start of the host.
 */
import { createRequire } from "node:module";
import type * as languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type * as language from "@pulumi/pulumi/proto/language_pb.js";
import type * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as empty from "google-protobuf/google/protobuf/empty_pb.js";

// The stubs are CommonJS that assigns its exports at run time, which an ESM import cannot see by name.
const require = createRequire(import.meta.url);

export const { LanguageRuntimeService } =
  require("@pulumi/pulumi/proto/language_grpc_pb.js") as typeof languageGrpc;
export const languageProto = require("@pulumi/pulumi/proto/language_pb.js") as typeof language;
export const pluginProto = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof plugin;
export const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as typeof empty;
export type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
export type { language as LanguageProto };
