import * as pulumi from "@pulumi/pulumi";

/** Arguments of a Provider. */
export interface ProviderArgs {
  /**
   * Connection URI, as virsh takes it. qemu+ssh:// goes through the system's ssh, with your configuration and
   * verified host keys. Default: the stack's `libvirt:uri`, else qemu:///system.
   */
  readonly uri?: pulumi.Input<string> | undefined;
  /** Seconds that one request to the host may take. Default: 120. */
  readonly commandTimeout?: pulumi.Input<number> | undefined;
  /** Seconds that connecting to the host may take. Default: 10. */
  readonly connectTimeout?: pulumi.Input<number> | undefined;
  /** Operations of one host that go in parallel; others wait. Default: 4. */
  readonly maxConcurrency?: pulumi.Input<number> | undefined;
  /**
   * Bytes that have to be free in a pool before a Volume's `create.content` is brought into it, from the web or from a
   * file; cloud-init seeds always are. Looked at before anything is downloaded. Default: 0, no such limit.
   */
  readonly imageReserve?: pulumi.Input<number> | undefined;
  /**
   * Private folder on the machine that runs Pulumi, for cloud-init images and notes of unfinished work.
   * Default: pulumi-libvirt in $XDG_STATE_HOME or ~/.local/state.
   */
  readonly stateDir?: pulumi.Input<string> | undefined;
}

/** A connection to one libvirt host. It connects when it is first needed, so a preview of a new stack needs no host. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    // The engine carries a provider's configuration as text.
    const text = (value: pulumi.Input<number> | undefined) =>
      value === undefined ? undefined : pulumi.output(value).apply(String);
    const { uri, stateDir, commandTimeout, connectTimeout, maxConcurrency, imageReserve } = args;
    const numbers = {
      commandTimeout: text(commandTimeout),
      connectTimeout: text(connectTimeout),
      maxConcurrency: text(maxConcurrency),
      imageReserve: text(imageReserve),
    };
    super("libvirt", name, { uri, ...numbers, stateDir }, opts);
  }
}
