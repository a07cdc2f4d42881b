/** A pace as the specification writes it ⇄ the numbers that the schedule counts with; and a pace on its own, for a job that runs. */
import type { Plan } from '../../workflows/messages';
import type { Pace } from '../../workflows/schedule';
import { formatDuration } from './durations';
import { check, refusal } from './failures';
import { microseconds, pace, type Load } from './pace';

type WrittenPace = NonNullable<Load['pace']>;

/** The pace of stream number `index` of `of`. @param written of a valid specification without a cadence of the scenario's own */
export function paceOf(written: Load['pace'], of: number, index: number): Pace {
  if (written === undefined) throw new Error('a load without a pace, of a scenario without a cadence');
  if ('rate' in written) return { kind: 'rate', rate: written.rate, of, index };
  if ('stages' in written) {
    const stages = written.stages.map(({ rate, for: time }) => ({
      ...(typeof rate === 'number' ? { from: rate, to: rate } : rate),
      forUs: microseconds(time),
    }));
    return { kind: 'stages', stages, repeat: written.repeat, of, index };
  }
  if ('unpaced' in written) {
    return { kind: 'unpaced', batchSize: written.unpaced.batch_size, stepUs: microseconds(written.unpaced.step) };
  }
  const size = written.batch_size;
  const { min, max } = typeof size === 'number' ? { min: size, max: size } : size;
  return { kind: 'every', everyUs: microseconds(written.every), min, max };
}

/** The pace as a specification writes it: `paceOf` of it is the same again. */
export function writtenPace(numbers: Pace): WrittenPace {
  switch (numbers.kind) {
    case 'rate':
      return { rate: numbers.rate };
    case 'stages': {
      const stages = numbers.stages.map(({ from, to, forUs }) => ({ rate: from === to ? from : { from, to }, for: formatDuration(forUs) }));
      return { stages, repeat: numbers.repeat };
    }
    case 'unpaced':
      return { unpaced: { batch_size: numbers.batchSize, step: formatDuration(numbers.stepUs) } };
    case 'every': {
      const { everyUs, min, max } = numbers;
      return { every: formatDuration(everyUs), batch_size: min === max ? min : { min, max } };
    }
  }
}

/**
 * A pace for a job that runs.
 * @param input a pace object: `{"rate": 20}`
 * @returns one pace a stream of the plan
 * @throws UserError with every problem at its path; a job without instants cannot get any, nor lose them, and a cadence of the scenario's own stays
 */
export function parsePace(input: unknown, { streams, scenario }: Pick<Plan, 'streams' | 'scenario'>): Pace[] {
  if (streams.some(({ ownPace }) => ownPace)) {
    throw refusal('the pace', [{ path: '', message: `cannot be changed: ${scenario} has a cadence of its own` }]);
  }
  if (streams.some(({ pace }) => pace.kind === 'unpaced')) {
    throw refusal('the pace', [{ path: '', message: 'cannot be changed: the job is unpaced, it goes as fast as the sink commits' }]);
  }
  const written = check(pace, input, 'the pace');
  if ('unpaced' in written) {
    throw refusal('the pace', [
      { path: '/unpaced', message: 'is nothing that a job can change to; allowed: rate, every with batch_size, stages' },
    ]);
  }
  return streams.map((_, index) => paceOf(written, streams.length, index));
}
