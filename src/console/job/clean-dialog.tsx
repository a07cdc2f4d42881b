import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { bytes, count } from '../../figures';
import type { JobBody } from '../facade/kinds';
import { Dialog } from '../frame/dialog';

/** Data is deleted only by somebody who has typed whose. */
export function CleanDialog({ job, close, clean }: { job: JobBody; close(): void; clean(): void }): JSX.Element {
  const [typed, setTyped] = useState('');
  const right = typed === job.id;
  return (
    <Dialog title={`Delete the data of ${job.id}?`} onClose={close} onSubmit={() => right && clean()}>
      <p>
        {count(job.totals.emitted)} events, {bytes(job.totals.bytes)}, are deleted for good
        {job.state === 'paused' ? ', and the job ends' : ''}. Of a Kafka topic or an HTTP receiver nothing is deleted.
      </p>
      <label class="field">
        <span>
          Type <code>{job.id}</code> to go on
        </span>
        <input value={typed} autocomplete="off" spellcheck={false} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <div class="buttons">
        <button type="button" onClick={close}>
          Keep it
        </button>
        <button class="danger" disabled={!right}>
          Delete the data
        </button>
      </div>
    </Dialog>
  );
}
