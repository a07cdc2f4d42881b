/** Events with the address of each. */
import type { JSX } from 'preact';
import type { Preview } from '../facade/kinds';

/** @param label id of the heading that names them */
export const EventTable = ({ events, label }: { events: Preview['events']; label: string }): JSX.Element => (
  <div class="wide events" tabIndex={0} role="group" aria-labelledby={label}>
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Stream</th>
          <th scope="col" class="number">
            Batch
          </th>
          <th scope="col" class="number">
            i
          </th>
          <th scope="col">Due (UTC)</th>
          <th scope="col">Event</th>
        </tr>
      </thead>
      <tbody>
        {events.map(({ stream, batch, i, due, value }) => (
          <tr key={`${stream} ${String(batch)} ${String(i)}`}>
            <td>{stream}</td>
            <td class="number">{batch}</td>
            <td class="number">{i}</td>
            <td>{due.slice(11, 23)}</td>
            <td>
              <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
