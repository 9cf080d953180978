/** Lines over a logarithmic number of something, as an SVG that is its own page, light or dark. */
export interface LinePlot {
  readonly title: string;
  /** When, where and how. */
  readonly note: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A line across, such as a limit. */
  readonly limit?: { readonly at: number; readonly label: string };
}

export interface Axis {
  /** With the unit. */
  readonly label: string;
  readonly scale: 'log' | 'linear';
}

export interface Series {
  readonly label: string;
  /** Series of one colour belong together. */
  readonly colour: number;
  readonly dashed?: boolean;
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const WIDTH = 760;
const HEIGHT = 440;
const LEFT = 70;
const RIGHT = 560;
const TOP = 70;
const BOTTOM = 380;
const LEGEND_X = 584;
const LEGEND_STEP = 24;
const TICK_GAP = 8;

const STYLE = `
  .page { fill: #ffffff; stroke: #d5d8dc; }
  text { fill: #3c4248; font: 13px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; }
  .title { fill: #16191d; font-size: 16px; font-weight: 600; }
  .note { fill: #676e76; font-size: 12px; }
  .grid { stroke: #e6e8eb; }
  .axis { stroke: #9aa1a9; }
  .limit { stroke: #676e76; stroke-dasharray: 2 4; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .dashed { stroke-dasharray: 7 4; }
  .c0 { stroke: #0072b2; } .c1 { stroke: #c8500a; } .c2 { stroke: #00845e; }
  .mark { fill: #ffffff; stroke-width: 2; }
  .c0.full { fill: #0072b2; } .c1.full { fill: #c8500a; } .c2.full { fill: #00845e; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14171b; stroke: #343a41; }
    text { fill: #c3c9d0; }
    .title { fill: #f0f3f6; }
    .note { fill: #959da6; }
    .grid { stroke: #272c32; }
    .axis { stroke: #6b737c; }
    .limit { stroke: #959da6; }
    .c0 { stroke: #56b4e9; } .c1 { stroke: #f2924a; } .c2 { stroke: #3ecfa0; }
    .mark { fill: #14171b; }
    .c0.full { fill: #56b4e9; } .c1.full { fill: #f2924a; } .c2.full { fill: #3ecfa0; }
  }`;

export function renderPlot(plot: LinePlot): string {
  const all = plot.series.flatMap(({ points }) => points);
  const limits = plot.limit === undefined ? [] : [plot.limit.at];
  const x = fit(
    plot.x.scale,
    all.map((point) => point.x),
    LEFT,
    RIGHT,
    false,
  );
  const y = fit(plot.y.scale, [...all.map((point) => point.y), ...limits], BOTTOM, TOP, true);
  // The numbers that were measured, rather than round ones.
  const measured = [...new Set(all.map((point) => point.x))].toSorted((a, b) => a - b);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(plot.title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="6"/>`,
    text(plot.title, 20, 28, 'class="title"'),
    text(plot.note, 20, 48, 'class="note"'),
    ...y.ticks.map((value) => horizontal(value, y.at(value))),
    ...measured.map((value) => vertical(value, x.at(value))),
    `<path class="axis" fill="none" d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    text(plot.x.label, (LEFT + RIGHT) / 2, BOTTOM + 42, 'text-anchor="middle"'),
    text(
      plot.y.label,
      20,
      (TOP + BOTTOM) / 2,
      `text-anchor="middle" transform="rotate(-90 20 ${(TOP + BOTTOM) / 2})"`,
    ),
    ...limitLine(plot, y),
    ...plot.series.flatMap((series) => lineOf(series, x, y)),
    ...plot.series.flatMap((series, index) => legendOf(series, TOP + 10 + index * LEGEND_STEP)),
    '</svg>',
    '',
  ].join('\n');
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Maps these values to the pixels from one to the other; with room to round values if so wished. */
function fit(
  scale: Axis['scale'],
  values: readonly number[],
  from: number,
  to: number,
  rounded: boolean,
): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const ticks = scale === 'log' ? logTicks(least, most) : linearTicks(most);
  const place = scale === 'log' ? Math.log10 : (value: number) => value;
  const first = place(rounded ? (ticks[0] ?? least) : least);
  const last = place(rounded ? (ticks.at(-1) ?? most) : most);
  const span = last === first ? 1 : last - first;
  return { ticks, at: (value) => from + ((place(value) - first) / span) * (to - from) };
}

/** 1, 2, 5, 10 … around the values; powers of ten alone where those are many. */
function logTicks(least: number, most: number): readonly number[] {
  const steps = most / least > 1000 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most) + 1; power += 1) {
    ticks.push(...steps.map((step) => step * 10 ** power));
  }
  const first = ticks.findLastIndex((tick) => tick <= least);
  const last = ticks.findIndex((tick) => tick >= most);
  return ticks.slice(Math.max(0, first), last + 1);
}

/** From 0, in about five steps of 1, 2 or 5. */
function linearTicks(most: number): readonly number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

function horizontal(value: number, y: number): string {
  return (
    `<path class="grid" d="M${LEFT} ${pixel(y)}H${RIGHT}"/>` +
    text(shown(value), LEFT - TICK_GAP, y + 4, 'text-anchor="end"')
  );
}

function vertical(value: number, x: number): string {
  return (
    `<path class="grid" d="M${pixel(x)} ${TOP}V${BOTTOM}"/>` +
    text(shown(value), x, BOTTOM + 18, 'text-anchor="middle"')
  );
}

function limitLine({ limit }: LinePlot, y: Scale): readonly string[] {
  if (limit === undefined) return [];
  const at = y.at(limit.at);
  return [
    `<path class="limit" d="M${LEFT} ${pixel(at)}H${RIGHT}"/>`,
    text(limit.label, LEFT + TICK_GAP, at + 16, 'class="note"'),
  ];
}

function lineOf(series: Series, x: Scale, y: Scale): readonly string[] {
  const places = series.points.map(
    (point) => [pixel(x.at(point.x)), pixel(y.at(point.y))] as const,
  );
  const path = places.map(([left, top]) => `${left} ${top}`).join('L');
  return [
    `<path class="${lineClass(series)}" d="M${path}"/>`,
    ...places.map(([left, top]) => mark(series, left, top)),
  ];
}

function legendOf(series: Series, y: number): readonly string[] {
  return [
    `<path class="${lineClass(series)}" d="M${LEGEND_X} ${y}h36"/>`,
    mark(series, LEGEND_X + 18, y),
    text(series.label, LEGEND_X + 46, y + 4),
  ];
}

function lineClass({ colour, dashed }: Series): string {
  return `line c${colour}${dashed === true ? ' dashed' : ''}`;
}

/** A form for each colour, full where the line is: whoever sees no colours sees these. */
function mark({ colour, dashed }: Series, x: number, y: number): string {
  const style = `class="mark c${colour}${dashed === true ? '' : ' full'}"`;
  switch (colour) {
    case 0:
      return `<circle ${style} cx="${x}" cy="${y}" r="4"/>`;
    case 1:
      return `<rect ${style} x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
    default:
      return `<path ${style} d="M${x} ${y - 5}l5 9h-10z"/>`;
  }
}

function text(content: string, x: number, y: number, attributes = ''): string {
  return `<text x="${pixel(x)}" y="${pixel(y)}" ${attributes}>${escaped(content)}</text>`;
}

function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}

/** 0.05, 200, 10,000 */
function shown(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
