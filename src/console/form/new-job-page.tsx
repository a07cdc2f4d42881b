/** Start a job: a form made of the schemas that the facade serves, or the specification as text. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../facade/call';
import type { JobBody } from '../facade/kinds';
import { usePolled } from '../facade/polled';
import { Refused } from '../frame/refused';
import { JobForm } from './job-form';
import type { Plugin } from './plugin-field';
import { bodySchema, type OpenApi, without } from './schema';

/** A job that is over in a minute and leaves something to look at. */
const FIRST = { scenario: { name: 'crisis' }, load: { pace: { rate: 10 }, for: '1m' }, sink: { name: 'disk' } };

/** @param like a job whose specification the form begins with */
export function NewJobPage({ like }: { like: string | undefined }): JSX.Element {
  const scenarios = usePolled<{ scenarios: Plugin[] }>('/scenarios', Infinity);
  const sinks = usePolled<{ sinks: Plugin[] }>('/sinks', Infinity);
  const document = usePolled<OpenApi>('/openapi.json', Infinity);
  const begin = useBegin(like);
  const refusal = scenarios.refusal ?? sinks.refusal ?? document.refusal;
  const schema = document.data === null ? undefined : bodySchema(document.data, '/jobs', 'post');
  const ready = begin !== null && scenarios.data !== null && sinks.data !== null && schema !== undefined;
  return (
    <>
      <div class="head">
        <h1>New job</h1>
      </div>
      {ready ? (
        <JobForm begin={begin} schema={schema} scenarios={scenarios.data?.scenarios ?? []} sinks={sinks.data?.sinks ?? []} />
      ) : refusal === null ? (
        <p class="quiet">Loading …</p>
      ) : (
        <Refused refusal={refusal} />
      )}
    </>
  );
}

/** The specification to begin with; null while it is looked up. A job that cannot be read is no reason not to start another one. */
function useBegin(like: string | undefined): Record<string, unknown> | null {
  const [begin, setBegin] = useState<Record<string, unknown> | null>(like === undefined ? FIRST : null);
  useEffect(() => {
    if (like === undefined) return;
    call<JobBody>(`/jobs/${encodeURIComponent(like)}`).then(
      ({ spec }) => setBegin(without(spec, 'id', 'timeline')),
      () => setBegin(FIRST),
    );
  }, [like]);
  return begin;
}
