import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { fixedNow, preview } from '../../src/spec/preview';

const at = new Date('2026-01-05T23:10:00.000Z');
const plan = (load: object) =>
  fixedNow(
    planOf(parseJobSpec({ scenario: 'crisis', sink: 'drop', seed: 42, load }), { job: 'p', run: '20260105T231000.000Z', version: '1' }),
    at,
  );

test('the first events come in the order they are due, with their addresses, and are the same each time', () => {
  const load = { pace: { rate: 50 }, start: '2026-01-01T00:00:00Z' };
  const events = preview(plan(load), 12);
  expect(events).toHaveLength(12);
  expect(events.map(({ batch, i }) => [batch, i])).toEqual([
    ...[0, 1, 2, 3, 4].map((i) => [0, i]),
    ...[0, 1, 2, 3, 4].map((i) => [1, i]),
    ...[0, 1].map((i) => [2, i]),
  ]);
  expect(events[0]).toMatchObject({ stream: 'intakes', due: '2026-01-01T00:00:00.080Z' });
  expect(events.map(({ key }) => key)).toEqual(events.map(({ value }) => (value as { event_id: string }).event_id));
  expect(preview(plan(load), 12)).toEqual(events);
});

test('a job that ends sooner shows what there is', () => {
  expect(preview(plan({ pace: { rate: 10 }, events: 3 }), 100)).toHaveLength(3);
  expect(preview(plan({ pace: { rate: 0 } }), 100)).toEqual([]);
});
