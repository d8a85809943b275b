/** What the schema alone cannot say about a domain. */
import { byteSize, formatBytes, roundedUp } from "../../schema/byteSize.ts";
import type { CheckFailure } from "../failure.ts";
import { asText, objectOf } from "../resource.ts";
import { sizeAt } from "../sizeAt.ts";
import { isList, isProperties, type Properties, UNKNOWN, type Value } from "../values.ts";
import { deviceLimitFailures } from "./deviceLimitCheck.ts";

/** Relations between properties; anything that is absent, malformed or not known yet is passed over. */
export function domainFailures(inputs: Properties): CheckFailure[] {
  return [
    ...memoryFailures(inputs),
    ...cellFailures(inputs),
    ...pinFailures(inputs),
    ...vcpuFailures(inputs),
    ...diskFailures(inputs),
    ...deviceLimitFailures(inputs),
    ...restartFailures(inputs),
  ];
}

/** An update that is interrupted while the VM is down leaves it off: only what is to run is started by the next one. */
function restartFailures(inputs: Properties): CheckFailure[] {
  if (objectOf(inputs, "restart").when !== "needed" || inputs.running === true || inputs.running === UNKNOWN)
    return [];
  return [{ property: "restart.when", reason: 'is "needed", which wants running: true beside it' }];
}

function memoryFailures(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const memory = sizeAt(inputs, "memory");
  if (inputs.memory === undefined) {
    failures.push({
      property: "memory",
      reason: 'is required: the memory of the VM, such as memory: 2, memoryUnit: "GiB"',
    });
  }
  const current = sizeAt(inputs, "currentMemory");
  if (memory !== undefined && current !== undefined && current > memory) {
    failures.push({
      property: "currentMemory",
      reason: `is ${current} bytes, more than memory (${memory} bytes); the balloon can only take memory away`,
    });
  }
  if (memory === 0n) failures.push({ property: "memory", reason: "must be more than 0" });
  return failures;
}

/** libvirt takes the cells' sum for the memory, whatever is said of that: growth would be gone with the next boot. */
function cellFailures(inputs: Properties): CheckFailure[] {
  const { cells } = objectOf(objectOf(inputs, "cpu"), "numa");
  const memory = sizeAt(inputs, "memory");
  // Memory devices are part of the memory, and of no cell.
  if (memory === undefined || !isList(cells) || objectOf(inputs, "devices").memorydevs !== undefined)
    return [];
  const sizes = cells.map((cell) =>
    isProperties(cell) ? byteSize(cell.memory, asText(cell.unit) ?? "KiB") : undefined,
  );
  if (sizes.length === 0 || !sizes.every((size) => size !== undefined)) return [];
  const sum = sizes.reduce((total, size) => total + roundedUp(size, "KiB"), 0n);
  if (sum === roundedUp(memory, "KiB")) return [];
  const reason = `add up to ${formatBytes(sum)}, but memory is ${formatBytes(memory)}; they must agree`;
  return [{ property: "cpu.numa.cells", reason }];
}

function vcpuFailures(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { vcpu, vcpuCurrent } = inputs;
  if (typeof vcpu === "number" && typeof vcpuCurrent === "number" && vcpuCurrent > vcpu) {
    failures.push({ property: "vcpuCurrent", reason: `is ${vcpuCurrent}, more than vcpu (${vcpu})` });
  }
  const topology = objectOf(objectOf(inputs, "cpu"), "topology");
  const { sockets, dies = 1, clusters = 1, cores, threads } = topology;
  const factors = [sockets, dies, clusters, cores, threads];
  if (typeof vcpu !== "number" || !factors.every((factor) => typeof factor === "number")) return failures;
  const product = factors.reduce((total, factor) => total * factor, 1);
  if (product !== vcpu) {
    const reason = `makes ${product} vCPUs (${factors.join(" × ")}), but vcpu is ${vcpu}; they must agree`;
    failures.push({ property: "cpu.topology", reason });
  }
  return failures;
}

function pinFailures(inputs: Properties): CheckFailure[] {
  const tune = objectOf(inputs, "cpuTune");
  // A count of 0 is refused by itself; there is no last vCPU then to speak of.
  const count = inputs.vcpu === undefined ? 1 : inputs.vcpu;
  const vcpus = typeof count === "number" && count > 0 ? count : undefined;
  const threads = typeof inputs.ioThreads === "number" ? inputs.ioThreads : undefined;
  return [
    ...numbered(
      tune.vcpuPins,
      "cpuTune.vcpuPins",
      "vcpu",
      vcpus === undefined ? undefined : vcpus - 1,
      "vCPU",
    ),
    ...numbered(tune.ioThreadPins, "cpuTune.ioThreadPins", "ioThread", threads, "I/O thread"),
  ];
}

function numbered(
  pins: Value | undefined,
  path: string,
  key: string,
  last: number | undefined,
  what: string,
): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const seen = new Map<number, number>();
  for (const [index, pin] of (isList(pins) ? pins : []).entries()) {
    const number = isProperties(pin) ? pin[key] : undefined;
    if (typeof number !== "number") continue;
    const property = `${path}[${index}].${key}`;
    const first = seen.get(number);
    if (first !== undefined)
      failures.push({ property, reason: `${what} ${number} is pinned by ${path}[${first}] already` });
    else seen.set(number, index);
    if (last !== undefined && number > last) {
      failures.push({ property, reason: `${number} is beyond the last ${what}, which is ${last}` });
    }
  }
  return failures;
}

function diskFailures(inputs: Properties): CheckFailure[] {
  const { disks } = objectOf(inputs, "devices");
  const failures: CheckFailure[] = [];
  const seen = new Map<string, number>();
  const { ioThreads, ioThreadIDs } = inputs;
  // Without numbers of their own, I/O threads are counted from 1.
  const lastThread = typeof ioThreads === "number" && ioThreadIDs === undefined ? ioThreads : undefined;
  for (const [index, disk] of (isList(disks) ? disks : []).entries()) {
    if (!isProperties(disk)) continue;
    const dev = asText(objectOf(disk, "target").dev);
    const path = `devices.disks[${index}]`;
    const thread = objectOf(disk, "driver").ioThread;
    if (typeof thread === "number" && lastThread !== undefined && thread > lastThread) {
      failures.push({
        property: `${path}.driver.ioThread`,
        reason: `${thread} is beyond the last I/O thread, which is ${lastThread}; raise ioThreads or take a lower number`,
      });
    }
    if (dev === undefined) continue;
    const first = seen.get(dev);
    if (first !== undefined) {
      failures.push({
        property: `${path}.target.dev`,
        reason: `"${dev}" is the target of devices.disks[${first}] already`,
      });
    } else seen.set(dev, index);
  }
  return failures;
}
