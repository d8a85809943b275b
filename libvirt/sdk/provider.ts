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
    const timeout =
      args.commandTimeout === undefined ? undefined : pulumi.output(args.commandTimeout).apply(String);
    super("libvirt", name, { uri: args.uri, commandTimeout: timeout, stateDir: args.stateDir }, opts);
  }
}
