import { describe, expect, it } from "vitest";
import { hostTuning } from "../../libvirt/provider/resources/hostTuning.ts";
import { type Properties, UNKNOWN } from "../../libvirt/provider/values.ts";
import { BALANCING, cpufreq, DEFRAG, Kernel, lost, pages, SYSCTL, THP, TMPFILES } from "./kernel.ts";

const GiB = 1024 ** 2;
const WHOLE: Properties = {
  governor: "performance",
  numaBalancing: 0,
  transparentHugepages: { enabled: "always", defrag: "always" },
  hugepages: [
    { cell: 0, size: "1GiB", count: 8 },
    { cell: 1, size: "2MiB", count: 512 },
  ],
};
const BEFORE: Properties = {
  governor: "powersave",
  numaBalancing: 1,
  transparentHugepages: { enabled: "madvise", defrag: "madvise" },
  hugepages: [
    { cell: 0, size: "1GiB", count: 0 },
    { cell: 1, size: "2MiB", count: 0 },
  ],
};

const check = (after: Properties) =>
  hostTuning
    .check({ before: {}, after, autoname: { name: "x" } })
    .failures.map((f) => `${f.property}: ${f.reason}`);
const create = (kernel: Kernel, inputs: Properties, urn?: string) =>
  hostTuning.create(inputs, kernel.context(urn)).then(({ outputs }) => ({ inputs, outputs }));
type State = Awaited<ReturnType<typeof create>>;
const update = async (kernel: Kernel, state: State, inputs: Properties): Promise<State> => ({
  inputs,
  outputs: await hostTuning.update("host", state, inputs, kernel.context()),
});
const refresh = async (kernel: Kernel, state: State): Promise<State> => {
  const found = await hostTuning.read("host", state, kernel.context());
  return found ?? expect.fail("it is gone");
};
const drift = async (kernel: Kernel, state: State) => {
  const found = await refresh(kernel, state);
  return hostTuning
    .diff(found.inputs, state.inputs, found.outputs)
    .changes.map(({ kind, path }) => `${kind} ${path}`);
};

describe("inputs", () => {
  it("that are right have no failures", () => expect(check(WHOLE)).toEqual([]));

  it.each<[Properties, readonly RegExp[]]>([
    [{}, [/^: declares nothing: give governor/]],
    [{ allowDisruption: true }, [/declares nothing/]],
    [{ transparentHugepages: {} }, [/^transparentHugepages: declares nothing/]],
    [
      {
        governor: "performance; reboot",
        numaBalancing: 7,
        hugepages: [{ cell: -1, size: "3MiB", count: 0.5 }],
      },
      [
        /^governor: .*must be the name of a governor/,
        /^numaBalancing: 7/,
        /^hugepages\[0\]\.cell/,
        /size: "3MiB" must be one of/,
        /count/,
      ],
    ],
    [
      {
        hugepages: [
          { cell: 0, size: "1GiB", count: 1 },
          { cell: 0, size: "1GiB", count: 2 },
        ],
      },
      [/^hugepages\[1\]: names the same cell and size as hugepages\[0\]/],
    ],
    [{ governer: "performance" }, [/did you mean governor/]],
  ])("%j are refused, all at once", (inputs, texts) => {
    const failures = check(inputs);
    for (const text of texts)
      expect(
        failures.some((failure) => text.test(failure)),
        `${text} in ${failures}`,
      ).toBe(true);
  });
});

it("inputs that are not known before an update are taken to be right", () => {
  const pages: Properties = { cell: UNKNOWN, size: "1GiB", count: UNKNOWN };
  const after: Properties = { governor: UNKNOWN, transparentHugepages: UNKNOWN, hugepages: [pages, pages] };
  expect(check(after)).toEqual([]);
  expect(hostTuning.notices?.(WHOLE, after)).toEqual([]);
  expect(hostTuning.diff(WHOLE, after, {}).changes.map(({ path }) => path)).toContain("governor");
  expect(hostTuning.changedOutputs(WHOLE, after)).toEqual(["before", "live", "pending"]);
});

describe("a host", () => {
  it("is set, keeps it over a reboot, and is set back on delete", async () => {
    const kernel = new Kernel();
    const untouched = new Map(kernel.files);
    const state = await create(kernel, WHOLE);
    expect(state.outputs).toEqual({ before: BEFORE, live: WHOLE, pending: [] });
    expect([0, 1, 2, 3].map((cpu) => kernel.get(cpufreq(cpu)))).toEqual(Array(4).fill("performance"));
    expect([BALANCING, THP, DEFRAG, pages(0, GiB), pages(1, 2048)].map((file) => kernel.get(file))).toEqual([
      "0",
      "always",
      "always",
      "8",
      "512",
    ]);
    expect(kernel.files.get(SYSCTL)?.split("\n").at(-2)).toBe("-kernel.numa_balancing = 0");
    expect(
      kernel.files
        .get(TMPFILES)
        ?.split("\n")
        .filter((line) => !line.startsWith("#")),
    ).toEqual([
      "w! /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor - - - - performance",
      "w! /sys/kernel/mm/transparent_hugepage/enabled - - - - always",
      "w! /sys/kernel/mm/transparent_hugepage/defrag - - - - always",
      "w! /sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages - - - - 8",
      "w! /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages - - - - 512",
      "",
    ]);
    expect(await drift(kernel, state)).toEqual([]);
    await hostTuning.delete("host", state, kernel.context());
    const values = (files: ReadonlyMap<string, string>) =>
      [...files].map(([file, text]) => `${file} ${text.trim()}`);
    expect(values(kernel.files)).toEqual(values(untouched));
    expect(kernel.log).toEqual([]);
  });

  it("whose CPUs differ gets each its governor back", async () => {
    const kernel = new Kernel();
    kernel.set(cpufreq(1), "performance");
    kernel.set(cpufreq(3), "performance");
    const state = await create(kernel, { governor: "performance" });
    expect(state.outputs.before).toEqual({ governor: "powersave:0,2 performance:1,3" });
    await hostTuning.delete("host", state, kernel.context());
    expect([0, 1, 2, 3].map((cpu) => kernel.get(cpufreq(cpu)))).toEqual([
      "powersave",
      "performance",
      "powersave",
      "performance",
    ]);
  });

  it("shows what was changed by hand, live or in the files, and an update mends it", async () => {
    const kernel = new Kernel();
    const state = await create(kernel, WHOLE);
    kernel.set(cpufreq(2), "powersave");
    kernel.set(pages(0, GiB), "7");
    kernel.set(TMPFILES, (kernel.files.get(TMPFILES) ?? "").replace(/always\n/, "never\n"));
    kernel.files.delete(SYSCTL);
    const seen = await refresh(kernel, state);
    expect(seen.inputs).toEqual({
      governor: "performance:0-1,3 powersave:2",
      transparentHugepages: { enabled: "never", defrag: "always" },
      hugepages: [
        { cell: 0, size: "1GiB", count: 7 },
        { cell: 1, size: "2MiB", count: 512 },
      ],
    });
    expect(await drift(kernel, state)).toEqual([
      "update governor",
      "add numaBalancing",
      "update transparentHugepages.enabled",
      "update hugepages[0].count",
    ]);
    const mended = await update(kernel, seen, WHOLE);
    expect(mended.outputs).toEqual(state.outputs);
    expect(await drift(kernel, mended)).toEqual([]);
  });

  it("is set back in what is no longer declared, unless somebody else has set it since", async () => {
    const kernel = new Kernel();
    const state = await create(kernel, WHOLE);
    kernel.set(DEFRAG, "defer");
    const less = await update(kernel, state, { numaBalancing: 0 });
    expect(less.outputs).toEqual({ before: { numaBalancing: 1 }, live: { numaBalancing: 0 }, pending: [] });
    expect([cpufreq(0), THP, DEFRAG, pages(0, GiB)].map((file) => kernel.get(file))).toEqual([
      "powersave",
      "madvise",
      "defer",
      "0",
    ]);
    expect(kernel.log).toEqual([
      "info: transparentHugepages.defrag = defer was set by somebody else and stays as it is",
    ]);
  });

  it("is adopted by an import of what another state had declared", async () => {
    const kernel = new Kernel();
    await create(kernel, WHOLE, "urn:lost");
    const found = await hostTuning.read("any", undefined, kernel.context("urn:new"));
    expect(found?.inputs).toEqual(WHOLE);
    expect(found?.outputs.before).toEqual(BEFORE);
    await expect(hostTuning.read("any", undefined, new Kernel().context())).rejects.toThrow(
      /was not tuned by a HostTuning, so there is nothing to import/,
    );
  });
});

describe("a host that cannot be what is declared", () => {
  it("is left alone, with everything that is in the way", async () => {
    const kernel = new Kernel();
    for (const file of [...kernel.files.keys()]) {
      if (/cpufreq|transparent_hugepage|node1/.test(file)) kernel.files.delete(file);
    }
    const before = new Map(kernel.files);
    const failure = await create(kernel, WHOLE).catch((error: Error) => error.message);
    expect(String(failure).split("\n")).toEqual([
      "the host of qemu:///system cannot be tuned:",
      expect.stringMatching(/- governor: .*no cpufreq.*Leave governor out of this host's tuning$/),
      "  - transparentHugepages.enabled: the host's kernel does not have it. Leave it out of this host's tuning",
      "  - transparentHugepages.defrag: the host's kernel does not have it. Leave it out of this host's tuning",
      "  - hugepages 2MiB of cell 1: the host has no such pages; it has hugepages 2MiB of cell 0, hugepages 1GiB of cell 0",
    ]);
    expect(kernel.files).toEqual(before);
  });

  it("is told its governors, and what it lacks counts as off", async () => {
    const kernel = new Kernel();
    await expect(create(kernel, { governor: "schedutil" })).rejects.toThrow(
      /governor: its CPUs have no schedutil; they have performance, powersave/,
    );
    for (const file of [BALANCING, THP]) kernel.files.delete(file);
    const state = await create(kernel, { numaBalancing: 0, transparentHugepages: { enabled: "never" } });
    expect(state.outputs).toEqual({
      before: {},
      live: { numaBalancing: 0, transparentHugepages: { enabled: "never" } },
      pending: [],
    });
    expect(await drift(kernel, state)).toEqual([]);
  });

  it("is set back when it makes fewer hugepages than asked for, and says how many", async () => {
    const kernel = new Kernel();
    kernel.limits.set(pages(0, GiB), 5);
    const before = new Map(kernel.files);
    await expect(create(kernel, WHOLE)).rejects.toThrow(
      /did not take all of its tuning:\n {2}- hugepages 1GiB of cell 0: 8 was asked for, and it is 5; 65536 MiB of the cell's memory are free.*at boot only: reboot[^\n]*\nThe host is as it was before\.$/,
    );
    expect([...kernel.files].map(([f, t]) => [f, t.trim()])).toEqual(
      [...before].map(([f, t]) => [f, t.trim()]),
    );
  });

  it("is not touched where a file of ours is somebody else's, or another resource's", async () => {
    const kernel = new Kernel();
    kernel.set(TMPFILES, "w /sys/x - - - - 1\n");
    await expect(create(kernel, WHOLE)).rejects.toThrow(
      /\/etc\/tmpfiles\.d\/numafleet\.conf exists and was not written by this provider/,
    );
    expect(kernel.get(THP)).toBe("madvise");
    kernel.files.delete(TMPFILES);
    kernel.set(SYSCTL, "");
    kernel.unreadable.add(SYSCTL);
    await expect(create(kernel, WHOLE)).rejects.toThrow(/90-numafleet\.conf exists and was not written/);
    kernel.files.delete(SYSCTL);
    kernel.unreadable.clear();
    const state = await create(kernel, { numaBalancing: 0 }, "urn:first");
    await expect(create(kernel, WHOLE, "urn:second")).rejects.toThrow(
      /belongs to urn:first: one HostTuning tunes a host.*pulumi import/,
    );
    kernel.set(TMPFILES, "# mine now\n");
    await hostTuning.delete("host", state, kernel.context("urn:first"));
    expect(kernel.files.get(TMPFILES)).toBe("# mine now\n");
    expect(kernel.log).toEqual(["warning: /etc/tmpfiles.d/numafleet.conf on the host is not ours and stays"]);
  });

  it("without systemd-tmpfiles is told so", async () => {
    const kernel = new Kernel();
    kernel.files.delete("/lib/systemd/system/systemd-tmpfiles-setup.service");
    await expect(create(kernel, WHOLE)).rejects.toThrow(/has no systemd-tmpfiles.*after a reboot/);
  });

  it("has a tuned that may set the same: the user is warned", async () => {
    const kernel = new Kernel();
    kernel.set("/run/tuned/tuned.pid", "77\n");
    kernel.set("/etc/tuned/active_profile", "virtual-host\n");
    await create(kernel, { numaBalancing: 0 });
    expect(kernel.log).toEqual([
      expect.stringMatching(/^warning: tuned runs on the host with the profile virtual-host/),
    ]);
  });
});

describe("an update that is interrupted", () => {
  it.each([TMPFILES, THP, DEFRAG, pages(0, GiB)])(
    "at %s goes on from there, and still knows what was before",
    async (at) => {
      const kernel = new Kernel();
      let armed = true;
      kernel.beforeWrite = (path) => {
        if (path !== at || !armed) return;
        armed = false;
        // Neither the rest of the steps nor the way back get through.
        kernel.beforeWrite = lost;
        lost();
      };
      await expect(create(kernel, WHOLE)).rejects.toThrow(
        /the connection was lost\nSetting the host back .* failed too/,
      );
      kernel.beforeWrite = () => undefined;
      const state = await create(kernel, WHOLE);
      expect(state.outputs).toEqual({ before: BEFORE, live: WHOLE, pending: [] });
      expect(await drift(kernel, state)).toEqual([]);
    },
  );
});

describe("while guests run", () => {
  const withGuests = (): Kernel => {
    const kernel = new Kernel();
    kernel.guests = 3;
    return kernel;
  };

  it("a change that does them no harm is made", async () => {
    const kernel = withGuests();
    const state = await create(kernel, { ...WHOLE, transparentHugepages: { enabled: "always" } });
    expect(state.outputs.pending).toEqual([]);
    expect(kernel.log).toEqual([]);
  });

  it("one that can is written for the next boot, and the user is told how to make it now", async () => {
    const kernel = withGuests();
    const state = await create(kernel, WHOLE);
    expect(state.outputs.pending).toEqual([
      "transparentHugepages.defrag = always: 3 guests run, and it makes page faults, also of QEMU itself, wait while memory is moved",
    ]);
    expect(kernel.log).toEqual([
      expect.stringMatching(
        /^warning: transparentHugepages\.defrag = always waits for the next boot, and is madvise until then: 3 guests run on the host.*set allowDisruption to true$/,
      ),
    ]);
    expect(kernel.get(DEFRAG)).toBe("madvise");
    expect(kernel.get(THP)).toBe("always");
    expect(kernel.files.get(TMPFILES)).toContain("defrag - - - - always");
    // It waits, which is no drift; what somebody makes of it meanwhile is.
    expect(await drift(kernel, state)).toEqual([]);
    expect((await refresh(kernel, state)).outputs).toEqual(state.outputs);
    kernel.set(DEFRAG, "never");
    expect(await drift(kernel, state)).toEqual(["update transparentHugepages.defrag"]);
    kernel.set(DEFRAG, "always");
    expect((await refresh(kernel, state)).outputs.pending).toEqual([]);
    kernel.set(DEFRAG, "madvise");
    const told = await update(kernel, state, { ...WHOLE, allowDisruption: true });
    expect(told.outputs.pending).toEqual([]);
    expect(kernel.get(DEFRAG)).toBe("always");
  });

  it.each<[string, Properties, (kernel: Kernel) => void, RegExp]>([
    [
      "a slower governor",
      { governor: "powersave" },
      (k) => {
        for (const cpu of [0, 1, 2, 3]) k.set(cpufreq(cpu), "performance");
      },
      /slow their CPUs down/,
    ],
    ["balancing", { numaBalancing: 1 }, (k) => k.set(BALANCING, "0"), /unmap and move their memory/],
    ["no huge pages", { transparentHugepages: { enabled: "never" } }, () => undefined, /small pages/],
    [
      "huge pages where none were",
      { transparentHugepages: { enabled: "madvise" } },
      (k) => k.set(THP, "never"),
      /stops them for moments/,
    ],
    [
      "waiting page faults",
      { transparentHugepages: { defrag: "madvise" } },
      (k) => k.set(DEFRAG, "defer"),
      /page faults wait/,
    ],
    [
      "fewer hugepages than are in use",
      { hugepages: [{ cell: 0, size: "1GiB", count: 4 }] },
      (k) => {
        k.set(pages(0, GiB), "8");
        k.set(pages(0, GiB, "free"), "3");
      },
      /takes pages away of which 5 are in use/,
    ],
    [
      "more hugepages than fit into free memory",
      { hugepages: [{ cell: 1, size: "1GiB", count: 65 }] },
      () => undefined,
      /takes 66560 MiB from cell 1, of which 65536 MiB are free/,
    ],
  ])("%s waits", async (_what, inputs, prepare, text) => {
    const kernel = withGuests();
    prepare(kernel);
    const before = [...kernel.files];
    const state = await create(kernel, inputs);
    expect(kernel.log.join("\n")).toMatch(text);
    expect([...kernel.files].slice(0, before.length)).toEqual(before);
    const told = new Kernel();
    told.guests = 3;
    prepare(told);
    expect((await create(told, { ...inputs, allowDisruption: true })).outputs.pending).toEqual([]);
    expect(told.log).toEqual([]);
    expect(state.outputs.pending).toHaveLength(1);
  });

  it("fewer hugepages of which none of the used ones go are given back", async () => {
    const kernel = withGuests();
    kernel.set(pages(0, GiB), "8");
    kernel.set(pages(0, GiB, "free"), "3");
    const state = await create(kernel, { hugepages: [{ cell: 0, size: "1GiB", count: 5 }] });
    expect(state.outputs.pending).toEqual([]);
    expect(kernel.get(pages(0, GiB))).toBe("5");
  });

  it("a delete leaves what would hurt them for the next boot", async () => {
    const kernel = new Kernel();
    const state = await create(kernel, WHOLE);
    kernel.guests = 1;
    await hostTuning.delete("host", state, kernel.context());
    expect(kernel.get(cpufreq(0))).toBe("performance");
    expect(kernel.get(BALANCING)).toBe("0");
    expect(kernel.get(DEFRAG)).toBe("madvise");
    expect(kernel.files.has(TMPFILES) || kernel.files.has(SYSCTL)).toBe(false);
    expect(kernel.log.map((line) => line.split(",")[0])).toEqual([
      "warning: governor = powersave is set back by the next boot",
      "warning: numaBalancing = 1 is set back by the next boot",
    ]);
  });

  it("the preview of a change says so", () => {
    const after = { ...WHOLE, numaBalancing: 1 };
    expect(hostTuning.notices?.(WHOLE, after)).toEqual([
      {
        severity: "warning",
        message: expect.stringMatching(
          /^while guests run on the host this waits for its next boot.*numaBalancing = 1 makes/,
        ),
      },
    ]);
    expect(hostTuning.notices?.(WHOLE, { ...after, allowDisruption: true })).toEqual([]);
  });
});
