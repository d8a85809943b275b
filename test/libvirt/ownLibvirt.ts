/** A libvirtd and a plugin for the tests of one file: started before the first of them, ended after the last. */
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type PluginClient, startPlugin } from "./pluginClient.ts";
import {
  type PrivateLibvirtd,
  type PrivateLibvirtdOptions,
  startPrivateLibvirtd,
} from "./privateLibvirtd.ts";

export interface OwnLibvirt {
  readonly daemon: PrivateLibvirtd;
  /** It speaks to the daemon, and keeps its state beside it. */
  readonly plugin: PluginClient;
}

/** @param use is handed both once they answer, and makes what all the tests need. */
export function ownLibvirt(
  use: (own: OwnLibvirt) => void | Promise<void>,
  options?: PrivateLibvirtdOptions,
): void {
  let daemon: PrivateLibvirtd | undefined;
  let plugin: PluginClient | undefined;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd(options);
    plugin = await startPlugin({ uri: daemon.uri, stateDir: join(daemon.folder, "state") });
    await use({ daemon, plugin });
  });
  afterAll(async () => {
    await plugin?.close();
    await daemon?.stop();
  });
}
