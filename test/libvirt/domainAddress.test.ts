import { describe, expect, it } from "vitest";
import { awaitAddresses } from "../../libvirt/provider/resources/domainAddress.ts";
import type { Options } from "../../libvirt/virsh/host.ts";
import { HostError } from "../../libvirt/virsh/hostError.ts";

const LIVE = `<domain><devices>
  <interface type="network"><mac address="52:54:00:00:00:01"/></interface>
  <interface type="network"><mac address="52:54:00:00:00:02"/></interface>
</devices></domain>`;

const TABLE = ` Name       MAC address          Protocol     Address
-------------------------------------------------------------------------------
 lo         00:00:00:00:00:00    ipv4         127.0.0.1/8
 vnet0      52:54:00:00:00:01    ipv6         fe80::5054:ff:fe00:1/64
 vnet0      52:54:00:00:00:01    ipv4         192.168.122.50/24
 vnet1      52:54:00:00:00:02    ipv6         fe80::5054:ff:fe00:2/64
`;

const pause = async (): Promise<void> => undefined;

/** A host whose sources answer with a table, or refuse. */
function host(answers: Record<string, string | HostError>) {
  const asked: string[] = [];
  const run = async (command: string, options: Options): Promise<string> => {
    if (command === "dumpxml") return LIVE;
    asked.push(String(options.source));
    const answer = answers[String(options.source)];
    if (answer instanceof HostError) throw answer;
    return answer ?? "";
  };
  return { run, pause, asked };
}

const inputs = (...interfaces: Record<string, unknown>[]) =>
  ({ name: "vm", devices: { interfaces } }) as never;

describe("waiting for an IP address", () => {
  it("asks nobody when no interface wants it", async () => {
    const { run, asked } = host({});
    await awaitAddresses({ run, pause }, "u", inputs({ mac: { address: "52:54:00:00:00:01" } }));
    expect(asked).toEqual([]);
  });

  it("ends with the first address, of the interface at its place or of its own MAC address", async () => {
    const { run, asked } = host({ lease: TABLE });
    await awaitAddresses({ run, pause }, "u", inputs({ waitForIp: {} }, {}));
    const shouted = { mac: { address: "52:54:00:00:00:01".toUpperCase() }, waitForIp: {} };
    await awaitAddresses({ run, pause }, "u", inputs({}, shouted));
    expect(asked).toEqual(["lease", "lease"]);
  });

  it("asks the agent alone where that is wanted, and the DHCP server first otherwise", async () => {
    const { run, asked } = host({ lease: "", agent: TABLE });
    await awaitAddresses({ run, pause }, "u", inputs({ waitForIp: { source: "agent" } }));
    await awaitAddresses({ run, pause }, "u", inputs({ waitForIp: { source: "any" } }));
    expect(asked).toEqual(["agent", "lease", "agent"]);
  });

  it("says in time which interface has none, what was heard, and the way out", async () => {
    const agent = new HostError("failed", "QEMU guest agent is not connected");
    const { run } = host({ lease: TABLE, agent });
    const waiting = awaitAddresses({ run, pause }, "u", inputs({}, { waitForIp: { timeout: 0.01 } }));
    await expect(waiting).rejects.toThrow(
      "VM vm runs, but devices.interfaces[1] (52:54:00:00:00:02) has no IP address after 0.01 s (lease: no address; agent: QEMU guest agent is not connected). Raise waitForIp.timeout, or leave waitForIp out",
    );
  });

  it("gives up when the VM has ended or the connection is lost", async () => {
    const ended = host({
      lease: new HostError("failed", "Requested operation is not valid: domain is not running"),
    });
    await expect(awaitAddresses(ended, "u", inputs({ waitForIp: {} }))).rejects.toThrow(
      "VM vm ended before its interface 52:54:00:00:00:01 had an IP address",
    );
    const lost = host({ lease: new HostError("connection-lost", "gone") });
    await expect(awaitAddresses(lost, "u", inputs({ waitForIp: {} }))).rejects.toThrow("gone");
  });
});
