import type { JSX } from 'preact';
import { count } from '../../figures';
import type { JobBody } from '../facade/kinds';
import { Dialog } from '../frame/dialog';

export const StopDialog = ({ job, close, stop }: { job: JobBody; close(): void; stop(): void }): JSX.Element => (
  <Dialog title={`Stop ${job.id}?`} onClose={close} onSubmit={stop}>
    <p>
      It ends after the batch in hand and cannot be resumed. The {count(job.totals.emitted)} events that are written stay; another start
      begins a new run.
    </p>
    <div class="buttons">
      <button type="button" onClick={close}>
        Let it run
      </button>
      <button class="danger">Stop it</button>
    </div>
  </Dialog>
);
