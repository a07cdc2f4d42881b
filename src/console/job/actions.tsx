/** What an operator can do to a job. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { asRefusal, call, type Refusal } from '../facade/call';
import type { JobBody } from '../facade/kinds';
import { Problems } from '../frame/refused';
import { CleanDialog } from './clean-dialog';
import { PaceDialog } from './pace-dialog';
import { StopDialog } from './stop-dialog';

export interface ActionsProps {
  job: JobBody;
  /** The API changes the newest run alone. */
  newest: boolean;
  changed(job: JobBody): void;
}

type Asking = 'pace' | 'stop' | 'clean' | null;

export function Actions({ job, newest, changed }: ActionsProps): JSX.Element {
  const [asking, setAsking] = useState<Asking>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const path = `/jobs/${encodeURIComponent(job.id)}`;
  const act = async (action: 'pause' | 'resume' | 'stop' | 'clean'): Promise<void> => {
    setAsking(null);
    setBusy(true);
    try {
      changed(await call<JobBody>(`${path}/${action}`, { method: 'POST' }));
      setRefusal(null);
    } catch (failure) {
      setRefusal(asRefusal(failure));
    } finally {
      setBusy(false);
    }
  };
  const done = (now: JobBody): void => {
    setAsking(null);
    changed(now);
  };
  const { state } = job;
  const active = state === 'running' || state === 'paused';
  if (!newest) return <p class="actions quiet">An earlier run, or one of its own: open the job for what can be done to it.</p>;
  return (
    <div class="actions">
      {state === 'paused' ? (
        <button type="button" class="primary" disabled={busy} onClick={() => void act('resume')}>
          Resume
        </button>
      ) : (
        state === 'running' && (
          <button type="button" disabled={busy} onClick={() => void act('pause')}>
            Pause
          </button>
        )
      )}
      {active && (
        <button type="button" disabled={busy} onClick={() => setAsking('pace')}>
          Change pace …
        </button>
      )}
      {active && (
        <button type="button" disabled={busy} onClick={() => setAsking('stop')}>
          Stop …
        </button>
      )}
      {state !== 'running' && state !== 'stopping' && state !== 'cleaned' && (
        <button type="button" class="danger" disabled={busy} onClick={() => setAsking('clean')}>
          Clean …
        </button>
      )}
      <Problems refusal={refusal} />
      {asking === 'pace' && <PaceDialog job={job} close={() => setAsking(null)} done={done} />}
      {asking === 'stop' && <StopDialog job={job} close={() => setAsking(null)} stop={() => void act('stop')} />}
      {asking === 'clean' && <CleanDialog job={job} close={() => setAsking(null)} clean={() => void act('clean')} />}
    </div>
  );
}
