import { type LineCounter, LineCounter as Lines, parseDocument as parseYaml, type YAMLError } from "yaml";
import { type Finding, finding } from "./finding.ts";

/**
 * Reads the text of a fleet file. Only the text is judged here, that is whether it is sound YAML or JSON;
 * whether the value is a fleet is `parseFleet`'s question, so that a fleet written in TypeScript gets the
 * same errors.
 */

export type DocumentFormat = "yaml" | "json";

export type ParsedDocument =
  | { readonly value: unknown; readonly findings: readonly [] }
  | { readonly value: undefined; readonly findings: readonly Finding[] };

/**
 * Most uses of one anchor, counting what they unfold to. An anchor saves repeating an envelope or an audit; a
 * tower of aliases that unfolds to millions of entries is an attack. The library counts the anchor itself too.
 */
export const MAX_ALIASES = 5000;

/** More errors than these are consequences of the first ones. */
const MAX_ERRORS = 20;

/**
 * The value of a YAML 1.2 or JSON text; YAML's merge key `<<` is taken too. Repeated keys, several documents in one file, unknown tags and
 * unresolved or excessive aliases are refused. `name` is how the file is called in messages.
 */
export function parseDocument(text: string, name: string, format: DocumentFormat): ParsedDocument {
  const lines = new Lines();
  // The schema is named, since a %YAML 1.1 directive would else turn dates and `no` into other types.
  const document = parseYaml(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    merge: true,
    stringKeys: true,
  });
  if (text.trim() === "") return failed([syntaxError(name, "", "the file is empty")]);
  const at = (offset: number, message: string) => syntaxError(name, position(lines, offset), message);

  if (format === "json") {
    const message = jsonError(text);
    const offset = / in JSON at position (\d+).*/s.exec(message ?? "");
    if (offset) return failed([at(Number(offset[1]), offset.input.slice(0, offset.index))]);
    if (message === "Unexpected end of JSON input")
      return failed([at(text.length, "the text ends too early")]);
    if (message !== undefined)
      return failed([syntaxError(name, tokenPosition(message, text, lines), message)]);
  }
  // JSON is YAML but for the blanks that it may be indented by, so of YAML's errors only repeated keys count.
  const errors = [...document.errors, ...document.warnings].filter(
    (e) => format === "yaml" || e.code === "DUPLICATE_KEY",
  );
  if (errors.length > 0) return failed(errors.slice(0, MAX_ERRORS).map((e) => at(e.pos[0], messageOf(e))));
  if (format === "json") return { value: JSON.parse(text), findings: [] };
  if (document.contents === null) return failed([syntaxError(name, "", "the file is empty")]);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES + 1 }), findings: [] };
  } catch (error) {
    // The library throws for aliases that lead nowhere or unfold to too much, and for a merge of what is no map.
    if (!(error instanceof Error)) throw error;
    return failed([syntaxError(name, "", error.message)]);
  }
}

function failed(findings: readonly Finding[]): ParsedDocument {
  return { value: undefined, findings };
}

/** The library's message, where that does not speak to programmers. */
function messageOf(error: YAMLError): string {
  if (error.code === "MULTIPLE_DOCS") return "a second document begins; a fleet file holds one";
  return error.message.includes("call stack") ? "lists or objects are nested too deeply" : error.message;
}

function position(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `:${line}:${col}`;
}

function syntaxError(name: string, where: string, message: string): Finding {
  return finding({
    rule: "model/syntax-error",
    path: "",
    subject: `file ${name}`,
    message: `${name}${where}: ${message.replace(/\s+/g, " ").replace(/\.$/, "")}.`,
    remedy: where === "" ? "Correct the text." : "Correct the text at that place.",
  });
}

/**
 * Where the unexpected token stands that `JSON.parse` only quotes, with ten characters before it where there are
 * so many. Empty if the quotation stands in the text more than once. Source: V8's JsonParser::LookUpErrorMessage.
 */
function tokenPosition(message: string, text: string, lines: LineCounter): string {
  const quoted = /^Unexpected token '.+?', (\.\.\.)?"(.*)"(\.\.\.)? is not valid JSON$/s.exec(message);
  const [, before, quotation = "", after] = quoted ?? [];
  const start = text.indexOf(quotation);
  if (!quoted || start !== text.lastIndexOf(quotation)) return "";
  if (before) return position(lines, start + QUOTED);
  return after ? position(lines, quotation.length - QUOTED) : "";
}

const QUOTED = 10;

/** What `JSON.parse` says; it tells the position only of some errors. Undefined for sound JSON. */
function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
