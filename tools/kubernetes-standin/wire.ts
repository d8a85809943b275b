/**
 * Property values as Pulumi's wire carries them, and as the rest of this folder handles them.
 *
 * On the wire a secret is an object with a signature and an unknown is a magic string; here they are a class
 * and a symbol, so that neither can be mistaken for a user's own text. The constants are Pulumi's
 * (`sdk/go/common/resource`: `SigKey`, `SecretSig`, and `plugin.Unknown…Value`).
 */
import type { JavaScriptValue, Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb.js";
import { Struct } from "./protocol.ts";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine has a text for an unknown of each kind: text, boolean, number, list, asset, archive, object. */
const UNKNOWN_TEXTS: ReadonlySet<unknown> = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value that only the deployment itself will know. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that must never be shown and is encrypted in the state. */
export class Secret {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

export type Value = null | boolean | number | string | typeof UNKNOWN | Secret | Value[] | Properties;
export interface Properties {
  [key: string]: Value;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Reads a message's struct. Absent is empty. @throws when it holds a kind of value that was never asked for. */
export function decode(struct: StructMessage | undefined): Properties {
  return struct === undefined ? {} : (decodeValue(struct.toJavaScript() as Json) as Properties);
}

/** Writes a message's struct; `undefined` members are left out, as in JSON. */
export function encode(properties: Properties): StructMessage {
  return Struct.fromJavaScript(encodeValue(properties) as { [key: string]: JavaScriptValue });
}

function decodeValue(json: Json): Value {
  if (UNKNOWN_TEXTS.has(json)) return UNKNOWN;
  if (Array.isArray(json)) return json.map(decodeValue);
  if (json === null || typeof json !== "object") return json;
  const signature = json[SIGNATURE_KEY];
  if (signature === undefined) {
    return Object.fromEntries(Object.entries(json).map(([key, member]) => [key, decodeValue(member)]));
  }
  if (signature === SECRET_SIGNATURE) return new Secret(decodeValue(json.value ?? null));
  throw new Error("an asset, archive or resource reference was given where a Kubernetes field is expected");
}

function encodeValue(value: Value): Json {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (value instanceof Secret) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: encodeValue(value.value) };
  if (Array.isArray(value)) return value.map(encodeValue);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, encodeValue(member)]));
}
