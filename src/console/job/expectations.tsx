/** The gates of the specification, and whether they are met. */
import type { JSX } from 'preact';
import type { JobBody } from '../facade/kinds';

export function Expectations({ job: { expect, finished_at } }: { job: JobBody }): JSX.Element | null {
  if (expect.length === 0) return null;
  return (
    <section aria-labelledby="expectations">
      <h2 id="expectations">Expectations</h2>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col" class="number">
              Value
            </th>
            <th scope="col">{finished_at === null ? 'So far' : 'Outcome'}</th>
          </tr>
        </thead>
        <tbody>
          {expect.map(({ rule, value, ok }) => (
            <tr key={rule}>
              <th scope="row">
                <code>{rule}</code>
              </th>
              <td class="number">{typeof value === 'string' ? value : JSON.stringify(value)}</td>
              <td class={ok ? 'met' : 'unmet'}>{ok ? '✓ met' : '✕ not met'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
