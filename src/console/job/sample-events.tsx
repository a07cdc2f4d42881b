/** The first events of the run as its specification makes them: nothing is read from the sink. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { asRefusal, call, type Refusal } from '../facade/call';
import type { JobBody, Preview } from '../facade/kinds';
import { Problems } from '../frame/refused';
import { EventTable } from './event-table';
import { pathOf } from './timeline';

const SHOWN = 10;

export function SampleEvents({ job, run }: { job: JobBody; run: string | undefined }): JSX.Element {
  const [events, setEvents] = useState<Preview['events'] | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const show = async (): Promise<void> => {
    try {
      const spec = await call<string>(pathOf(job, 'spec', run));
      setEvents((await call<Preview>(`/preview?n=${String(SHOWN)}`, { method: 'POST', body: spec })).events);
      setRefusal(null);
    } catch (failure) {
      setRefusal(asRefusal(failure));
    }
  };
  return (
    <section aria-labelledby="events">
      <div class="over">
        <h2 id="events">Sample events</h2>
        <button type="button" onClick={() => void show()}>
          Show the first {String(SHOWN)}
        </button>
      </div>
      <Problems refusal={refusal} />
      {events === null ? (
        <p class="quiet">Made from the specification when asked for; what is in the sink is not read.</p>
      ) : (
        <EventTable events={events} label="events" />
      )}
    </section>
  );
}
