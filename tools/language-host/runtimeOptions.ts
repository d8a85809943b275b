/** The options of `runtime.options` in Pulumi.yaml or PulumiPolicy.yaml that change how Node is started. */
export interface RuntimeOptions {
  /** Whether @pulumi/pulumi registers ts-node before the program. Default `true`, as the vendor's host has it. */
  typescript: boolean;
  /** The tsconfig that ts-node reads, relative to the program. Default: the program's `tsconfig.json`. */
  tsconfig: string | undefined;
  /** Arguments for Node itself, put before the program. Default none. */
  nodeargs: string[];
}

/**
 * Reads the options as the vendor's language host does, so that a project means the same under either.
 *
 * @throws Error when an option has the wrong type; the message names the option and what it takes.
 */
export function parseRuntimeOptions(options: Record<string, unknown>): RuntimeOptions {
  const { typescript = true, tsconfig, nodeargs = "" } = options;
  if (typeof typescript !== "boolean") throw wrongType("typescript", typescript, "true or false");
  if (tsconfig !== undefined && typeof tsconfig !== "string") throw wrongType("tsconfig", tsconfig, "a path");
  if (typeof nodeargs !== "string") throw wrongType("nodeargs", nodeargs, "one string of arguments");
  return { typescript, tsconfig: tsconfig || undefined, nodeargs: splitArguments(nodeargs) };
}

/** The environment that carries the options to `@pulumi/pulumi/cmd/run`. */
export function optionsEnvironment(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
}

/**
 * Splits a string into arguments as a POSIX shell would: blanks separate, single quotes keep everything,
 * double quotes and a backslash outside single quotes escape the next character.
 *
 * @throws Error when a quote is not closed.
 */
export function splitArguments(text: string): string[] {
  const found: string[] = [];
  let current: string | undefined;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== "" && character === quote) quote = "";
    else if (character === "\\" && quote !== "'") current = (current ?? "") + text.charAt(++index);
    else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      current ??= "";
    } else if (quote === "" && /\s/.test(character)) {
      if (current !== undefined) found.push(current);
      current = undefined;
    } else current = (current ?? "") + character;
  }
  if (quote !== "") throw new Error(`runtime option nodeargs: ${quote} is not closed in ${text}`);
  if (current !== undefined) found.push(current);
  return found;
}

function wrongType(name: string, given: unknown, wanted: string): Error {
  return new Error(`runtime option ${name}: takes ${wanted}, got ${JSON.stringify(given)}`);
}
