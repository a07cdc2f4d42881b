/** Jobs that begin again and again. */
import type { JSX } from 'preact';
import type { ScheduleBody } from '../facade/kinds';
import { usePolled } from '../facade/polled';
import { Refused } from '../frame/refused';
import { ScheduleRow } from './schedule-row';

const EVERY_MS = 3000;

export function SchedulesPage(): JSX.Element {
  const { data, refusal, refresh } = usePolled<{ schedules: ScheduleBody[] }>('/schedules', EVERY_MS);
  return (
    <>
      <div class="head">
        <h1>Schedules</h1>
      </div>
      {data === null ? (
        refusal === null ? (
          <p class="quiet">Loading …</p>
        ) : (
          <Refused refusal={refusal} />
        )
      ) : data.schedules.length === 0 ? (
        <p class="empty">None yet.</p>
      ) : (
        <table class="rows schedules">
          <thead>
            <tr>
              <th scope="col">Schedule</th>
              <th scope="col">State</th>
              <th scope="col">From, to</th>
              <th scope="col">When</th>
              <th scope="col">Next run (UTC)</th>
              <th scope="col">Last run</th>
              <th scope="col">
                <span class="hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.schedules.map((schedule) => (
              <ScheduleRow key={schedule.id} schedule={schedule} changed={refresh} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
