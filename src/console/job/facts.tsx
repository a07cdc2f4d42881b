/** What the job is, and what it takes to find its data or to do it again. */
import type { JSX } from 'preact';
import { loadText } from '../../jobs/load-text';
import type { JobBody } from '../facade/kinds';
import { Instant } from '../frame/instant';

export function Facts({ job }: { job: JobBody }): JSX.Element {
  const { output, web_ui_url: webUi } = job;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">This run</h2>
      <dl class="facts">
        <Fact name="What">
          {job.scenario} → {job.sink}
        </Fact>
        <Fact name="Load">{loadText(job)}</Fact>
        <Fact name="Seed">{job.seed === null ? 'not fixed yet' : String(job.seed)}</Fact>
        <Fact name="Started">
          <Instant at={job.started_at} />
        </Fact>
        <Fact name={job.finished_at === null ? 'Ends' : 'Finished'}>
          <Instant at={job.finished_at ?? job.ends_at} none="when it is stopped" />
        </Fact>
        <Fact name="Data">
          <code>{output.path ?? output.topic ?? output.url ?? output.kind}</code>
        </Fact>
        <Fact name="Do it again">
          <code>./evergen run --like {job.id}</code>
        </Fact>
        <Fact name="Check it">
          <code>./evergen verify {job.id}</code>
        </Fact>
        {webUi !== null && /^https?:/.test(webUi) && (
          <Fact name="Temporal">
            <a href={webUi} target="_blank" rel="noreferrer">
              this run in the Temporal Web UI
            </a>
          </Fact>
        )}
      </dl>
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: JSX.Element | string | (JSX.Element | string)[] }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
