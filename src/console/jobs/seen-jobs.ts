/**
 * The figures of the jobs whose rows are in view. A list of runs has none (Temporal's visibility knows states only), and asking for all of
 * two hundred would cost the workers a look each: only what is seen is asked for, a few at a time, and what has ended only once.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../facade/call';
import type { JobBody, JobRow } from '../facade/kinds';
import { isActive } from '../frame/state';

const EVERY_MS = 2000;
const AT_A_TIME = 4;

export interface Seen {
  job: JobBody;
  /** Events a second since the look before; null: there was none. */
  rate: number | null;
  atMs: number;
}

export const keyOf = ({ id, run }: Pick<JobRow, 'id' | 'run'>): string => `${id} ${run ?? ''}`;

export function useSeenJobs(rows: readonly JobRow[]): {
  seen: ReadonlyMap<string, Seen>;
  watch(element: HTMLElement | null, key: string): void;
} {
  const [seen, setSeen] = useState<ReadonlyMap<string, Seen>>(new Map());
  const inView = useRef(new Set<string>());
  const known = useRef(new Map<string, Seen>());
  const newest = useRef(rows);
  newest.current = rows;
  const observer = useRef<IntersectionObserver | undefined>(undefined);
  observer.current ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const key = (target as HTMLElement).dataset['key'] ?? '';
      if (isIntersecting) inView.current.add(key);
      else inView.current.delete(key);
    }
  });
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const wanted = (): JobRow[] =>
      newest.current.filter((row) => inView.current.has(keyOf(row)) && isDue(row, known.current.get(keyOf(row))));
    const look = async (row: JobRow): Promise<void> => {
      const run = row.run === null ? '' : `?run=${row.run}`;
      const job = await call<JobBody>(`/jobs/${encodeURIComponent(row.id)}${run}`, { signal }).catch(() => null);
      if (job !== null) known.current.set(keyOf(row), seenNow(job, known.current.get(keyOf(row)), Date.now()));
    };
    const round = async (): Promise<void> => {
      const queue = document.hidden ? [] : wanted();
      const lane = async (): Promise<void> => {
        for (let row = queue.shift(); row !== undefined && !signal.aborted; row = queue.shift()) await look(row);
      };
      if (queue.length === 0) return;
      await Promise.all(Array.from({ length: AT_A_TIME }, lane));
      if (!signal.aborted) setSeen(new Map(known.current));
    };
    let timer: ReturnType<typeof setTimeout>;
    const loop = async (): Promise<void> => {
      await round();
      if (!signal.aborted) timer = setTimeout(() => void loop(), inView.current.size === 0 ? 100 : Math.min(EVERY_MS, 500));
    };
    void loop();
    return () => {
      leaving.abort();
      clearTimeout(timer);
      observer.current?.disconnect();
    };
  }, []);
  return {
    seen,
    watch(element, key) {
      if (element === null || element.dataset['key'] === key) return;
      element.dataset['key'] = key;
      observer.current?.observe(element);
    },
  };
}

/** What has ended is looked at once, and once more when it was cleaned. */
const isDue = (row: JobRow, seen: Seen | undefined): boolean =>
  seen === undefined ||
  (isActive(row.state) && Date.now() - seen.atMs >= EVERY_MS) ||
  (!isActive(row.state) && seen.job.state !== row.state);

function seenNow(job: JobBody, before: Seen | undefined, atMs: number): Seen {
  const events = before === undefined ? null : job.totals.emitted - before.job.totals.emitted;
  const rate = before === undefined || events === null ? null : (events * 1000) / Math.max(1, atMs - before.atMs);
  return { job, rate: before !== undefined && atMs - before.atMs > 5 * EVERY_MS ? null : rate, atMs };
}
