/** The limits that a plan is judged by are those of the real QEMU: it takes what is at one, and refuses what is above. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { MACHINE_TYPE } from "../../lab/commandLine.ts";
import { LIMITS } from "../../lab/twin.ts";
import { whyNoLab } from "./whyNoLab.ts";

const why = await whyNoLab();
const CPU = "max,vendor=GenuineIntel,family=6,model=85,stepping=4,la57=off";

/** What QEMU says of a machine; empty if it takes it. */
function objection(...args: string[]): string {
  const machine = ["-machine", MACHINE_TYPE, "-cpu", CPU, "-nodefaults", "-display", "none", "-S"];
  const { status, stderr } = spawnSync("qemu-system-x86_64", [...machine, ...args, "-monitor", "stdio"], {
    input: "quit\n",
    encoding: "utf8",
    timeout: 120_000,
  });
  return status === 0 ? "" : stderr;
}

const memory = (bytes: number) => {
  const size = `${bytes / 1024 ** 2}M`;
  return [
    "-m",
    size,
    "-object",
    `memory-backend-ram,id=m,size=${size},reserve=off`,
    "-numa",
    "node,memdev=m",
  ];
};
const distances = (there: number, back: number) => [
  ...["-smp", "2,sockets=2", ...cells(2)],
  ...["-numa", "cpu,node-id=0,socket-id=0", "-numa", "cpu,node-id=1,socket-id=1"],
  ...["-numa", `dist,src=0,dst=1,val=${there}`, "-numa", `dist,src=1,dst=0,val=${back}`],
];
const cells = (count: number) => [
  ...["-m", `${count * 2}M`],
  ...Array.from({ length: count }, (_, i) => [
    ...["-object", `memory-backend-ram,id=c${i},size=2M,reserve=off`, "-numa", `node,memdev=c${i}`],
  ]).flat(),
];

describe.skipIf(why !== undefined)(`QEMU's limits${why ? ` (skipped: ${why})` : ""}`, () => {
  it.each<[string, string[], string[], string]>([
    // Ids from 0; a socket of one CPU takes one.
    [
      "APIC ids",
      ["-smp", `${LIMITS.apicId + 1},sockets=${LIMITS.apicId + 1}`],
      ["-smp", `${LIMITS.apicId + 2},sockets=${LIMITS.apicId + 2}`],
      "X2APIC",
    ],
    ["cells", cells(LIMITS.cells), cells(LIMITS.cells + 1), "Max number of NUMA nodes reached: 128"],
    ["distances", distances(11, 255), distances(11, 256), "uint8_t"],
    [
      "emulated memory",
      memory(LIMITS.emulatedMemory),
      memory(LIMITS.emulatedMemory + 4 * 1024 ** 3),
      "phys-bits too low (40)",
    ],
  ])("%s", (_, most, more, says) => {
    expect(objection(...most)).toBe("");
    expect(objection(...more)).toContain(says);
  });
});
