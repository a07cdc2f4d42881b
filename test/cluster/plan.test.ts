/** The same seed does the same again, and every kind of process is killed as often as was asked for. */
import { planSteps, VICTIMS } from './plan';

const wishes = { seed: 3, forMs: 120_000, kills: 4, pauses: 6, workers: 2, jobs: ['rate', 'shards', 'fleet'] };

test('a plan follows from its seed alone', () => {
  expect(planSteps(wishes)).toEqual(planSteps(wishes));
  expect(planSteps({ ...wishes, seed: 4 })).not.toEqual(planSteps(wishes));
});

test('each kind is killed as often as asked for, within the time, and unpaced jobs begin shortly before a kill', () => {
  const steps = planSteps(wishes);
  const kills = steps.flatMap((step) => (step.kind === 'kill' ? [step] : []));
  const bulks = steps.flatMap((step) => (step.kind === 'bulk' ? [step] : []));

  for (const victim of VICTIMS) expect(kills.filter((kill) => kill.victim === victim)).toHaveLength(4);
  expect(steps.filter(({ kind }) => kind === 'pause' || kind === 'pace')).toHaveLength(6);
  expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((a, b) => a - b));
  expect(steps.every(({ atMs }) => atMs >= 0 && atMs < 120_000)).toBe(true);
  expect(bulks.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { atMs } of bulks) expect(kills.some((kill) => kill.atMs > atMs && kill.atMs - atMs <= 2_000)).toBe(true);
});

test('a single worker is called as the stack calls it: another name would be waited for, and nobody killed', () => {
  const partsOf = (workers: number) =>
    new Set(planSteps({ ...wishes, workers }).flatMap((step) => (step.kind === 'kill' && step.victim === 'worker' ? [step.part] : [])));

  expect([...partsOf(1)]).toEqual(['worker']);
  expect([...partsOf(2)].sort()).toEqual(['worker-1', 'worker-2']);
});
