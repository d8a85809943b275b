/** Sources of random numbers for a domain. */
import { known } from "./alias.ts";
import { protocol } from "./character.ts";
import { characterSource } from "./characterSource.ts";
import { flag, int, nest, struct, text } from "./field.ts";
import { virtioDriver } from "./virtioDriver.ts";

const backend = struct("DomainDevicesRngBackend", "Where they come from; exactly one.", {
  random: text("backend", "Path of a device on the host, such as /dev/urandom.", {
    when: { "backend/@model": "random" },
  }),
  builtIn: flag("backend", "QEMU's own generator.", { when: { "backend/@model": "builtin" } }),
  egd: nest(
    "backend",
    () =>
      struct("DomainDevicesRngBackendEgd", "A daemon that speaks EGD's protocol.", {
        source: nest(
          ".",
          () => characterSource("DomainDevicesRngBackendEgdSource"),
          "How the daemon is reached, such as a TCP socket of mode connect.",
        ),
        protocol: protocol("DomainDevicesRngBackendEgd"),
      }),
    "A daemon that speaks EGD's protocol.",
    { when: { "backend/@model": "egd" } },
  ),
});

export const rng = struct(
  "DomainDevicesRng",
  "A source of random numbers.",
  {
    model: text("@model", "Model, such as `virtio`."),
    rate: nest(
      "rate",
      struct(
        "DomainDevicesRngRate",
        "Limit.",
        {
          bytes: int("@bytes", "Bytes per period.", { min: 1 }),
          period: int("@period", "Milliseconds. Default: 1000."),
        },
        ["bytes"],
      ),
      "Limit of the rate.",
    ),
    backend: nest(".", backend, "Where they come from."),
    driver: virtioDriver("DomainDevicesRng"),
    ...known("DomainDevicesRng"),
  },
  ["model"],
);
