/** A run as a specification that does it again: seed and start fixed, with all that operators and outages did to it, and where it was stopped. */
import { stringify } from 'yaml';
import type { Status } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { formatInstant } from '../spec/instants';
import { parseJobSpec, wireSpec, type JobSpec } from '../spec/job-spec';
import type { Timeline } from '../spec/timeline';
import { ended } from './jobs';

/** The same bytes up to here, and, of a run that goes on, what it makes if nobody touches it again. Null: its start is not fixed yet. */
export function specToRepeat(status: Status): JobSpec | null {
  const { plan, startedAtMs, timeline } = status;
  if (plan.startUs === null || timeline.length === 0) return null;
  const { seed } = namePlan(plan, { startTime: new Date(startedAtMs) });
  const spec = parseJobSpec(plan.spec);
  return {
    ...spec,
    seed,
    load: { ...spec.load, start: formatInstant(plan.startUs / 1000) },
    timeline: [...timeline, ...stopsOf(status)],
  };
}

/** Of a run that ended before its schedule did. Shards may have come differently far: up to the last batch that any of them has made. */
function stopsOf(status: Status): Timeline {
  if (!ended(status) || status.state === 'completed') return [];
  return status.plan.streams.map((_, stream) => {
    const ends = status.parts
      .filter((part) => part.stream === stream && part.totals.batches > 0)
      .map(({ next }) => next - status.plan.shards + 1);
    return { stream, from: Math.max(0, ...ends), cause: 'stop' as const };
  });
}

/** With a word on what it is. */
export function specText({ plan, state }: Status, spec: JobSpec): string {
  const head = [
    `# Run ${plan.run ?? ''} of job ${plan.job} (${state}), to do it again: the same bytes, as fast as its instants are past.`,
    `# Without \`timeline\` it is made as if nobody had touched it.`,
  ];
  const { id, seed, ...rest } = wireSpec(spec);
  return `${head.join('\n')}\n${stringify({ id, seed, ...rest }, { lineWidth: 0, flowCollectionPadding: true })}`;
}
