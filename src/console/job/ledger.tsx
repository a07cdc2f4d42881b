/** The honest count, per stream and in all. */
import type { JSX } from 'preact';
import { bytes, count } from '../../figures';
import type { JobBody } from '../facade/kinds';
import { Instant } from '../frame/instant';

const COLUMNS = ['scheduled', 'emitted', 'valid', 'corrupted', 'skipped', 'rejected'] as const;
type Totals = JobBody['totals'];
type Lateness = JobBody['lateness_ms'];

export function Ledger({ job }: { job: JobBody }): JSX.Element {
  const streams = Object.entries(job.streams);
  return (
    <section aria-labelledby="ledger">
      <h2 id="ledger">Ledger</h2>
      <div class="wide" tabIndex={0} role="group" aria-labelledby="ledger">
        <table class="rows ledger">
          <thead>
            <tr>
              <th scope="col">Stream</th>
              {[...COLUMNS, 'written', 'late p50', 'p99', 'max'].map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
              <th scope="col" class="number">
                next batch
              </th>
              <th scope="col">last batch (UTC)</th>
            </tr>
          </thead>
          <tbody>
            {streams.map(([name, stream]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <Counts totals={stream} late={stream.lateness_ms} />
                <td class="number">{count(stream.next_batch)}</td>
                <td>
                  <Instant at={stream.last_batch_at} none="none yet" />
                </td>
              </tr>
            ))}
          </tbody>
          {streams.length > 1 && (
            <tfoot>
              <tr>
                <th scope="row">in all</th>
                <Counts totals={job.totals} late={job.lateness_ms} />
                <td />
                <td />
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </section>
  );
}

const Counts = ({ totals, late }: { totals: Totals; late: Lateness }): JSX.Element => (
  <>
    {COLUMNS.map((key) => (
      <td key={key} class="number">
        {count(totals[key])}
      </td>
    ))}
    <td class="number">{bytes(totals.bytes)}</td>
    {[late.p50, late.p99, late.max].map((ms, i) => (
      <td key={i} class="number">
        {totals.batches === 0 ? '–' : `${count(Math.ceil(ms))} ms`}
      </td>
    ))}
  </>
);
