/** One run of a job: how it stands, as it moves. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JobBody, JobRow } from '../facade/kinds';
import { useLive } from '../facade/live';
import { usePolled } from '../facade/polled';
import { Progress } from '../frame/progress';
import { Refused } from '../frame/refused';
import { State } from '../frame/state';
import { jobLink } from '../route';
import { Actions } from './actions';
import { Charts } from './charts';
import { Expectations } from './expectations';
import { Facts } from './facts';
import { Figures } from './figures';
import { Ledger } from './ledger';
import { SampleEvents } from './sample-events';
import { SpecText } from './spec-text';
import { Timeline } from './timeline';

export function JobPage({ id, run }: { id: string; run: string | undefined }): JSX.Element {
  const [changes, setChanges] = useState(0);
  const { job, refusal, put } = useLive(id, run, changes);
  if (job === null) {
    return (
      <>
        <div class="head">
          <h1>{id}</h1>
        </div>
        {refusal === null ? <p class="quiet">Loading …</p> : <Refused refusal={refusal} />}
      </>
    );
  }
  const changed = (now: JobBody): void => {
    put(now);
    setChanges((n) => n + 1);
  };
  return (
    <>
      <div class="head">
        <h1>{id}</h1>
        <State state={job.state} />
        <Runs job={job} />
        <Actions job={job} newest={run === undefined} changed={changed} />
      </div>
      <p class="hidden" role="status">
        {`${id} is ${job.state}${job.state_reason === null ? '' : `: ${job.state_reason}`}`}
      </p>
      <Notes job={job} />
      <div class="headline">
        <Progress job={job} nowMs={Date.now()} />
      </div>
      <Figures job={job} />
      {job.finished_at === null && <Charts job={job} live={refusal === null && job.worker === 'here'} />}
      <Expectations job={job} />
      <Ledger job={job} />
      <div class="two">
        <Facts job={job} />
        <Timeline job={job} run={run} />
      </div>
      <SampleEvents job={job} run={run} />
      <SpecText job={job} run={run} />
    </>
  );
}

/** What somebody should know before he reads the figures. */
function Notes({ job }: { job: JobBody }): JSX.Element {
  return (
    <div class="notes" role="status">
      {job.worker === 'away' && (
        <p class="note">No worker answers: the figures are the last that were seen. The job goes on when one is there.</p>
      )}
      {job.last_error !== null && <p class="note">Being retried: {job.last_error}</p>}
      {job.state_reason !== null && <p class={job.state === 'failed' ? 'problem' : 'note'}>{job.state_reason}</p>}
    </div>
  );
}

function Runs({ job }: { job: JobBody }): JSX.Element | null {
  const { data } = usePolled<{ runs: JobRow[] }>(`/jobs/${encodeURIComponent(job.id)}/runs`, Infinity);
  const runs = data?.runs ?? [];
  if (runs.length < 2) return job.run === null ? null : <span class="run">run {job.run}</span>;
  return (
    <label class="run">
      run{' '}
      <select value={job.run ?? ''} onChange={(event) => (location.hash = jobLink(job.id, event.currentTarget.value))}>
        {runs.map(({ run, state }) => (
          <option key={run} value={run ?? ''}>
            {run ?? ''} ({state})
          </option>
        ))}
      </select>
    </label>
  );
}
