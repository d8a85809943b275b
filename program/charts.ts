import { resolve } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import {
  type ArcCharts,
  CONTROLLER_CHART_NAME,
  type CustomResourceDefinitionManifest,
  PUBLISHED_CHARTS,
  SCALE_SET_CHART_NAME,
} from "../components/arcCharts.ts";
import { ARC_VERSION } from "../model/cluster.ts";
import { type Finding, finding } from "../model/finding.ts";
import { type ChartFiles, readChart } from "./chartArchive.ts";

/** Where ARC's charts come from: GitHub's registry, or folders and archives on this machine for sites without network. */

const path = z.string().regex(/\S/);
/** `numafleet:arcCharts`. */
export const arcChartsSchema = z.strictObject({ scaleSet: path.optional(), controller: path.optional() });
export type ArcChartPaths = z.output<typeof arcChartsSchema>;

/** The charts, and what is wrong with those on this machine. */
export interface FoundCharts {
  readonly charts: ArcCharts;
  readonly findings: readonly Finding[];
}

/**
 * @param folder the project's folder, from which a relative path starts, for Helm too
 */
export function findCharts(paths: ArcChartPaths | undefined, folder: string): FoundCharts {
  if (paths === undefined) return { charts: PUBLISHED_CHARTS, findings: [] };
  const scaleSet = localChart(paths.scaleSet, "scaleSet", SCALE_SET_CHART_NAME, folder);
  const controller = localChart(paths.controller, "controller", CONTROLLER_CHART_NAME, folder);
  const definitions = controller.files === undefined ? undefined : definitionsOf(controller.files);
  return {
    charts: {
      ...PUBLISHED_CHARTS,
      ...(paths.scaleSet === undefined ? {} : { scaleSet: paths.scaleSet }),
      ...(paths.controller === undefined ? {} : { controller: paths.controller }),
      ...(definitions === undefined ? {} : { definitions }),
    },
    findings: [...scaleSet.findings, ...controller.findings],
  };
}

interface LocalChart {
  readonly files: ChartFiles | undefined;
  readonly findings: readonly Finding[];
}

function localChart(
  given: string | undefined,
  key: keyof ArcChartPaths,
  expected: string,
  folder: string,
): LocalChart {
  if (given === undefined) return { files: undefined, findings: [] };
  const at = `numafleet:arcCharts.${key}`;
  const refuse = (rule: string, message: string, remedy: string): LocalChart => ({
    files: undefined,
    findings: [finding({ rule, path: at, subject: `chart ${given}`, message, remedy })],
  });
  let files: ChartFiles;
  let metadata: { readonly name?: unknown; readonly version?: unknown };
  try {
    files = readChart(resolve(folder, given));
    metadata = Object(parse(files.get("Chart.yaml") ?? ""));
  } catch (error) {
    return refuse(
      "build/chart-unreadable",
      `\`${at}\` is ${JSON.stringify(given)}, where no chart can be read: ${reason(error)}.`,
      "Give a chart's folder, or its archive as `helm pull` writes it.",
    );
  }
  const { name, version } = metadata;
  if (name !== expected)
    return refuse(
      "build/chart-unreadable",
      `\`${at}\` is ${JSON.stringify(given)}, which is the chart ${String(name)}; expected ${expected}.`,
      `Give the chart ${expected}.`,
    );
  if (version !== ARC_VERSION)
    return refuse(
      "build/arc-version",
      `\`${at}\` is ${JSON.stringify(given)}, which is ${expected} ${String(version)}; values are rendered for ${ARC_VERSION}.`,
      `Give version ${ARC_VERSION} of the chart, as of the other one.`,
    );
  return { files, findings: [] };
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file or folder";
  return message.split("\n")[0]?.replace(/\.$/, "") ?? "";
}

/** The CRDs, in the order of their names. */
function definitionsOf(files: ChartFiles): readonly CustomResourceDefinitionManifest[] {
  return [...files]
    .filter(([name]) => name.startsWith("crds/"))
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as unknown))
    .filter(isDefinition)
    .map(({ metadata: { name, annotations }, spec }) => ({
      metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
      spec,
    }));
}

function isDefinition(value: unknown): value is CustomResourceDefinitionManifest {
  const { kind, metadata, spec } = Object(value) as Record<string, unknown>;
  return (
    kind === "CustomResourceDefinition" &&
    typeof Object(metadata).name === "string" &&
    typeof spec === "object" &&
    spec !== null
  );
}
