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

/** MB that a season holds after these days: what is free when it is let go of, since what other tests have left behind may go at any time before. */
function heldAfter(days: readonly number[]): number {
  const seasons = [new Season(IDENTITY, RECIPIENTS)];
  // In a function of its own: a variable here would hold it beyond its end.
  seasons.forEach((season) => {
    for (const day of days) expect(pass(season, day)).toBeGreaterThan(1000);
  });
  const held = liveBytes();
  seasons.length = 0;
  return (held - liveBytes()) / 1e6;
}

test('20,000 lives and the days that are kept of them take less than 45 MB, and no more after many days than after a few', () => {
  const few = heldAfter([0, 1, 2]);
  const many = heldAfter([0, 1, 2, 3, 4, 5]);

  process.stderr.write(`${few.toFixed(1)} MB after 3 days, ${many.toFixed(1)} MB after 6\n`);
  for (const held of [few, many]) {
    expect(held).toBeGreaterThan(5);
    expect(held).toBeLessThan(45);
  }
});
