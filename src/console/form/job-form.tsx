/** The form itself: as fields or as text, with a look at the events before anything is started. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asRefusal, call, type Refusal } from '../facade/call';
import type { JobBody, Preview } from '../facade/kinds';
import { EventTable } from '../job/event-table';
import { jobLink } from '../route';
import { PluginField, type Plugin } from './plugin-field';
import { ProblemSummary } from './problem-summary';
import { isRecord, pruned, type Schema } from './schema';
import { Fields, SchemaField } from './schema-field';

interface JobFormProps {
  begin: Record<string, unknown>;
  schema: Schema;
  scenarios: readonly Plugin[];
  sinks: readonly Plugin[];
}

/** Shown by name, or not at all: a timeline comes from a run. */
const ELSEWHERE = ['id', 'scenario', 'load', 'sink', 'timeline'];
const SHOWN = 5;

export function JobForm({ begin, schema, scenarios, sinks }: JobFormProps): JSX.Element {
  const [spec, setSpec] = useState(begin);
  const [text, setText] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [events, setEvents] = useState<Preview['events'] | null>(null);
  const [busy, setBusy] = useState(false);
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => summary.current?.focus(), [refusal]);
  const problems = refusal?.problems ?? [];
  const at = (key: string) => ({ value: spec[key], problems, change: (value: unknown) => setSpec({ ...spec, [key]: value }) });
  const attempt = async (act: (body: unknown) => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await act(text ?? pruned(spec) ?? {});
      setRefusal(null);
    } catch (failure) {
      setRefusal(asRefusal(failure));
    } finally {
      setBusy(false);
    }
  };
  const start = (body: unknown): Promise<void> =>
    call<JobBody>('/jobs', { method: 'POST', body }).then(({ id }) => {
      location.hash = jobLink(id);
    });
  const preview = (body: unknown): Promise<void> =>
    call<Preview>(`/preview?n=${String(SHOWN)}`, { method: 'POST', body }).then((seen) => setEvents(seen.events));
  return (
    <form
      class="job-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(start);
      }}
    >
      {refusal !== null && <ProblemSummary ref={summary} refusal={refusal} asText={text !== null} />}
      <div class="switch" role="group" aria-label="How to write it">
        <button type="button" aria-pressed={text === null} onClick={() => setText(null)}>
          As a form
        </button>
        <button type="button" aria-pressed={text !== null} onClick={() => setText(text ?? JSON.stringify(pruned(spec), null, 2))}>
          As text
        </button>
      </div>
      {text === null ? (
        <div class="columns">
          <div>
            <SchemaField schema={schema.properties?.['id'] ?? {}} name="Job id" path="/id" {...at('id')} />
            <PluginField name="Scenario" path="/scenario" plugins={scenarios} {...at('scenario')} />
            <PluginField name="Sink" path="/sink" plugins={sinks} {...at('sink')} />
          </div>
          <div>
            <SchemaField schema={schema.properties?.['load'] ?? {}} name="Load" path="/load" {...at('load')} />
            <details open={problems.some(({ path }) => !/^\/(id|scenario|sink|load)(\/|$)/.test(path))}>
              <summary>Seed, shards, corrupted events, expectations</summary>
              <Fields
                schema={schema}
                path=""
                value={spec}
                problems={problems}
                without={ELSEWHERE}
                change={(value) => isRecord(value) && setSpec(value)}
              />
            </details>
          </div>
        </div>
      ) : (
        <label class="field">
          <span>Specification, YAML or JSON</span>
          <textarea rows={22} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      )}
      <div class="buttons">
        <button type="button" disabled={busy} onClick={() => void attempt(preview)}>
          Preview events
        </button>
        <button class="primary" disabled={busy}>
          Start
        </button>
      </div>
      {events !== null && (
        <section aria-labelledby="preview">
          <h2 id="preview">Its first events</h2>
          <EventTable events={events} label="preview" />
        </section>
      )}
    </form>
  );
}
