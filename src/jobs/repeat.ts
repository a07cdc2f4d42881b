/** A run as a specification that does it again: seed and start fixed, with all that operators and outages did to it, and where it was stopped. */
import { stringify } from 'yaml';
import type { Status } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { formatInstant } from '../spec/instants';
import { parseJobSpec, wireSpec, type JobSpec } from '../spec/job-spec';
import { missingSaid } from '../spec/missing';
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

const endedEarly = (status: Status): boolean => ended(status) && status.state !== 'completed';

/** Of a run that ended before its schedule did: up to the first batch that is not there, so that nothing is promised which the run does not hold. */
function stopsOf(status: Status): Timeline {
  if (!endedEarly(status)) return [];
  return status.plan.streams.map((_, stream) => {
    const nexts = status.parts.filter((part) => part.stream === stream).map(({ next }) => next);
    return { stream, from: Math.min(...nexts), cause: 'stop' as const };
  });
}

/** What the repetition of a run does not hold, as a sentence; null: it holds all of it. */
export function leftOut(status: Status): string | null {
  const { plan, timeline, parts } = status;
  const missing = endedEarly(status) ? missingSaid({ ...plan, seed: plan.seed ?? 0 }, timeline, parts) : null;
  return missing === null ? null : `${missing}; done again, each stream ends before the first of its own`;
}

/** With a word on what it is. */
export function specText(status: Status, spec: JobSpec): string {
  const { plan, state } = status;
  const without = leftOut(status);
  const head = [
    `# Run ${plan.run ?? ''} of job ${plan.job} (${state}), to do it again: the same bytes, as fast as its instants are past.`,
    `# Without \`timeline\` it is made as if nobody had touched it.`,
    ...(without === null ? [] : [`# But ${without}.`]),
  ];
  const { id, seed, ...rest } = wireSpec(spec);
  return `${head.join('\n')}\n${stringify({ id, seed, ...rest }, { lineWidth: 0, flowCollectionPadding: true })}`;
}
