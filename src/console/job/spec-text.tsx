/** The specification that makes the same bytes again, as it would be written to a file. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { JobBody } from '../facade/kinds';
import { usePolled } from '../facade/polled';
import { pathOf } from './timeline';

export function SpecText({ job, run }: { job: JobBody; run: string | undefined }): JSX.Element {
  const { data, refusal, refresh } = usePolled<string>(pathOf(job, 'spec', run), Infinity);
  useEffect(refresh, [job.start, job.timeline.length, job.state]);
  return (
    <section aria-labelledby="spec">
      <div class="over">
        <h2 id="spec">Specification</h2>
        <a href={`#/new?like=${encodeURIComponent(job.id)}`}>Start another one like it</a>
      </div>
      {data === null ? (
        <p class="quiet">{refusal === null ? 'Loading …' : refusal.message}</p>
      ) : (
        <pre tabIndex={0} role="group" aria-labelledby="spec">
          {data}
        </pre>
      )}
    </section>
  );
}
