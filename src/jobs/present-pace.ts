/** The pace that a job has now, as its users write it. */
import type { Status } from '../../workflows/messages';
import { writtenPace } from '../spec/pace-numbers';

/** The specification's own until an operator's is in force; of a cadence of the scenario's own the pace of each stream, by name. */
export function presentPace({ plan, timeline }: Pick<Status, 'plan' | 'timeline'>): Record<string, unknown> {
  const changed = timeline.findLast(({ cause }) => cause === 'pace');
  if (changed !== undefined) return { ...writtenPace(changed.pace) };
  if (plan.streams.some(({ ownPace }) => ownPace)) {
    return { streams: Object.fromEntries(plan.streams.map(({ name, pace }) => [name, writtenPace(pace)])) };
  }
  const { load } = plan.spec as { load?: { pace?: Record<string, unknown> } };
  return load?.pace ?? {};
}
