/** SCSI devices of the host that are passed through: one unit, or a vhost target. */
import { choice, flag, int, list, nest, pattern, struct, text, yesNoText } from "./field.ts";
import { uuid } from "./uuid.ts";

const PREFIX = "DomainDevicesHostdevSubsysScsi";

const host = () =>
  struct(`${PREFIX}SourceHost`, "A unit of one of the host's own adapters.", {
    adapter: nest(
      "adapter",
      () =>
        struct(
          `${PREFIX}SourceHostAdapter`,
          "Adapter.",
          { name: text("@name", "Its name, such as `scsi_host0`.") },
          ["name"],
        ),
      "Adapter.",
    ),
    address: nest(
      "address",
      () =>
        struct(`${PREFIX}SourceHostAddress`, "Address of the unit.", {
          bus: int("@bus", "Bus."),
          target: int("@target", "Target."),
          unit: int("@unit", "Unit."),
        }),
      "Address of the unit below the adapter.",
    ),
  });

const auth = () =>
  struct(`${PREFIX}SourceIscsiAuth`, "Who logs in.", {
    username: text("@username", "User."),
    secret: nest(
      "secret",
      () =>
        struct(`${PREFIX}SourceIscsiAuthSecret`, "Libvirt's secret with the password; `usage` or `uuid`.", {
          type: choice("@type", "Kind of secret.", ["iscsi"]),
          usage: text("@usage", "Usage that the secret was defined with."),
          uuid: uuid("@uuid", "UUID of the secret."),
        }),
      "Libvirt's secret with the password.",
    ),
  });

const iscsi = () =>
  struct(
    `${PREFIX}SourceIscsi`,
    "A unit of an iSCSI server.",
    {
      name: pattern(
        "@name",
        "Name of the target and number of the unit: `iqn.2026-01.example:storage/1`.",
        /^[^\p{Cc}]+\/\d+$/u,
        'a target and the number of its unit, such as "iqn.2026-01.example:storage/0"',
      ),
      hosts: list(
        "host",
        () =>
          struct(`${PREFIX}SourceIscsiHost`, "A server.", {
            name: text("@name", "Name or address."),
            port: text("@port", "Port. Default: 3260."),
          }),
        "The server; one.",
      ),
      auth: nest("auth", auth, "Who logs in. Default: nobody."),
      initiator: nest(
        "initiator",
        () =>
          struct(`${PREFIX}SourceIscsiInitiator`, "Name of this end.", {
            iqn: nest(
              "iqn",
              () =>
                struct(`${PREFIX}SourceIscsiInitiatorIqn`, "Name.", { name: text("@name", "The IQN.") }, [
                  "name",
                ]),
              "Name of this end.",
            ),
          }),
        "Name of this end.",
      ),
    },
    ["name"],
  );

export const scsi = () =>
  struct(PREFIX, "A SCSI unit.", {
    rawIo: yesNoText("@rawio", "Whether raw commands are allowed, which takes rights of the process."),
    sgio: choice("@sgio", "Filtering of SCSI commands.", ["filtered", "unfiltered"]),
    readOnly: flag("readonly", "Whether the guest may only read."),
    shareable: flag("shareable", "Whether several domains may use it at once."),
    source: nest(
      "source",
      () =>
        struct(`${PREFIX}Source`, "Which unit; exactly one.", {
          host: nest(".", host, "A unit of one of the host's own adapters.", { when: { protocol: "" } }),
          iscsi: nest(".", iscsi, "A unit of an iSCSI server.", { when: { protocol: "iscsi" } }),
        }),
      "Which unit.",
    ),
  });

export const scsiHost = () =>
  struct(`${PREFIX}Host`, "A vhost target of the host.", {
    model: choice("@model", "What the guest sees. Default: virtio.", [
      "virtio",
      "virtio-transitional",
      "virtio-non-transitional",
    ]),
    source: nest(
      "source",
      () =>
        struct(`${PREFIX}HostSource`, "Which target.", {
          protocol: choice("@protocol", "How it is reached.", ["vhost"]),
          wwpn: pattern(
            "@wwpn",
            "World wide port name of the target.",
            /^naa\.[0-9a-fA-F]{16}$/,
            '"naa." and 16 hexadecimal digits',
            { compare: "caseless" },
          ),
        }),
      "Which target.",
    ),
  });
