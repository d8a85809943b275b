import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type MetricFamily, renderMetrics } from "../../report/exposition.ts";

/** Reads the text format back, strictly by its description. */
function parsed(text: string): MetricFamily[] {
  const families: {
    name: string;
    help: string;
    type: "gauge" | "counter";
    samples: MetricFamily["samples"][number][];
  }[] = [];
  expect(text === "" || text.endsWith("\n")).toBe(true);
  for (const line of text.split("\n").slice(0, -1)) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (gauge|counter)$/.exec(line);
    const last = families.at(-1);
    if (help) {
      families.push({
        name: help[1] ?? "",
        help: unescaped(help[2] ?? "", false),
        type: "gauge",
        samples: [],
      });
    } else if (type) {
      expect(last?.name).toBe(type[1]);
      if (last) last.type = type[2] as "gauge";
    } else {
      const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s.exec(line);
      expect(sample, line).not.toBeNull();
      expect(sample?.[1]).toBe(last?.name);
      const labels: Record<string, string> = {};
      for (const [, key = "", value = ""] of (sample?.[2] ?? "").matchAll(
        /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/gs,
      ))
        labels[key] = unescaped(value, true);
      last?.samples.push({ labels, value: number(sample?.[3] ?? "") });
    }
  }
  return families;
}

function unescaped(text: string, quotes: boolean): string {
  return text.replace(quotes ? /\\([\\"n])/g : /\\([\\n])/g, (_, c: string) => (c === "n" ? "\n" : c));
}

function number(text: string): number {
  return text === "+Inf"
    ? Number.POSITIVE_INFINITY
    : text === "-Inf"
      ? Number.NEGATIVE_INFINITY
      : Number(text);
}

describe("the text format of metrics", () => {
  test("is as Prometheus documents it", () => {
    expect(
      renderMetrics([
        {
          name: "a_bytes",
          help: "Bytes.",
          type: "gauge",
          samples: [
            { labels: { host: "numa", pool: "fast" }, value: 123456789012 },
            { labels: {}, value: 0 },
          ],
        },
        { name: "b_total", help: "None yet.", type: "counter", samples: [] },
      ]),
    ).toBe(
      '# HELP a_bytes Bytes.\n# TYPE a_bytes gauge\na_bytes{host="numa",pool="fast"} 123456789012\na_bytes 0\n' +
        "# HELP b_total None yet.\n# TYPE b_total counter\n",
    );
  });

  test("carries any label, help and value, and nobody breaks out of a line", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', "\\", "\n", "n", "}", " ", ",", "é") }),
    );
    const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.POSITIVE_INFINITY, Number.NaN));
    const family = fc.record({
      name: fc.constantFrom("a_total", "b:c", "_d"),
      help: text,
      type: fc.constantFrom("gauge" as const, "counter" as const),
      samples: fc.array(fc.record({ labels: fc.dictionary(fc.constantFrom("host", "pool"), text), value }), {
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(fc.array(family, { maxLength: 3 }), (families) => {
        // A label's key order and -0 are not what it is about.
        const plain = (list: readonly MetricFamily[]) =>
          list.map((f) => ({
            ...f,
            samples: f.samples.map((s) => ({ labels: { ...s.labels }, value: s.value + 0 })),
          }));
        expect(plain(parsed(renderMetrics(families)))).toEqual(plain(families));
      }),
    );
  });
});
