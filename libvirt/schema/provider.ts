/** The provider's own configuration. */
import { int, pattern, struct, text } from "./field.ts";

export const DEFAULT_URI = "qemu:///system";

export const provider = struct("Provider", "The connection to one libvirt host.", {
  uri: pattern(
    "",
    `Connection URI, as virsh takes it. qemu+ssh:// goes through the system's ssh with your configuration and verified host keys. Default: ${DEFAULT_URI}.`,
    /^[a-z][a-z0-9]*(\+[a-z0-9]+)?:\/\/[\x21-\x7e]*$/,
    'a connection URI such as "qemu:///system" or "qemu+ssh://user@host/system"',
  ),
  commandTimeout: int("", "Seconds that one request to the host may take. Default: 120.", {
    min: 1,
    max: 86400,
  }),
  connectTimeout: int("", "Seconds that connecting to the host may take. Default: 10.", {
    min: 3,
    max: 600,
  }),
  maxConcurrency: int(
    "",
    "Operations of one host that go in parallel, such as starts and uploads; others wait. Each needs a connection of its own. Default: 4.",
    { min: 1, max: 16 },
  ),
  imageReserve: int(
    "",
    "Bytes that have to be free in a pool before a Volume's `create.content` is brought into it, from the web or from a file; cloud-init seeds always are. It is looked at before anything is downloaded, and what the image itself needs does not count. Default: 0, no such limit.",
  ),
  stateDir: text(
    "",
    "Private folder on the machine that runs Pulumi, for cloud-init images and notes of unfinished work. Default: pulumi-libvirt in $XDG_STATE_HOME or ~/.local/state.",
  ),
});
