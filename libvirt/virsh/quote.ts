/** Arguments of virsh commands. */

/** Whether a text can be part of a command at all: virsh reads a line at a time, and its line editor acts on tabs. */
export function isQuotable(text: string): boolean {
  return !/\p{Cc}/u.test(text) && text.isWellFormed();
}

/**
 * One argument, so that virsh takes it as it is. Inside single quotes virsh knows no escapes, so each single quote
 * is written in double quotes. Throws for control characters, which no quoting can carry.
 */
export function quote(text: string): string {
  if (!isQuotable(text)) {
    throw new Error(`${JSON.stringify(text)} holds a control character, which cannot be handed to virsh`);
  }
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/**
 * A command with its options. An option without a value is a flag; a value is bound to its option by `=`, so that
 * one that starts with dashes is never taken for an option.
 */
export function command(
  name: string,
  options: Readonly<Record<string, string | number | true | undefined>> = {},
): string {
  const parts = Object.entries(options).flatMap(([option, value]) => {
    if (value === undefined) return [];
    return [value === true ? `--${option}` : `--${option}=${quote(String(value))}`];
  });
  return [name, ...parts].join(" ");
}
