/** An API server's refusal, and the words that a user reads. */
import type { Properties } from "./wire.ts";

export interface Cause {
  /** Why, as the server names it: `FieldValueInvalid`, `FieldManagerConflict`, … */
  reason: string;
  /** Property path, when the server gives one. */
  field: string;
  message: string;
}

export class ApiError extends Error {
  /** HTTP status. */
  readonly code: number;
  /** The server's `Status.reason`: `Invalid`, `Conflict`, `Forbidden`, … */
  readonly reason: string;
  readonly causes: readonly Cause[];

  constructor(code: number, reason: string, message: string, causes: readonly Cause[]) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.reason = reason;
    this.causes = causes;
  }

  /** Reads the `Status` object that an API server answers with; any other body becomes the message. */
  static fromResponse(code: number, body: string): ApiError {
    const status = parseStatus(body);
    const causes = (status?.details?.causes ?? []).map((cause) => ({
      reason: cause.reason ?? "",
      field: (cause.field ?? "").replace(/^\./, ""),
      message: cause.message ?? "",
    }));
    const message = status?.message ?? (body.trim().slice(0, 500) || "no explanation");
    // The server goes through maps, and its causes come in another order each time.
    const sorted = causes.toSorted((a, b) =>
      `${a.field} ${a.message}` < `${b.field} ${b.message}` ? -1 : 1,
    );
    return new ApiError(code, status?.reason ?? "", message, sorted);
  }
}

/** A failure whose message is complete as it stands. */
export class UserError extends Error {}

/** A resource that is there, but not as it should be: it is kept in the state, and the next update mends it. */
export class PartialError extends UserError {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;

  constructor(message: string, id: string, outputs: Properties, inputs: Properties) {
    super(message);
    this.id = id;
    this.outputs = outputs;
    this.inputs = inputs;
  }
}

/**
 * The message for a user: what was refused and why, each cause on its own line, and one way out.
 *
 * @param subject `Namespace "x"`.
 * @param action in the past tense, `created`.
 */
export function explain(error: unknown, subject: string, action: string): string {
  if (error instanceof UserError) return `${subject} was not ${action}: ${error.message}`;
  if (!(error instanceof ApiError)) return `${subject} was not ${action}: ${(error as Error).message}`;
  const conflicts = error.causes.filter((cause) => cause.reason === "FieldManagerConflict");
  if (conflicts.length > 0) {
    const lines = conflicts.map(
      (cause) => `  - ${cause.field}: ${cause.message.replace(/^conflict /, "held in conflict ")}`,
    );
    return [
      `${subject} was not ${action}: other owners hold fields that this program sets to another value.`,
      ...lines,
      'Take these fields out of the program, or take them over with the annotation pulumi.com/patchForce: "true".',
    ].join("\n");
  }
  const head = `${subject} was not ${action}: the API server answered ${error.code}${error.reason === "" ? "" : ` ${error.reason}`}`;
  const reasons =
    error.causes.length > 0
      ? error.causes.map((cause) => `  - ${cause.field === "" ? "" : `${cause.field}: `}${cause.message}`)
      : [`  - ${shorten(error.message)}`];
  return [`${head}.`, ...reasons, wayOut(error)].join("\n");
}

/**
 * Server-side apply answers 500 to fields and values that a kind does not have, and names its own functions
 * before it names the field.
 */
const SCHEMA_PREFIX =
  /^failed to (?:create typed patch object|convert new object) \([^)]*\)(?: to [^:]*: unable to [^:]*)?: /;

function shorten(message: string): string {
  const short = message.replace(SCHEMA_PREFIX, "");
  return short === message ? message : short.replace(/^\./, "");
}

function wayOut(error: ApiError): string {
  if (SCHEMA_PREFIX.test(error.message)) return "Correct the fields named above in the program.";
  if (error.code === 401) return "Renew the credentials in the kubeconfig.";
  if (error.code === 403 && /exceeded quota/.test(error.message))
    return "Lower the request, or raise the ResourceQuota.";
  if (error.code === 403) return "Have this user granted the missing right, or name another context.";
  if (error.code === 404 && /^namespaces? /.test(error.message)) {
    return "Create the namespace first: make this resource depend on it, or take the name from its metadata.";
  }
  if (error.code === 409) return "Run the update again; it starts from what is there then.";
  if (error.code >= 500 || error.code === 429) return "Run the update again when the API server is well.";
  return "Correct the fields named above in the program.";
}

interface Status {
  message?: string;
  reason?: string;
  details?: { causes?: { reason?: string; field?: string; message?: string }[] };
}

function parseStatus(body: string): Status | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && "message" in parsed
      ? (parsed as Status)
      : undefined;
  } catch {
    return undefined;
  }
}
