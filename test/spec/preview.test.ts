import type { FixedPlan } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { generationOf, make } from '../../src/spec/generation';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { fixedNow, preview } from '../../src/spec/preview';

// Beside other work a second of a core may take many.
jest.setTimeout(60_000);

const at = new Date('2026-01-05T23:10:00.000Z');
const plan = (load: object, more: object = {}) =>
  fixedNow(
    planOf(parseJobSpec({ scenario: 'crisis', sink: 'drop', seed: 42, load, ...more }), {
      job: 'p',
      run: '20260105T231000.000Z',
      version: '1',
    }),
    at,
  );
const eventsOf = async (plan: FixedPlan, n: number) => (await preview(plan, n)).events;

test('the first events come in the order they are due, with their addresses, and are the same each time', async () => {
  const load = { pace: { rate: 50 }, start: '2026-01-01T00:00:00Z' };
  const events = await eventsOf(plan(load), 12);
  expect(events).toHaveLength(12);
  expect(events.map(({ batch, i }) => [batch, i])).toEqual([
    ...[0, 1, 2, 3, 4].map((i) => [0, i]),
    ...[0, 1, 2, 3, 4].map((i) => [1, i]),
    ...[0, 1].map((i) => [2, i]),
  ]);
  expect(events[0]).toMatchObject({ stream: 'intakes', due: '2026-01-01T00:00:00.080Z' });
  expect(events.map(({ key }) => key)).toEqual(events.map(({ value }) => (value as { event_id: string }).event_id));
  expect(await preview(plan(load), 12)).toEqual({ events, limited: false });
});

test('a job that ends sooner shows what there is', async () => {
  expect(await eventsOf(plan({ pace: { rate: 10 }, events: 3 }), 100)).toHaveLength(3);
  expect(await preview(plan({ pace: { rate: 0 } }), 100)).toEqual({ events: [], limited: false });
});

test.each([
  ['crisis', {}],
  ['tutoring', {}],
  ['crisis', { quality: { corruption_rate: 0.5 } }],
])('of a large batch of %s %j only the first events are made, and they are those of the whole batch', async (scenario, more) => {
  const large = plan({ pace: { unpaced: { batch_size: 5_000, step: '1ms' } }, events: 10_000 }, { scenario, ...more });
  const few = await eventsOf(large, 100);
  expect(few).toHaveLength(100);
  expect(few).toEqual((await eventsOf(large, 1000)).slice(0, 100));
  const buffer = new BatchBuffer();
  make(generationOf(large, begin(large.streams, large.startUs)), 0, 0, buffer);
  expect(few.map(({ value }) => value)).toEqual([...few.keys()].map((i) => valueOf(buffer.line(i).toString())));
});

test('of a fleet of ten million drivers a look is short and small, others are answered meanwhile, and it says that there is more', async () => {
  const scenario = { name: 'fleet', number_of_companies: 10_000, drivers_per_company: 1000, event_rate_per_driver: 0.01 };
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  const { events, limited } = await preview(plan({ for: 'PT1H' }, { scenario }), 1000);
  clearInterval(turning);
  expect(limited).toBe(true);
  expect(events.length).toBeGreaterThan(5);
  expect(JSON.stringify(events).length).toBeLessThan(8_000_000);
  expect(turns).toBeGreaterThan(5);
});

test('drivers who are hardly ever seen do not keep a look for hours', async () => {
  const scenario = { name: 'fleet', number_of_companies: 20, drivers_per_company: 500, event_rate_per_driver: 1e-9 };
  const { events, limited } = await preview(plan({ for: 'P30D' }, { scenario }), 1000);
  expect([limited, events.length > 20, events.length < 1000]).toEqual([true, true, true]);
});

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
