/** Lines over time, by uPlot: it draws on a canvas, so the same figures stand beside it as text. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock } from '../frame/instant';
import type { Columns } from './series';

export interface Line {
  name: string;
  /** Custom property of the style sheet that holds its colour. */
  colour: string;
  dashed?: boolean;
}

export interface ChartProps {
  title: string;
  note: string;
  lines: readonly Line[];
  columns: Columns;
  /** A value as people read it, with its unit. */
  say(value: number): string;
  /** Least distance of the lines across: what `say` can tell apart. */
  finest: number;
}

const HEIGHT = 190;
const STEPS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();
/** Seconds that an empty chart is wide. */
const SPAN = 60;

export function Chart({ title, note, lines, columns, say, finest }: ChartProps): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const newest = useRef(columns);
  newest.current = columns;
  const [pointed, setPointed] = useState<number | null>(null);
  const dark = useDark();
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(element, lines, { say, finest }, setPointed), newest.current as uPlot.AlignedData, element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
    // Colours are read when it is made: another scheme needs another one.
  }, [dark]);
  useEffect(() => plot.current?.setData(columns as uPlot.AlignedData), [columns]);
  const shown = pointed ?? columns[0].length - 1;
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b> <span class="quiet">{note}</span>
        <span class="legend">
          {lines.map(({ name, colour }, i) => {
            const value = columns[i + 1]?.[shown];
            return (
              <span key={name}>
                <i data-colour={colour} /> {name} <b>{value === null || value === undefined ? '–' : say(value)}</b>
              </span>
            );
          })}
        </span>
      </figcaption>
      <div ref={holder} class="plot" aria-hidden="true" />
    </figure>
  );
}

function optionsOf(
  element: HTMLElement,
  lines: readonly Line[],
  { say, finest }: Pick<ChartProps, 'say' | 'finest'>,
  point: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const steps = STEPS.map((step) => step * finest);
  const axis = {
    stroke: colour('--quiet'),
    font: `11px ${style.fontFamily}`,
    ticks: { show: false },
    grid: { stroke: colour('--line'), width: 1 },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_plot, from, to) => [Math.min(from ?? 0, (to ?? 0) - SPAN), to ?? 1] },
      y: { range: (_plot, _from, to) => [0, Math.max(1, (to ?? 0) * 1.15)] },
    },
    axes: [
      { ...axis, values: (_plot, instants) => instants.map(clock), space: 80, size: 26 },
      { ...axis, values: (_plot, values) => values.map(say), size: 62, space: 36, incrs: steps },
    ],
    series: [
      {},
      ...lines.map(({ colour: name, dashed }) => ({
        stroke: colour(name),
        width: 1.75,
        points: { show: false },
        ...(dashed === true ? { dash: [5, 4] } : {}),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => point(cursor.idx ?? null)] },
  };
}

function useDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => setDark(scheme.matches);
    scheme.addEventListener('change', follow);
    return () => scheme.removeEventListener('change', follow);
  }, []);
  return dark;
}
