/** What a season of many holds between two batches: the live heap, which depends on no clock and on nothing that runs beside. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DAY_MS, Season } from '../../../src/scenarios/email/season';
import { IDENTITY } from './full-set';

const RECIPIENTS = 20_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function pass(season: Season, day: number): number {
  const fromMs = season.startMs + day * DAY_MS;
  const steps = season.between(fromMs, fromMs + DAY_MS);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value.entries.length;
}

test('20,000 lives and the days that are kept of them take less than 45 MB, and no more after many days than after a few', () => {
  const before = liveBytes();
  const season = new Season(IDENTITY, RECIPIENTS);
  const taken = (days: readonly number[]) => {
    for (const day of days) expect(pass(season, day)).toBeGreaterThan(1000);
    return (liveBytes() - before) / 1e6;
  };

  const few = taken([0, 1, 2]);
  const many = taken([3, 4, 5]);

  process.stderr.write(`${few.toFixed(1)} MB after 3 days, ${many.toFixed(1)} MB after 6\n`);
  expect(few).toBeLessThan(45);
  expect(many).toBeLessThan(45);
});
