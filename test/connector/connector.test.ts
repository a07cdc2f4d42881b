/** What callers are told against what is on disk, whatever becomes of commits and of the process. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnector, type Connector } from '../../src/connector/connector';
import { OutcomeUnknown, SinkAway } from '../../src/connector/failures';
import { readCall, type Accepted } from '../../src/connector/input';
import { SinkError } from '../../src/sinks/sink';
import { tempFolder } from '../sinks/temp-folder';
import { until } from '../support/until';
import { linesOnDisk } from './on-disk';
import { unreliable, type Fate } from './unreliable';

// Some of it waits for time to pass, on whatever the machine has left.
jest.setTimeout(30_000);

const LIMITS = { waitMs: 1_500, doubtMs: 1_000, queueBytes: 1_000_000 };
const open: Connector[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connector) => connector.close()));
});

async function rig(fates: Fate[] = []) {
  const dataDir = await tempFolder();
  const start = () => {
    const place = unreliable(dataDir);
    const connector = createConnector({
      sink: () => Promise.resolve(place.sink),
      place: 'disk',
      dataDir,
      now: () => new Date(),
      say: () => undefined,
      limits: LIMITS,
    });
    open.push(connector);
    return { connector, place };
  };
  const first = start();
  first.place.fates.push(...fates);
  return { ...first, dataDir, start, ids: async () => (await linesOnDisk(dataDir)).map(({ event_id }) => event_id) };
}

const events = (...ids: string[]): readonly Accepted[] => {
  const call = readCall({ events: ids.map((event_id) => ({ email: `${event_id}@example.com`, event_type: 'sent', event_id })) });
  return call.kind === 'events' ? call.events : [];
};

test('events that were accepted are on disk, once, in the order of their request', async () => {
  const { connector, ids } = await rig();

  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => connector.accept(events(`${n}-a`, `${n}-b`), null, false)));

  expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => [`${n}-a`, `${n}-b`]));
  expect((await ids()).sort()).toEqual(answers.flat().sort());
});

test.each<[string, Fate]>([
  ['was done and whose answer was lost is not done again', 'lost answer'],
  ['failed is done again', 'not done'],
])('a commit that %s: the events are there once, and were accepted', async (_, fate) => {
  const { connector, place, ids } = await rig([fate]);

  expect(await connector.accept(events('one', 'two'), 'key', false)).toEqual(['one', 'two']);
  expect(await ids()).toEqual(['one', 'two']);
  expect(place.commits).toBe(fate === 'not done' ? 2 : 1);
});

test('while the sink is away nothing is accepted, nothing is written later, and it goes on when it is back', async () => {
  const { connector, place, ids } = await rig();
  place.away = true;

  await expect(connector.accept(events('refused'), 'key', false)).rejects.toBeInstanceOf(SinkAway);
  place.away = false;
  await connector.accept(events('taken'), null, false);
  expect(await ids()).toEqual(['taken']);
  // The key is free: nothing was done under it.
  expect(await connector.accept(events('other'), 'key', false)).toEqual(['other']);
});

test('more than may wait is refused at once', async () => {
  const { connector, place, ids } = await rig();
  await connector.accept(events('first'), null, false);
  place.fates.push('not done');
  place.inspect = () => (place.away = true);
  const large = Array.from({ length: 5 }, (_, n) => {
    const call = readCall({ email: 'a@b.c', event_type: 'sent', event_id: `large-${n}`, metadata: { text: 'x'.repeat(250_000) } });
    return call.kind === 'events' ? call.events : [];
  });

  const outcomes = await Promise.allSettled(large.map((one) => connector.accept(one, null, true)));

  expect(outcomes.filter(({ status }) => status === 'rejected').length).toBe(5);
  expect(outcomes.some((one) => one.status === 'rejected' && String(one.reason).includes('too much'))).toBe(true);
  expect(await ids()).toEqual(['first']);
});

test('a sink that goes away in the middle of a commit and stays away: nobody knows; under the same key it is there once in the end', async () => {
  const { connector, place, ids } = await rig(['lost answer']);
  place.inspect = () => (place.away = true);

  await expect(connector.accept(events('one'), 'key', false)).rejects.toBeInstanceOf(OutcomeUnknown);
  place.inspect = () => undefined;
  place.away = false;
  expect(await connector.accept(events('one'), 'key', false)).toEqual(['one']);
  expect(await ids()).toEqual(['one']);
});

test('under one key there is one publication, also of two calls at once, and one answer; another body is refused', async () => {
  const { connector, ids } = await rig();

  const both = await Promise.all([connector.accept(events('one'), 'key', false), connector.accept(events('one'), 'key', false)]);
  const third = await connector.accept(events('one'), 'key', false);

  expect([...both, third]).toEqual([['one'], ['one'], ['one']]);
  await expect(connector.accept(events('two'), 'key', false)).rejects.toThrow('/Idempotency-Key came with another body');
  expect(await ids()).toEqual(['one']);
});

test('ids that the caller does not give follow from his key', async () => {
  const { connector, ids } = await rig();
  const call = readCall({
    events: [
      { email: 'a@b.c', event_type: 'sent' },
      { email: 'b@b.c', event_type: 'sent' },
    ],
  });
  const two = call.kind === 'events' ? call.events : [];

  const [first, again, other] = [
    await connector.accept(two, 'k', false),
    await connector.accept(two, 'k', false),
    await connector.accept(two, 'l', false),
  ];

  expect(again).toEqual(first);
  expect(new Set([...first, ...other]).size).toBe(4);
  expect((await ids()).sort()).toEqual([...first, ...other].sort());
});

test.each<[string, Fate]>([
  ['after the commit, before the answer', 'late'],
  ['before the commit', 'not done'],
])('a process that is killed %s: the next one publishes what is repeated once, and answers the same', async (_, fate) => {
  const { connector, place, start, ids } = await rig([fate]);
  // Never again: what the process would do after this it does not do any more.
  if (fate === 'not done') place.inspect = () => (place.away = true);
  void connector.accept(events('one'), 'key', false).catch(() => undefined);
  await until(() => Promise.resolve(place.commits === 1));
  if (fate === 'late') await until(async () => (await ids()).length === 1);

  const next = start();
  expect(await next.connector.accept(events('one'), 'key', false)).toEqual(['one']);
  await expect(next.connector.accept(events('two'), 'key', false)).rejects.toThrow('another body');
  expect(await ids()).toEqual(['one']);
  expect(next.place.commits).toBe(fate === 'late' ? 0 : 1);
});

test('of two processes on one data directory the later one writes; the other refuses', async () => {
  const { connector, start, ids } = await rig();
  await connector.accept(events('first'), null, false);
  const { connector: later } = start();
  await later.accept(events('second'), null, false);

  await expect(connector.accept(events('third'), null, false)).rejects.toThrow('another facade');
  await expect(connector.accept(events('third'), null, false)).rejects.toBeInstanceOf(SinkAway);
  await later.accept(events('fourth'), null, false);
  expect(await ids()).toEqual(['first', 'second', 'fourth']);
});

test('what the sink refuses for good takes nobody else with it', async () => {
  const { connector, place, ids } = await rig();
  await connector.accept(events('first'), null, false);
  place.inspect = ([batch]) => {
    if (batch?.bytes.includes('poison') === true) throw new SinkError('too large', false);
  };

  const outcomes = await Promise.allSettled(['a', 'poison', 'b', 'c'].map((id) => connector.accept(events(id), null, true)));

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect((await ids()).sort()).toEqual(['a', 'b', 'c', 'first']);
});

test('where somebody has removed the data, the connector begins again, and knows no keys of what is gone', async () => {
  const { connector, dataDir, ids, start } = await rig();
  await connector.accept(events('gone'), 'key', false);
  await connector.close();
  const [run] = (await linesOnDisk(dataDir)).map(({ run }) => run);
  await rm(join(dataDir, 'connector', run ?? ''), { recursive: true });

  const { connector: next } = start();
  await next.accept(events('new'), 'other', false);
  await next.accept(events('gone'), 'key', false);
  expect((await ids()).sort()).toEqual(['gone', 'new']);
});
