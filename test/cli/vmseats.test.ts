import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { type HostInput, host as small, type VmInput } from "../capacity/host/fleet.ts";
import { captured } from "./captured.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-vmseats-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: FleetInput) => {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, stringify(content));
  return path;
};

const seats = (...args: string[]) =>
  captured((streams) => runFleetCommand(["seats", "--vm", ...args, "--today", "2026-05-06"], streams));

/** Two cells of four cores, one core of each kept for the host: six CPUs and 15 GiB a cell are for VMs. */
const host = (name: string, facts: Partial<HostInput> = {}): HostInput => ({ ...small, name, ...facts });
const vm = (name: string, facts: Partial<VmInput> = {}): VmInput => ({
  name,
  vcpus: 4,
  memory: "4 GiB",
  ...facts,
});

const three = file("three", {
  hosts: [host("a"), host("b"), host("c", { cordoned: true })],
  vms: [
    vm("db"),
    vm("own", { host: "b", vcpus: 2, pins: ["0", "8"], emulator: "3", numa: { nodeset: "0" } }),
  ],
});

describe("fleet seats --vm", () => {
  it("tells how many more fit, on which hosts and cells, what stops the next, and what a lost host leaves", async () => {
    const { code, out, err } = await seats(
      "--vcpus",
      "2",
      "--memory",
      "2GiB",
      "--survive",
      "1",
      "--fleet",
      three,
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(`${three}, as of 2026-05-06:

Seats for VMs of 2 vCPUs (dedicated), 2Gi, beside 2 VMs of the fleet:
                   seats  where
as it is               9  b 5 (cell 0: 2, cell 1: 3), a 4 (cell 0: 1, cell 1: 3)
any one host lost      3  the fewest without a
Without a 1 VM that was placed there is placed elsewhere first.

What stops the next one:
  a has at most 0 free CPUs in whole cores in one cell, 2 wanted
  b has at most 0 free CPUs in whole cores in one cell, 2 wanted
  c is cordoned

All figures are exact.
`);
  });

  it("tells the same as data", async () => {
    const { code, out } = await seats(
      "--vcpus",
      "2",
      "--memory",
      "2GiB",
      "--survive",
      "1",
      "--fleet",
      three,
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      verdict: "exact",
      question: {
        vcpus: 2,
        memory: 2 * 1024 ** 3,
        cpuPolicy: "dedicated",
        guestCells: 1,
        survive: 1,
        atLeast: 1,
      },
      seats: { atLeast: 9, below: 10, exact: true },
      where: [
        {
          host: "b",
          seats: 5,
          cells: [
            { cells: [0], seats: 2 },
            { cells: [1], seats: 3 },
          ],
        },
        { host: "a", seats: 4 },
      ],
      besideVms: 2,
      withoutPlace: [],
      survive: {
        seats: { atLeast: 3 },
        worst: { host: "a", seats: 3, moved: 1, lost: [], homeless: [] },
      },
      findings: [],
    });
  });

  it("tells VMs that name the lost host as lost, and those that would have no place", async () => {
    const one = file("one", { hosts: [host("a")], vms: [vm("db"), vm("web", { host: "a", vcpus: 1 })] });
    const { code, out } = await seats("--vcpus", "2", "--memory", "2GiB", "--survive", "1", "--fleet", one);
    expect(code).toBe(1);
    expect(out).toContain("any one host lost   none  the fewest without a\n");
    expect(out).toContain("Lost with a, which it names: web.\n");
    expect(out).toContain("Without a there is no place for db, so no more of the shape has one.\n");
    expect(out).toContain(
      "1 more VM asked for of 2 vCPUs (dedicated), 2Gi, but the hosts take none with any one host lost.",
    );
  });

  it.each([
    [["--vcpus", "4", "--memory", "2GiB", "--guest-cells", "2"], 6, "a 3 (cells 0-1: 3), b 3 (cells 0-1: 3)"],
    [["--vcpus", "4", "--memory", "1GiB", "--cpu-policy", "shared"], 6, "a 3, b 3"],
    [["--vcpus", "1", "--memory", "1GiB", "--disk", "ssd=40GB", "--disk", "hdd=1GB"], 4, undefined],
    [["--vcpus", "1", "--memory", "1GiB", "--hugepages", "1GiB"], 0, undefined],
    [["--vcpus", "1", "--memory", "1GiB", "--bridge", "br0"], 0, undefined],
  ])("counts %j", async (shape, n, where) => {
    const two = file("two", { hosts: [host("a"), host("b")] });
    const { out } = await seats(...shape, "--fleet", two, "--json");
    expect(JSON.parse(out).seats.atLeast).toBe(n);
    if (where !== undefined) expect((await seats(...shape, "--fleet", two)).out).toContain(where);
  });

  it("takes the shape of a VM, and nothing that it has of its host", async () => {
    const like = file("like", {
      hosts: [host("a")],
      vms: [
        vm("own", {
          host: "a",
          vcpus: 2,
          pins: ["0", "8"],
          emulator: "3",
          numa: { nodeset: "0" },
          disks: [{ name: "os", class: "ssd", size: "10 GB", file: "own.qcow2" }],
        }),
      ],
    });
    const { out } = await seats("--like", "own", "--fleet", like);
    expect(out).toContain("Seats for VMs of 2 vCPUs (dedicated), 4Gi, ssd 10 GB, beside 1 VM of the fleet:");
    expect(out).toContain("as it is      5  a 5 (cell 0: 2, cell 1: 3)");
  });

  it("counts the slots of GPUs, of a kind that is named or another VM's", async () => {
    const profiles = [{ type: "small", instances: 3 }];
    const gpus: HostInput["gpus"] = [
      { address: "0000:01:00.0", mode: "passthrough", model: "10de:20b5", iommuGroup: 1 },
      { address: "0000:02:00.0", mode: "passthrough", iommuGroup: 2 },
      { address: "0000:03:00.0", mode: "vgpu", profiles },
    ];
    const fleet = file("gpus", {
      hosts: [host("g", { gpus }), host("h", { gpus: gpus.slice(0, 1) })],
      vms: [vm("own", { host: "h", vcpus: 1, gpus: [{ address: "0000:01:00.0" }] })],
    });
    const counted = async (...args: string[]) => {
      const { out } = await seats("--fleet", fleet, "--json", ...args);
      const answer = JSON.parse(out) as { question: { gpus: string[] }; seats: { atLeast: number } };
      return [answer.question.gpus.join(), answer.seats.atLeast];
    };
    const small = ["--vcpus", "1", "--memory", "256MiB", "--cpu-policy", "shared"];
    expect(await counted(...small, "--gpu", "passthrough")).toEqual(["passthrough", 2]);
    expect(await counted(...small, "--gpu", "10de:20b5")).toEqual(["10de:20b5", 1]);
    expect(await counted(...small, "--gpu", "small")).toEqual(["small", 3]);
    expect(await counted(...small, "--gpu", "small", "--gpu", "small")).toEqual(["small,small", 1]);
    expect(await counted("--like", "own")).toEqual(["10de:20b5", 1]);
    const { out } = await seats("--fleet", fleet, ...small, "--gpu", "small");
    expect(out).toContain("VMs of 1 vCPU (shared), 256Mi, vGPU small, beside 1 VM of the fleet");
    expect(out).toContain("g has too few free slots of its GPUs: 1 wanted, vGPU of type small");
  });

  it("counts nothing for VMs of the fleet that have no place themselves, and says so", async () => {
    const full = file("full", { hosts: [host("a")], vms: [vm("giant", { vcpus: 64 })] });
    const { out } = await seats("--vcpus", "2", "--memory", "2GiB", "--fleet", full);
    expect(out).toContain("beside 0 VMs of the fleet:");
    expect(out).toContain("Not counted, since they have no place themselves: giant.");
  });

  it("tells all that is wrong with the options at once", async () => {
    const { code, out, err } = await seats(
      ...["--vcpus", "8", "--memory", "32Gi", "--guest-cells", "3", "--disk", "ssd", "--disk", "sdd=40GB"],
      ...["--hugepages", "1G", "--cpu-policy", "own", "--survive", "2"],
    );
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.trimEnd().split("\n")).toEqual([
      'error: `--disk` is "ssd"; expected a class and a size, like ssd=40GB. Correct the value.',
      'error: `--cpu-policy` is "own"; expected "dedicated" or "shared". Correct the value; docs/reference.md tells its form.',
      'error: `--disk` is "sdd"; expected the class "ssd" or "hdd". Correct the value; docs/reference.md tells its form.',
      "error: `--guest-cells` is 3, and 8 vCPUs do not come out even over them. Give --vcpus in a multiple of --guest-cells.",
      'error: `--hugepages` is "1G"; expected the page size "2MiB" or "1GiB". Correct the value; docs/reference.md tells its form.',
      'error: `--memory` is "32Gi"; expected a size with its unit, like "120832 MiB" or "8 TB"; there is no unit "Gi", did you mean GB or GiB? Correct the value; docs/reference.md tells its form.',
      'error: `--survive` is "2"; expected a whole number from 0 to 1. Correct the value.',
    ]);
  });

  it.each([
    [[], ["`--vcpus` is missing", "`--memory` is missing"]],
    [["--like", "k3s-worker-slim"], ["names no VM of the fleet; did you mean k3s-worker-slm?"]],
    [
      ["--like", "k3s-worker-slm", "--vcpus", "2"],
      ["--like takes the shape of a VM, and --vcpus would change it"],
    ],
    [["--vcpus", "1", "--memory", "1GiB", "--outputs", "/nowhere.json"], ["there is no such file"]],
  ])("refuses %j", async (args, parts) => {
    const { code, err } = await seats(...args);
    expect(code).toBe(2);
    for (const part of parts) expect(err).toContain(part);
  });

  it("is told by the help of fleet seats, and has one of its own", async () => {
    const plain = await captured((streams) => runFleetCommand(["seats", "--help"], streams));
    expect(plain.out.replace(/\s+/g, " ")).toContain("fleet seats --vm --help has its options");
    const own = await captured((streams) => runFleetCommand(["seats", "--vm", "--help"], streams));
    expect(own.code).toBe(0);
    expect(own.out).toContain("--guest-cells <number>");
  });
});
