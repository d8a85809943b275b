// @ts-check

/** A set-up step that cannot work, told to the user as it stands: what is missing and what to install. */
export class SetupError extends Error {
  /** @param {string} message one or more lines, the last of them a way out */
  constructor(message) {
    super(message);
    this.name = "SetupError";
  }
}
