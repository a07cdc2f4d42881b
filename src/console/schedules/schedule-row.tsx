import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { asRefusal, call, type Refusal } from '../facade/call';
import type { ScheduleBody } from '../facade/kinds';
import { Instant } from '../frame/instant';
import { Problems } from '../frame/refused';
import { jobLink } from '../route';
import { IntervalDialog } from './interval-dialog';

const whenText = ({ every, cron, time_zone }: ScheduleBody): string =>
  every !== undefined ? `every ${every}` : `cron ${cron ?? ''} (${time_zone})`;

export function ScheduleRow({ schedule, changed }: { schedule: ScheduleBody; changed(): void }): JSX.Element {
  const { id, enabled, running, scenario, sink, last_run: last } = schedule;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const path = `/schedules/${encodeURIComponent(id)}`;
  const act = async (what: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await what();
      setRefusal(null);
    } catch (failure) {
      setRefusal(asRefusal(failure));
    } finally {
      setBusy(false);
      changed();
    }
  };
  const change = (body: object): Promise<void> => act(() => call(path, { method: 'PATCH', body }));
  return (
    <tr>
      <th scope="row">{id}</th>
      <td>
        <span class="state" data-state={enabled ? 'running' : 'off'}>
          <span class="mark" aria-hidden="true">
            {enabled ? '▶' : '‖'}
          </span>
          {enabled ? 'enabled' : 'disabled'}
        </span>
        {running && <span class="quiet"> · a run goes on</span>}
      </td>
      <td class="route">
        {scenario} <span aria-hidden="true">→</span> {sink}
      </td>
      <td data-name="When">{whenText(schedule)}</td>
      <td data-name="Next">
        <Instant at={schedule.next_run_at} none="–" />
      </td>
      <td data-name="Last">
        {last === null ? (
          <span class="quiet">none yet</span>
        ) : (
          <a href={jobLink(last.job_id)}>
            <Instant at={last.at} />
          </a>
        )}
      </td>
      <td class="actions">
        <button
          type="button"
          disabled={busy}
          aria-label={`${enabled ? 'Disable' : 'Enable'} ${id}`}
          onClick={() => void change({ enabled: !enabled })}
        >
          {enabled ? 'Disable' : 'Enable'}
        </button>
        <button
          type="button"
          disabled={busy}
          aria-label={`Trigger ${id}`}
          onClick={() => void act(() => call(`${path}/trigger`, { method: 'POST' }))}
        >
          Trigger
        </button>
        <button type="button" disabled={busy} aria-label={`Change when ${id} runs`} onClick={() => setAsking(true)}>
          Change …
        </button>
        <Problems refusal={refusal} />
        {asking && (
          <IntervalDialog
            schedule={schedule}
            close={() => setAsking(false)}
            done={() => {
              setAsking(false);
              changed();
            }}
          />
        )}
      </td>
    </tr>
  );
}
