/** Failures that a user can mend: of one property, or of a request as a whole. */

export interface CheckFailure {
  /** Path of the property, such as `cpuTune.vcpuPins[3].cpuSet`; empty for the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

/** A request that cannot be met; the message is all that the user sees. */
export class ProviderError extends Error {
  override readonly name: string = "ProviderError";
}

/** A resource that exists but is not as it was asked for; its state is kept and the next update goes on from it. */
export class PartialFailure extends ProviderError {
  override readonly name: string = "PartialFailure";
  readonly id: string;
  readonly state: object;
  constructor(message: string, id: string, state: object) {
    super(message);
    this.id = id;
    this.state = state;
  }
}
