import { instantsOf } from '../../../src/cli/soak/instants';
import { planSoak, type Wishes } from '../../../src/cli/soak/plan';
import { parseJobSpec } from '../../../src/spec/job-spec';

const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', seed: 1, load: { pace: { rate: 50 }, for: 'PT10M' } });
const WISHES: Wishes = {
  seed: 7,
  forMs: 600_000,
  kills: 40,
  freezes: 12,
  actions: 12,
  zombies: 9,
  what: ['worker', 'temporal', 'facade'],
  workers: 2,
};
const plan = (more: Partial<Wishes> = {}) => planSoak(spec, '1.0.0', { ...WISHES, ...more });

test('the same seed draws the same plan, another one another: what failed can be done again', () => {
  expect(plan()).toEqual(plan());
  expect(plan({ seed: 8 }).steps).not.toEqual(plan().steps);
});

test('every kind that was named gets its kills, workers the most, and nothing happens before the job has begun or after its end', () => {
  const { steps } = plan();
  const kills = steps.flatMap((step) => (step.kind === 'kill' ? [step] : []));
  const of = (victim: string) => kills.filter((kill) => kill.victim === victim).length;

  expect([of('worker'), of('temporal'), of('facade'), of('broker')]).toEqual([20, 10, 10, 0]);
  expect(new Set(kills.map(({ part }) => part))).toEqual(new Set(['worker-1', 'worker-2', 'temporal', 'facade']));
  expect(steps.filter(({ kind }) => kind === 'freeze')).toHaveLength(12);
  expect(steps.filter(({ kind }) => kind === 'pause' || kind === 'pace')).toHaveLength(12);
  expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((a, b) => a - b));
  expect(steps.every(({ atMs }) => atMs >= 2000 && atMs < 600_000)).toBe(true);
});

test('zombies are spread evenly, of each sort, between the commits of two parts only where there are two', () => {
  const zombiesOf = ({ steps }: ReturnType<typeof plan>) => steps.flatMap((step) => (step.kind === 'zombie' ? [step] : []));
  const fleet = parseJobSpec({ scenario: 'fleet', sink: 'disk', load: { for: 'PT10M' } });

  const [one, several] = [zombiesOf(plan()), zombiesOf(planSoak(fleet, '1.0.0', WISHES))];

  expect(one.map(({ where }) => where)).toEqual([
    'commit',
    'opening',
    'anywhere',
    'commit',
    'opening',
    'anywhere',
    'commit',
    'opening',
    'anywhere',
  ]);
  expect(several.filter(({ where }) => where === 'between')).toHaveLength(5);
  one.forEach(({ atMs }, i) => expect(Math.floor((atMs * 9) / 600_000)).toBe(i));
  // Nobody stops what was not named.
  expect(one.every(({ cutOffMs }) => cutOffMs > 0)).toBe(true);
  expect(zombiesOf(plan({ what: ['worker'] })).every(({ cutOffMs }) => cutOffMs === 0)).toBe(true);
});

test('a scenario with a cadence of its own is paused, never given another pace', () => {
  const fleet = parseJobSpec({ scenario: 'fleet', sink: 'disk', load: { for: 'PT10M' } });

  expect(planSoak(fleet, '1.0.0', { ...WISHES, actions: 50 }).steps.some(({ kind }) => kind === 'pace')).toBe(false);
  expect(plan({ actions: 50 }).steps.some(({ kind }) => kind === 'pace')).toBe(true);
});

test('what is left of the plan after the driver was away is spread over what is left of the job, in the same order', () => {
  const rest = plan().steps.slice(20);

  const at = instantsOf(rest, 600_000, 0, { from: 500_000, until: 620_000 });

  expect(at.map(({ step }) => step)).toEqual(rest);
  expect(at[0]?.at).toBe(501_000);
  expect(at.every(({ at }, i) => at >= (at_(i - 1) ?? 0) && at <= 619_000)).toBe(true);
  function at_(i: number) {
    return at[i]?.at;
  }
});
