/** The job as it moves, from the moment on that the page was opened: nobody keeps what was before. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count, span } from '../../figures';
import { parseDuration } from '../../spec/durations';
import type { JobBody } from '../facade/kinds';
import { aboutRate } from '../frame/about-rate';
import { isReady } from '../facade/ready';
import { Chart, type Line } from './chart';
import { commitColumns, known, latenessColumns, rateColumns, type Sample, sampleOf, windowFor, withSample } from './series';

const RATE: readonly Line[] = [
  { name: 'target', colour: '--target', dashed: true },
  { name: 'actual', colour: '--actual' },
];
const LATENESS: readonly Line[] = [
  { name: 'p50', colour: '--p50' },
  { name: 'p99', colour: '--p99' },
];
const COMMIT: readonly Line[] = [{ name: 'last', colour: '--actual' }];
/** A job that stands still says nothing; its line goes on all the same, but not while nobody could say anything. */
const STILL_MS = 1000;

const milliseconds = (ms: number): string => `${count(Math.ceil(ms))} ms`;

/** @param live false: the figures are not new, so nothing is drawn on */
export function Charts({ job, live }: { job: JobBody; live: boolean }): JSX.Element {
  const samples = useSamples(job, live);
  const window = windowFor(everyMs(job));
  const rates = useMemo(() => rateColumns(samples, window), [samples, window]);
  const lateness = useMemo(() => latenessColumns(samples), [samples]);
  const commits = useMemo(() => commitColumns(samples), [samples]);
  return (
    <section class="charts" aria-label="Charts">
      <Chart title="Events per second" note={`over ${span(window * 1000)}`} lines={RATE} columns={rates} say={aboutRate} finest={0.1} />
      <Chart title="Lateness" note="of all batches so far" lines={LATENESS} columns={lateness} say={milliseconds} finest={1} />
      <Chart title="Commit time" note="of the last commit" lines={COMMIT} columns={commits} say={milliseconds} finest={1} />
    </section>
  );
}

function useSamples(job: JobBody, live: boolean): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const moves = live && job.finished_at === null;
  const newest = useRef(job);
  newest.current = job;
  useEffect(() => {
    if (live) setSamples((before) => withSample(before, sampleOf(job, Date.now())));
  }, [job]);
  useEffect(() => {
    if (!moves) return;
    const timer = setInterval(() => {
      const now = Date.now();
      setSamples((before) => {
        if (!isReady()) return known(before);
        const still = now - (before.at(-1)?.at ?? 0) * 1000 >= STILL_MS;
        return still ? withSample(before, { ...sampleOf(newest.current, now), carried: true }) : before;
      });
    }, STILL_MS);
    return () => clearInterval(timer);
  }, [moves]);
  return samples;
}

function everyMs({ pace }: JobBody): number | undefined {
  const us = typeof pace['every'] === 'string' ? parseDuration(pace['every']) : undefined;
  return us === undefined ? undefined : us / 1000;
}
