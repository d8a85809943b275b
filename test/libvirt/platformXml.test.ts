import { describe, expect, it } from "vitest";
import { domain } from "../../libvirt/schema/domain.ts";
import { observe } from "../../libvirt/xml/observe.ts";
import { HAS_VIRSH, readBack, VIRSH_REASON, xmlOf } from "./testDriverXml.ts";

/** Inputs and their XML, after libvirt's formatdomain. */
const TABLE: readonly (readonly [what: string, inputs: Record<string, unknown>, xml: string])[] = [
  [
    "UUID in the SMBIOS",
    { hwuuid: "3e3fce45-4f53-4fa7-bb32-11f34168b82b" },
    "<hwuuid>3e3fce45-4f53-4fa7-bb32-11f34168b82b</hwuuid>",
  ],
  [
    "vCPUs one by one",
    {
      vcpus: {
        vcpus: [
          { id: 0, enabled: "yes", hotpluggable: "no", order: 1 },
          { id: 1, enabled: "no", hotpluggable: "yes" },
        ],
      },
    },
    '<vcpus><vcpu id="0" enabled="yes" hotpluggable="no" order="1"/><vcpu id="1" enabled="no" hotpluggable="yes"/></vcpus>',
  ],
  [
    "threads of the main loop",
    { defaultIoThread: { poolMin: 8, poolMax: 16 } },
    '<defaultiothread thread_pool_min="8" thread_pool_max="16"/>',
  ],
  [
    "polling of an I/O thread",
    { ioThreadIDs: { ioThreads: [{ id: 1, poll: { max: 123, grow: 456, shrink: 789 } }] } },
    '<iothreadids><iothread id="1"><poll max="123" grow="456" shrink="789"/></iothread></iothreadids>',
  ],
  [
    "mark of Fibre Channel frames",
    { resource: { fibreChannel: { appId: "userProvidedID" } } },
    '<resource><fibrechannel appid="userProvidedID"/></resource>',
  ],
  [
    "ticks made up for",
    {
      clock: {
        timers: [
          { name: "rtc", tickPolicy: "catchup", catchUp: { threshold: 123, slew: 120, limit: 10000 } },
        ],
      },
    },
    '<clock><timer name="rtc" tickpolicy="catchup"><catchup threshold="123" slew="120" limit="10000"/></timer></clock>',
  ],
  ["deprecated CPU features", { cpu: { deprecatedFeatures: "off" } }, '<cpu deprecated_features="off"/>'],
  [
    "caches of a guest cell",
    {
      cpu: {
        numa: {
          cells: [
            {
              id: 0,
              memory: 2,
              unit: "GiB",
              caches: [
                {
                  level: 1,
                  associativity: "direct",
                  policy: "writeback",
                  size: { value: "10", unit: "KiB" },
                  line: { value: "8", unit: "B" },
                },
              ],
            },
          ],
        },
      },
    },
    '<cpu><numa><cell id="0" memory="2" unit="GiB"><cache level="1" associativity="direct" policy="writeback">' +
      '<size value="10" unit="KiB"/><line value="8" unit="B"/></cache></cell></numa></cpu>',
  ],
  [
    "latencies and bandwidths between guest cells",
    {
      cpu: {
        numa: {
          interconnects: {
            latencies: [{ initiator: 0, target: 0, cache: 1, type: "access", value: 5 }],
            bandwidths: [{ initiator: 0, target: 1, type: "access", value: 204800, unit: "KiB" }],
          },
        },
      },
    },
    '<cpu><numa><interconnects><latency initiator="0" target="0" cache="1" type="access" value="5"/>' +
      '<bandwidth initiator="0" target="1" type="access" value="204800" unit="KiB"/></interconnects></numa></cpu>',
  ],
  [
    "scheduling of QEMU's and I/O threads",
    {
      cpuTune: {
        emulatorSched: { scheduler: "fifo", priority: 1 },
        ioThreadScheds: [{ ioThreads: "2", scheduler: "batch" }],
      },
    },
    '<cputune><emulatorsched scheduler="fifo" priority="1"/><iothreadsched iothreads="2" scheduler="batch"/></cputune>',
  ],
  [
    "shares of caches and of memory bandwidth",
    {
      cpuTune: {
        cacheTunes: [
          {
            id: "the host's own",
            vcpus: "0-3",
            caches: [{ id: 0, level: 3, type: "both", size: 3, unit: "MiB" }],
            monitors: [{ level: 3, vcpus: "1" }],
          },
        ],
        memoryTunes: [
          {
            vcpus: "0-3",
            nodes: [{ id: 0, bandwidth: 60 }],
            monitors: [{ level: 3, vcpus: "0-3" }],
          },
        ],
      },
    },
    '<cputune><cachetune vcpus="0-3"><cache id="0" level="3" type="both" size="3" unit="MiB"/><monitor level="3" vcpus="1"/></cachetune>' +
      '<memorytune vcpus="0-3"><node id="0" bandwidth="60"/><monitor vcpus="0-3"/></memorytune></cputune>',
  ],
  [
    "kernel with a shim, ACPI tables",
    { os: { shim: "/boot/shim.efi", acpi: { tables: [{ type: "slic", path: "/srv/slic.dat" }] } } },
    '<os><shim>/boot/shim.efi</shim><acpi><table type="slic">/srv/slic.dat</table></acpi></os>',
  ],
  [
    "init of a container",
    {
      os: {
        init: "/bin/systemd",
        initEnvs: [{ name: "MYENV", value: "some value" }],
        initDir: "/srv",
        initUser: "tester",
        initGroup: "1000",
      },
    },
    '<os><init>/bin/systemd</init><initenv name="MYENV">some value</initenv><initdir>/srv</initdir>' +
      "<inituser>tester</inituser><initgroup>1000</initgroup></os>",
  ],
  [
    "enlightenments",
    {
      features: {
        hyperV: {
          mode: "custom",
          relaxed: { state: "on" },
          vapic: { state: "on" },
          spinlocks: { state: "on", retries: 8191 },
          vpIndex: { state: "on" },
          runtime: { state: "on" },
          synic: { state: "on" },
          stimer: { state: "on", direct: { state: "on" } },
          reset: { state: "on" },
          vendorId: { state: "on", value: "KVM Hv" },
          frequencies: { state: "on" },
          reEnlightenment: { state: "on" },
          tlbFlush: { state: "on", direct: { state: "on" }, extended: { state: "off" } },
          ipi: { state: "on" },
          evmcs: { state: "on" },
          avic: { state: "on" },
          emsrBitmap: { state: "on" },
          xmmInput: { state: "on" },
        },
      },
    },
    '<features><hyperv mode="custom"><relaxed state="on"/><vapic state="on"/><spinlocks state="on" retries="8191"/><vpindex state="on"/>' +
      '<runtime state="on"/><synic state="on"/><stimer state="on"><direct state="on"/></stimer><reset state="on"/>' +
      '<vendor_id state="on" value="KVM Hv"/><frequencies state="on"/><reenlightenment state="on"/>' +
      '<tlbflush state="on"><direct state="on"/><extended state="off"/></tlbflush><ipi state="on"/><evmcs state="on"/>' +
      '<avic state="on"/><emsr_bitmap state="on"/><xmm_input state="on"/></hyperv></features>',
  ],
  [
    "features of KVM, Xen and TCG",
    {
      features: {
        kvm: { dirtyRing: { state: "on", size: 4096 } },
        xen: { e820host: { state: "on" }, passthrough: { state: "on", mode: "share_pt" } },
        tcg: { tbCache: 128, tbCacheUnit: "MiB" },
      },
    },
    '<features><kvm><dirty-ring state="on" size="4096"/></kvm>' +
      '<xen><e820_host state="on"/><passthrough state="on" mode="share_pt"/></xen><tcg><tb-cache unit="MiB">128</tb-cache></tcg></features>',
  ],
  [
    "features that are there or not",
    { features: { viridian: true, privNet: true } },
    "<features><viridian/><privnet/></features>",
  ],
  [
    "features that are on or off",
    {
      features: {
        hap: { state: "off" },
        ps2: { state: "off" },
        asyncTeardown: { enabled: "yes" },
        ras: { state: "on" },
        htm: { state: "on" },
        nestedHv: { state: "off" },
        ccfAssist: { state: "on" },
      },
    },
    '<features><hap state="off"/><ps2 state="off"/><async-teardown enabled="yes"/><ras state="on"/>' +
      '<htm state="on"/><nested-hv state="off"/><ccf-assist state="on"/></features>',
  ],
  [
    "features with a value",
    {
      features: {
        aia: { value: "aplic-imsic" },
        hpt: { resizing: "required", maxPageSize: "16", maxPageSizeUnit: "MiB" },
        cfpc: { value: "workaround" },
        sbbc: { value: "broken" },
        ibs: { value: "fixed-na" },
        msrs: { unknown: "ignore" },
      },
    },
    '<features><aia value="aplic-imsic"/><hpt resizing="required"><maxpagesize unit="MiB">16</maxpagesize></hpt>' +
      '<cfpc value="workaround"/><sbbc value="broken"/><ibs value="fixed-na"/><msrs unknown="ignore"/></features>',
  ],
  [
    "capabilities of a container",
    {
      features: {
        capabilities: {
          policy: "deny",
          dacReadSearch: { state: "on" },
          mkNod: { state: "on" },
          sysTtyCnofig: { state: "off" },
          sysLog: { state: "on" },
        },
      },
    },
    '<features><capabilities policy="deny"><dac_read_search state="on"/><mknod state="on"/><syslog state="on"/>' +
      '<sys_tty_config state="off"/></capabilities></features>',
  ],
];

describe("the XML of a domain's platform", () => {
  for (const [what, inputs, xml] of TABLE) {
    it(`is libvirt's: ${what}`, () => {
      expect(xmlOf("domain", domain, inputs)).toBe(`<domain>${xml}</domain>`);
    });
  }
});

it("shows a size that is a text as a text, in the unit that was declared", () => {
  const hpt = (maxPageSize: string, maxPageSizeUnit: string) => ({
    features: { hpt: { maxPageSize, maxPageSizeUnit } },
  });
  expect(observe(domain, hpt("16", "MiB"), hpt("32768", "KiB"))).toEqual(hpt("32", "MiB"));
  expect(observe(domain, hpt("16", "MiB"), hpt("16384", "KiB"))).toEqual(hpt("16", "MiB"));
});

/** Domains of what the oldest supported libvirt knows, split where kinds of guest exclude each other. */
const VM = { name: "v", type: "test", memory: 2, memoryUnit: "GiB", os: { type: "hvm", typeArch: "x86_64" } };
const DOMAINS: Readonly<Record<string, Record<string, unknown>>> = {
  threads: {
    ...VM,
    vcpu: 4,
    vcpus: {
      vcpus: [0, 1, 2, 3].map((id) => ({
        id,
        enabled: id < 2 ? "yes" : "no",
        hotpluggable: id < 2 ? "no" : "yes",
      })),
    },
    ioThreads: 2,
    defaultIoThread: { poolMin: 1, poolMax: 8 },
    ioThreadIDs: { ioThreads: [{ id: 1, poolMin: 1, poolMax: 4 }, { id: 2 }] },
    cpuTune: {
      emulatorSched: { scheduler: "fifo", priority: 3 },
      ioThreadScheds: [{ ioThreads: "2", scheduler: "batch" }],
      cacheTunes: [
        {
          vcpus: "0-1",
          caches: [{ id: 0, level: 3, type: "both", size: 3, unit: "MiB" }],
          monitors: [{ level: 3, vcpus: "1" }],
        },
      ],
      memoryTunes: [{ vcpus: "2-3", nodes: [{ id: 0, bandwidth: 60 }] }],
    },
    resource: { fibreChannel: { appId: "one" } },
  },
  cells: {
    ...VM,
    vcpu: 2,
    cpu: {
      numa: {
        cells: [0, 1].map((id) => ({
          id,
          cpus: String(id),
          memory: 1,
          unit: "GiB",
          caches: [
            {
              level: 1,
              associativity: "full",
              policy: "writethrough",
              size: { value: "1024", unit: "KiB" },
              line: { value: "64", unit: "B" },
            },
          ],
        })),
        interconnects: {
          latencies: [{ initiator: 0, target: 1, type: "read", value: 50 }],
          bandwidths: [{ initiator: 0, target: 1, cache: 1, type: "write", value: 2, unit: "GiB" }],
        },
      },
    },
  },
  features: {
    ...VM,
    vcpu: 1,
    os: { ...VM.os, acpi: { tables: [{ type: "slic", path: "/srv/slic.dat" }] } },
    clock: {
      offset: "utc",
      timers: [{ name: "rtc", tickPolicy: "catchup", catchUp: { threshold: 123, slew: 120, limit: 10000 } }],
    },
    features: {
      acpi: true,
      hap: { state: "off" },
      viridian: true,
      privNet: true,
      hyperV: {
        mode: "custom",
        relaxed: { state: "on" },
        vapic: { state: "on" },
        spinlocks: { state: "on", retries: 8191 },
        vpIndex: { state: "on" },
        runtime: { state: "on" },
        synic: { state: "on" },
        stimer: { state: "on", direct: { state: "on" } },
        reset: { state: "on" },
        vendorId: { state: "on", value: "KVM Hv" },
        frequencies: { state: "on" },
        reEnlightenment: { state: "on" },
        tlbFlush: { state: "on" },
        ipi: { state: "on" },
        evmcs: { state: "on" },
        avic: { state: "on" },
      },
      kvm: { dirtyRing: { state: "on", size: 4096 } },
      xen: { e820host: { state: "on" }, passthrough: { state: "on", mode: "share_pt" } },
      tcg: { tbCache: 128, tbCacheUnit: "MiB" },
      msrs: { unknown: "ignore" },
      capabilities: {
        policy: "deny",
        ...Object.fromEntries(
          ["auditControl", "dacReadSearch", "fsetId", "mkNod", "setPCap", "sysTtyCnofig", "wakeAlarm"].map(
            (name) => [name, { state: "on" }],
          ),
        ),
      },
    },
  },
  power: {
    ...VM,
    vcpu: 1,
    os: { type: "hvm", typeArch: "ppc64" },
    features: {
      hpt: { resizing: "required", maxPageSize: "16", maxPageSizeUnit: "MiB" },
      htm: { state: "on" },
      nestedHv: { state: "off" },
      ccfAssist: { state: "on" },
      cfpc: { value: "workaround" },
      sbbc: { value: "broken" },
      ibs: { value: "fixed-na" },
    },
  },
  container: {
    ...VM,
    vcpu: 1,
    os: {
      type: "exe",
      typeArch: "x86_64",
      init: "/bin/systemd",
      initArgs: ["--unit", "emergency.service"],
      initEnvs: [{ name: "MYENV", value: "some value" }],
      initDir: "/srv",
      initUser: "tester",
      initGroup: "1000",
    },
  },
};

describe.skipIf(!HAS_VIRSH)(`domains of libvirt's test driver${VIRSH_REASON}`, () => {
  for (const [what, inputs] of Object.entries(DOMAINS)) {
    it(`are valid and come back as declared: ${what}`, () => {
      expect(readBack("domain", domain, inputs)).toEqual(inputs);
    });
  }
});
