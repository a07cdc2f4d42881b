/** Charts as SVG text: drawn by hand, as four of them are no reason for a library in a page that must work without any address. */

export interface Point {
  x: number;
  y: number;
}

export interface Series {
  name: string;
  points: readonly Point[];
  as: 'line' | 'dots';
}

export interface ChartOptions {
  title: string;
  /** In words, with the unit. */
  x: string;
  y: string;
  /** End of the axis, so that charts of one run stand below each other. */
  mostX: number;
  series: readonly Series[];
  /** Vertical marks. */
  marks?: readonly { x: number; label: string }[];
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [860, 260, 64, 40, 14, 16];
const COLOURS = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#475569'];

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A figure with a heading, axes from 0, and a legend where there is more than one series. */
export function chart({ title, x, y, mostX, series, marks = [] }: ChartOptions): string {
  const all = series.flatMap(({ points }) => points);
  const mostY = Math.max(1e-9, ...all.map((point) => point.y));
  const atX = (value: number) => LEFT + (value / mostX) * (WIDTH - LEFT - RIGHT);
  const atY = (value: number) => HEIGHT - BOTTOM - (value / mostY) * (HEIGHT - BOTTOM - TOP);
  const drawn = series.map(({ points, as, name }, i) => {
    const colour = COLOURS[i % COLOURS.length] ?? '#000';
    if (as === 'dots')
      return points
        .map(
          (point) =>
            `<circle cx="${at(atX(point.x))}" cy="${at(atY(point.y))}" r="3" fill="${colour}"><title>${escaped(name)}: ${short(point.y)}</title></circle>`,
        )
        .join('');
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.map((point) => `${at(atX(point.x))},${at(atY(point.y))}`).join(' ')}"/>`;
  });
  const lines = marks.map(
    (mark) =>
      `<line x1="${at(atX(mark.x))}" x2="${at(atX(mark.x))}" y1="${String(TOP)}" y2="${String(HEIGHT - BOTTOM)}" stroke="#94a3b8" stroke-width="0.7"><title>${escaped(mark.label)}</title></line>`,
  );
  return figure(title, series.length > 1 ? series.map(({ name }) => name) : [], [
    ...axes(
      x,
      y,
      [0, mostX / 2, mostX].map((value) => [atX(value), short(value)]),
      [0, mostY / 2, mostY].map((value) => [atY(value), short(value)]),
    ),
    ...lines,
    ...drawn,
  ]);
}

export function bars(title: string, x: string, y: string, values: readonly { label: string; value: number }[]): string {
  const most = Math.max(1e-9, ...values.map(({ value }) => Math.log10(1 + value)));
  const width = (WIDTH - LEFT - RIGHT) / Math.max(1, values.length);
  const drawn = values.map(({ label, value }, i) => {
    const height = (Math.log10(1 + value) / most) * (HEIGHT - BOTTOM - TOP - 14);
    const left = LEFT + i * width;
    return (
      `<rect x="${at(left + 1)}" y="${at(HEIGHT - BOTTOM - height)}" width="${at(Math.max(1, width - 2))}" height="${at(height)}" fill="${COLOURS[0] ?? ''}"><title>${escaped(label)}: ${short(value)}</title></rect>` +
      (value === 0
        ? ''
        : `<text class="value" x="${at(left + width / 2)}" y="${at(HEIGHT - BOTTOM - height - 3)}">${short(value)}</text>`) +
      `<text class="value" x="${at(left + width / 2)}" y="${String(HEIGHT - BOTTOM + 13)}">${escaped(label)}</text>`
    );
  });
  return figure(title, [], [...axes(x, y, [], []), ...drawn]);
}

function axes(
  x: string,
  y: string,
  alongX: readonly (readonly [number, string])[],
  alongY: readonly (readonly [number, string])[],
): string[] {
  return [
    `<path d="M${String(LEFT)} ${String(TOP)} V${String(HEIGHT - BOTTOM)} H${String(WIDTH - RIGHT)}" fill="none" stroke="#334155"/>`,
    ...alongX.map(([place, label]) => `<text class="value" x="${at(place)}" y="${String(HEIGHT - BOTTOM + 14)}">${label}</text>`),
    ...alongY.map(([place, label]) => `<text class="left" x="${String(LEFT - 5)}" y="${at(place + 4)}">${label}</text>`),
    `<text class="value" x="${String((LEFT + WIDTH) / 2)}" y="${String(HEIGHT - 6)}">${escaped(x)}</text>`,
    `<text class="value" transform="translate(12 ${String(HEIGHT / 2)}) rotate(-90)">${escaped(y)}</text>`,
  ];
}

function figure(title: string, names: readonly string[], parts: readonly string[]): string {
  const legend = names.map((name, i) => `<span style="color:${COLOURS[i % COLOURS.length] ?? '#000'}">■ ${escaped(name)}</span>`).join(' ');
  return `<figure><figcaption>${escaped(title)} ${legend}</figcaption><svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="${escaped(title)}">${parts.join('')}</svg></figure>`;
}

const at = (value: number): string => value.toFixed(1);
const short = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10));
