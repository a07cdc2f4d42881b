/** What operators and outages did to the run. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { JobBody, TimelineEntry } from '../facade/kinds';
import { usePolled } from '../facade/polled';
import { Instant } from '../frame/instant';

export const pathOf = (job: JobBody, part: string, run: string | undefined): string =>
  `/jobs/${encodeURIComponent(job.id)}/${part}${run === undefined ? '' : `?run=${run}`}`;

export function Timeline({ job, run }: { job: JobBody; run: string | undefined }): JSX.Element {
  const { data, refresh } = usePolled<{ entries: TimelineEntry[] }>(pathOf(job, 'timeline', run), Infinity);
  useEffect(refresh, [job.state, job.settling, job.timeline.length, job.worker]);
  const entries = data?.entries ?? [];
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {entries.length === 0 ? (
        <p class="quiet">Nothing yet.</p>
      ) : (
        <ol class="timeline">
          {entries.map(({ at, action, by, batches, detail }, i) => (
            <li key={i}>
              <Instant at={at} />
              <b>{action}</b>
              <span>{[detail, by === null ? '' : `by ${by}`, fromText(batches)].filter((text) => text !== '').join(' · ')}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const fromText = (batches: TimelineEntry['batches']): string => {
  const each = Object.entries(batches).map(([stream, batch]) => `${stream} ${String(batch)}`);
  return each.length === 0 ? '' : `from batch ${each.join(', ')}`;
};
