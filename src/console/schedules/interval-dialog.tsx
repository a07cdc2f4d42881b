/** How often a schedule runs: an interval or a cron expression, checked by the facade. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { asRefusal, call, type Refusal } from '../facade/call';
import type { ScheduleBody } from '../facade/kinds';
import { Labelled } from '../form/labelled';
import { Dialog } from '../frame/dialog';
import { Problems } from '../frame/refused';

export function IntervalDialog({ schedule, close, done }: { schedule: ScheduleBody; close(): void; done(): void }): JSX.Element {
  const [kind, setKind] = useState<'every' | 'cron'>(schedule.cron === undefined ? 'every' : 'cron');
  const [value, setValue] = useState(schedule.cron ?? schedule.every ?? '');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const change = async (): Promise<void> => {
    try {
      await call(`/schedules/${encodeURIComponent(schedule.id)}`, { method: 'PATCH', body: { [kind]: value } });
      done();
    } catch (failure) {
      setRefusal(asRefusal(failure));
    }
  };
  return (
    <Dialog title={`When ${schedule.id} runs`} onClose={close} onSubmit={() => void change()}>
      <div class="switch" role="group" aria-label="Kind">
        <button type="button" aria-pressed={kind === 'every'} onClick={() => setKind('every')}>
          Interval
        </button>
        <button type="button" aria-pressed={kind === 'cron'} onClick={() => setKind('cron')}>
          Cron
        </button>
      </div>
      <Labelled
        name={kind === 'every' ? 'Every' : 'Cron expression'}
        path={`/${kind}`}
        required
        hint={kind === 'every' ? 'PT30S, 30s, 5m; at least a second.' : `Five fields, in the time zone ${schedule.time_zone}: */5 * * * *`}
        problems={refusal?.problems ?? []}
        control={(control) => (
          <input
            {...control}
            value={value}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        )}
      />
      {refusal !== null && refusal.problems.length === 0 && <Problems refusal={refusal} />}
      <div class="buttons">
        <button type="button" onClick={close}>
          Leave it
        </button>
        <button class="primary">Change</button>
      </div>
    </Dialog>
  );
}
