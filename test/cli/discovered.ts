/** `fleet discover` with a host that is played, and what it prints of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { runDiscoverCommand } from "../../cli/discovercommand.ts";
import type { Unknown } from "../../facts/asked.ts";
import type { UsedHost } from "../../facts/inventory.ts";
import { usedHost } from "../audit/usedHost.ts";

export const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-discover-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
export const URI = "qemu+ssh://root@lab.example/system";

export async function discover(args: readonly string[], host: UsedHost | Unknown = usedHost()) {
  const asked: string[] = [];
  let out = "";
  let err = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const read = async (uri: string) => {
    asked.push(uri);
    return host;
  };
  const code = await runDiscoverCommand(args, streams, read, () => Date.parse("2026-11-21T12:00:00Z"));
  return { code, out, err, asked };
}

export const file = (name: string, text: string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};

/** The host of test/verify/recordedHost.ts, as it is found. */
export const FOUND = `hosts:
  - name: lab
    uri: ${URI}
    recorded: { source: detected, date: 2026-11-21 }
    sockets: 2
    cells:
      - id: 0
        cores: [ "0,4", "1,5" ]
        memory: 64 GiB
        hugepages: { 2MiB: 512, 1GiB: 4 }
        distances: { "0": 10, "1": 21 }
      - { id: 1, cores: [ "2,6", "3,7" ], memory: 64 GiB, distances: { "0": 21, "1": 10 } }
    reserved: { memoryPerCell: 2 GiB }
    cgroup: v2
    swap: 16 GiB
    systemDisk: { capacity: 100 GB }
    pools:
      - name: fast
        class: ssd
        path: /srv/fast
        capacity: 1 TB
        managed: false
        filesystem: /srv/fast
    bridges: [ { name: br0, bandwidth: 25Gbps } ]
    gpus:
      - address: 0000:65:00.0
        mode: vgpu
        model: 10de:20b5
        functions: 16
        profiles: [ { type: nvidia-474, name: A100-2-10C, instances: 4 } ]
      - { address: 0000:ca:00.0, mode: passthrough, model: 10de:20b5, iommuGroup: 17 }
vms:
  - name: db
    host: lab
    managed: false
    vcpus: 2
    memory: 30 GiB
    pins: [ 0, 4 ]
    exclusiveCores: false
    emulator: 1
    numa: { mode: strict, nodeset: 0 }
    disks: [ { name: vda, class: ssd, size: 100000000000 B, pool: fast, file: db-os.qcow2 } ]
`;
