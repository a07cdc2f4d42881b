/** MB that a season of 20,000 holds after three days and after six, as JSON, in a process of its own: `node --expose-gc -r …/register-typescript.js season-memory.ts`. */
import { DAY_MS, Season } from '../../../src/scenarios/email/season';
import { IDENTITY } from './full-set';

const RECIPIENTS = 20_000;

function liveMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

/** @returns events of the day */
function pass(season: Season, day: number): number {
  const fromMs = season.startMs + day * DAY_MS;
  const steps = season.between(fromMs, fromMs + DAY_MS);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value.entries.length;
}

const before = liveMb();
const season = new Season(IDENTITY, RECIPIENTS);
const events: number[] = [];
const heldAfter = (days: readonly number[]): number => {
  for (const day of days) events.push(pass(season, day));
  return liveMb() - before;
};
process.stdout.write(JSON.stringify({ few: heldAfter([0, 1, 2]), many: heldAfter([3, 4, 5]), events }));
