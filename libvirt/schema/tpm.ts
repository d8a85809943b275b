/** A domain's TPM. */
import { known } from "./alias.ts";
import { characterSource } from "./characterSource.ts";
import { choice, flag, int, nest, pattern, struct, text, yesNoText } from "./field.ts";

const EMULATOR = "DomainDevicesTpmBackendEmulator";

const emulator = struct(EMULATOR, "An emulated TPM.", {
  version: choice("@version", "Version.", ["1.2", "2.0"]),
  persistentState: yesNoText("@persistent_state", "Whether its state outlives an undefine."),
  debug: int("@debug", "How much the emulator logs: 0 nothing, more is more. Newer than libvirt 9.0."),
  source: nest(
    ".",
    () =>
      struct(`${EMULATOR}Source`, "Where its state is kept; exactly one.", {
        file: nest(
          "source",
          () => struct(`${EMULATOR}SourceFile`, "A file.", { path: text("@path", "Path on the host.") }),
          "A file or block device of the host.",
          { when: { "source/@type": "file" } },
        ),
        dir: nest(
          "source",
          () => struct(`${EMULATOR}SourceDir`, "A folder.", { path: text("@path", "Path on the host.") }),
          "A folder of the host.",
          { when: { "source/@type": "dir" } },
        ),
      }),
    "Where its state is kept. Default: a folder of libvirt's. Newer than libvirt 9.0.",
  ),
  encryption: nest(
    "encryption",
    () =>
      struct(
        `${EMULATOR}Encryption`,
        "Encryption of its state.",
        {
          secret: pattern(
            "@secret",
            "UUID of the libvirt secret that holds the passphrase; not the passphrase itself.",
            /^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$/,
            "the UUID of a libvirt secret",
            { compare: "caseless" },
          ),
        },
        ["secret"],
      ),
    "Encryption of its state. Default: none.",
  ),
  activePcrBanks: nest(
    "active_pcr_banks",
    () =>
      struct(`${EMULATOR}ActivePcrBanks`, "PCR banks that are on when the VM starts; of version 2.0 only.", {
        sha1: flag("sha1", "The bank of SHA-1."),
        sha256: flag("sha256", "The bank of SHA-256."),
        sha384: flag("sha384", "The bank of SHA-384."),
        sha512: flag("sha512", "The bank of SHA-512."),
      }),
    "PCR banks that are on; of version 2.0 only. Default: as the TPM's state has them.",
  ),
  profile: nest(
    "profile",
    () =>
      struct(`${EMULATOR}Profile`, "Algorithms and commands that the TPM has; of version 2.0 only.", {
        source: text("@source", "Profile that the state is made by, such as `local:restricted`."),
        removeDisabled: choice(
          "@removeDisabled",
          "Algorithms that FIPS mode disables are taken out of a profile `custom:restricted`: check tests for each, fips-host takes all of them when the host is in FIPS mode.",
          ["check", "fips-host"],
        ),
        name: text("@name", "Name of the profile, as libvirt tells it once the state is made."),
      }),
    "Algorithms and commands that the TPM has; of version 2.0 only. Newer than libvirt 9.0.",
  ),
});

const backend = struct("DomainDevicesTpmBackend", "What it is made of; exactly one.", {
  emulator: nest("backend", emulator, "An emulated TPM.", { when: { "backend/@type": "emulator" } }),
  passthrough: nest(
    "backend",
    () =>
      struct("DomainDevicesTpmBackendPassthrough", "The host's TPM.", {
        device: nest(
          "device",
          () =>
            struct(
              "DomainDevicesTpmBackendPassthroughDevice",
              "Device of the host.",
              { path: text("@path", "Path on the host, such as /dev/tpm0.") },
              ["path"],
            ),
          "Device of the host. Default: /dev/tpm0.",
        ),
      }),
    "The host's TPM, for one VM alone.",
    { when: { "backend/@type": "passthrough" } },
  ),
  external: nest(
    "backend",
    () =>
      struct("DomainDevicesTpmBackendExternal", "An emulator that was started by others.", {
        source: nest(
          ".",
          () => characterSource("DomainDevicesTpmBackendExternalSource", "source/@type"),
          "How it is reached; libvirt takes a UNIX socket of mode connect.",
        ),
      }),
    "An emulator that was started by others.",
    { when: { "backend/@type": "external" } },
  ),
});

export const tpm = struct("DomainDevicesTpm", "A TPM.", {
  model: text("@model", "Model, such as `tpm-crb`."),
  backend: nest(".", backend, "What it is made of."),
  ...known("DomainDevicesTpm"),
});
