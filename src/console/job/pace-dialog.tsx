/** Another pace from the next batch on: a form of the schema that the facade checks it by. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { describePace } from '../../jobs/load-text';
import { asRefusal, call, type Refusal } from '../facade/call';
import type { JobBody } from '../facade/kinds';
import { usePolled } from '../facade/polled';
import { SchemaField } from '../form/schema-field';
import { bodySchema, pruned, type OpenApi } from '../form/schema';
import { Dialog } from '../frame/dialog';
import { Problems } from '../frame/refused';

export function PaceDialog({ job, close, done }: { job: JobBody; close(): void; done(job: JobBody): void }): JSX.Element {
  const { data: document } = usePolled<OpenApi>('/openapi.json', Infinity);
  const schema = document === null ? undefined : bodySchema(document, '/jobs/{id}/pace', 'patch');
  const [pace, setPace] = useState<unknown>('streams' in job.pace ? {} : job.pace);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const change = async (): Promise<void> => {
    try {
      done(await call<JobBody>(`/jobs/${encodeURIComponent(job.id)}/pace`, { method: 'PATCH', body: pruned(pace) ?? {} }));
    } catch (failure) {
      setRefusal(asRefusal(failure));
    }
  };
  return (
    <Dialog title={`Pace of ${job.id}`} onClose={close} onSubmit={() => void change()}>
      <p>Now: {describePace(job.pace)}. A change is in force from the next batch on; what is written stays as it is.</p>
      {schema !== undefined && (
        <SchemaField schema={schema} name="Pace" path="" required value={pace} problems={refusal?.problems ?? []} change={setPace} />
      )}
      {refusal !== null && refusal.problems.length === 0 && <Problems refusal={refusal} />}
      <div class="buttons">
        <button type="button" onClick={close}>
          Leave it
        </button>
        <button class="primary">Change pace</button>
      </div>
    </Dialog>
  );
}
