/** The figures that people ask for first, with their units. */
import type { JSX } from 'preact';
import { bytes, count, span } from '../../figures';
import { describePace } from '../../jobs/load-text';
import { rates } from '../../jobs/rates';
import type { JobBody } from '../facade/kinds';
import { aboutRate } from '../frame/about-rate';

export function Figures({ job }: { job: JobBody }): JSX.Element {
  const { totals, lateness_ms: late, planned_events: planned } = job;
  const { actual, activeMs } = rates(job);
  const ms = (value: number): string => (totals.batches === 0 ? '–' : `${count(Math.ceil(value))} ms`);
  const odd = [
    totals.corrupted > 0 ? `${count(totals.corrupted)} corrupted` : '',
    totals.skipped > 0 ? `${count(totals.skipped)} skipped` : '',
    totals.rejected > 0 ? `${count(totals.rejected)} rejected` : '',
  ].filter((text) => text !== '');
  return (
    <dl class="figures">
      <Figure name="Events" value={count(totals.emitted)} more={planned === null ? 'until stopped' : `of ${count(planned)}`} />
      <Figure name="Mean rate" value={aboutRate(actual)} more={`wanted: ${describePace(job.pace)}`} />
      <Figure name="Late, p50" value={ms(late.p50)} more="half are sooner" />
      <Figure name="Late, p99" value={ms(late.p99)} more={`max ${ms(late.max)}`} />
      <Figure name="Written" value={bytes(totals.bytes)} more={`${count(totals.batches)} ${totals.batches === 1 ? 'batch' : 'batches'}`} />
      <Figure name="At work" value={span(activeMs)} more={job.paused_ms === 0 ? 'never paused' : `paused ${span(job.paused_ms)}`} />
      <Figure
        name="Behind"
        value={count(Math.max(0, totals.scheduled - totals.emitted - totals.skipped - totals.rejected))}
        more={odd.length === 0 ? 'no skips or rejects' : odd.join(', ')}
      />
    </dl>
  );
}

const Figure = ({ name, value, more }: { name: string; value: string; more: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>
      <b>{value}</b>
      <span>{more}</span>
    </dd>
  </div>
);
