/** Time against size as an SVG: both axes logarithmic, so that a straight line is a power. The same data, the same text. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Curve {
  /** Name of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  /** What the axes tell. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 50;
/** Readable beside each other for those who do not see all colours; dashes tell them apart in print. */
const STROKES = [
  { color: "#0072b2", dash: "" },
  { color: "#d55e00", dash: "6 3" },
  { color: "#009e73", dash: "2 3" },
  { color: "#cc79a7", dash: "8 3 2 3" },
];

/** @throws RangeError for figures that have no logarithm */
export function renderPlot(curve: Curve): string {
  const points = curve.lines.flatMap((line) => line.points);
  if (!points.every(({ x, y }) => x > 0 && y > 0)) {
    throw new RangeError(`${curve.name}: only figures above 0 can be plotted`);
  }
  const [xs, ys] = [scale(points.map((p) => p.x)), scale(points.map((p) => p.y))];
  const across = (x: number) => LEFT + xs.share(x) * (WIDTH - LEFT - RIGHT);
  const up = (y: number) => HEIGHT - BOTTOM - ys.share(y) * (HEIGHT - TOP - BOTTOM);
  const grid = [
    ...xs.ticks.map(
      (x) =>
        rule(across(x), HEIGHT - BOTTOM, across(x), TOP) +
        text(across(x), HEIGHT - BOTTOM + 18, "middle", label(x)),
    ),
    ...ys.ticks.map(
      (y) => rule(LEFT, up(y), WIDTH - RIGHT, up(y)) + text(LEFT - 8, up(y) + 4, "end", label(y)),
    ),
  ];
  const lines = curve.lines.map(({ name, points: own }, i) => {
    const { color, dash } = STROKES[i % STROKES.length] as (typeof STROKES)[number];
    const way = own.map(({ x, y }) => `${round(across(x))},${round(up(y))}`).join(" ");
    const dots = own.map(
      ({ x, y }) => `<circle cx="${round(across(x))}" cy="${round(up(y))}" r="3" fill="${color}"/>`,
    );
    const at = TOP + 16 + 18 * i;
    const stroke = `stroke="${color}" stroke-width="2"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}`;
    return [
      `<polyline points="${way}" fill="none" ${stroke}/>`,
      ...dots,
      `<line x1="${LEFT + 10}" y1="${at - 4}" x2="${LEFT + 40}" y2="${at - 4}" ${stroke}/>`,
      text(LEFT + 46, at, "start", name),
    ].join("\n");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(WIDTH / 2, 22, "middle", curve.title),
    ...grid,
    ...lines,
    text(WIDTH / 2, HEIGHT - 10, "middle", curve.x),
    text(14, TOP - 10, "start", curve.y),
    "</svg>",
    "",
  ].join("\n");
}

/** Whole powers of ten around the figures. */
function scale(values: readonly number[]): { share(value: number): number; ticks: readonly number[] } {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    share: (value) => (Math.log10(value) - least) / (most - least),
    ticks: Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i)),
  };
}

function label(value: number): string {
  return value >= 1 ? String(value) : value.toFixed(-Math.floor(Math.log10(value)));
}

const round = (value: number) => Number(value.toFixed(1));

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#dddddd"/>\n`;
}

function text(x: number, y: number, anchor: "start" | "middle" | "end", content: string): string {
  const escaped = content.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] as string);
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped}</text>`;
}
