/** A table of runs: what each is, and how it stands. On a narrow screen each row becomes a card. */
import type { JSX } from 'preact';
import { count, rate } from '../../figures';
import { rates } from '../../jobs/rates';
import type { JobRow } from '../facade/kinds';
import { aboutRate } from '../frame/about-rate';
import { Instant } from '../frame/instant';
import { Progress } from '../frame/progress';
import { isActive, State } from '../frame/state';
import { jobLink } from '../route';
import { keyOf, type Seen, useSeenJobs } from './seen-jobs';

export function JobRows({ rows }: { rows: readonly JobRow[] }): JSX.Element {
  const { seen, watch } = useSeenJobs(rows);
  return (
    <table class="rows jobs">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">State</th>
          <th scope="col">From, to</th>
          <th scope="col" class="number">
            Rate
          </th>
          <th scope="col" class="number">
            Late (p99)
          </th>
          <th scope="col">Progress</th>
          <th scope="col">Started (UTC)</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} ref={(element) => watch(element, keyOf(row))}>
            <th scope="row">
              <a href={jobLink(row.id, isActive(row.state) ? null : row.run)}>{row.id}</a>
            </th>
            <td>
              <State state={seen.get(keyOf(row))?.job.state ?? row.state} />
            </td>
            <td class="route">
              {row.scenario} <span aria-hidden="true">→</span> {row.sink}
            </td>
            <Figures seen={seen.get(keyOf(row))} />
            <td data-name="Started">
              <Instant at={row.started_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figures({ seen }: { seen: Seen | undefined }): JSX.Element {
  if (seen === undefined) {
    return (
      <>
        <td class="number" />
        <td class="number" />
        <td />
      </>
    );
  }
  const { job } = seen;
  const { target, actual } = rates(job);
  const now = job.state === 'running' ? (seen.rate ?? actual) : job.state === 'paused' ? 0 : actual;
  return (
    <>
      <td class="number" data-name="Rate">
        {aboutRate(now)}
        {target !== null && isActive(job.state) && <span class="of"> of {rate(target)}</span>}
      </td>
      <td class="number" data-name="p99">
        {job.totals.batches === 0 ? '' : `${count(Math.ceil(job.lateness_ms.p99))} ms`}
      </td>
      <td>
        <Progress job={job} nowMs={seen.atMs} />
      </td>
    </>
  );
}
