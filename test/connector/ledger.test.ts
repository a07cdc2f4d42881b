import { appendFile, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Ledger, printOf } from '../../src/connector/ledger';
import { tempFolder } from '../sinks/temp-folder';

const HOUR_MS = 3_600_000;
const [A, B, C] = ['a', 'b', 'c'].map((key) => printOf(key, `body of ${key}`)) as [Print, Print, Print];
type Print = ReturnType<typeof printOf>;

const open: Ledger[] = [];
afterEach(() => Promise.all(open.splice(0).map((ledger) => ledger.close())));

async function ledgers() {
  const folder = join(await tempFolder(), 'keys');
  const clock = { now: Date.UTC(2026, 0, 5) };
  const opened = async (place = 'disk') => {
    const ledger = await Ledger.open(folder, place, () => new Date(clock.now));
    open.push(ledger);
    return ledger;
  };
  const begun = async (run = 'run') => {
    const ledger = await opened();
    await ledger.begin(run, (ledger.head?.generation ?? 0) + 1);
    return ledger;
  };
  return { folder, clock, opened, begun };
}

test('keys of batches that the sink holds are known after a restart; those of one that it does not hold never were', async () => {
  const { begun, opened } = await ledgers();
  const first = await begun();
  await first.note({ batch: 0, prints: [A] });
  first.settle(1);
  await first.note({ batch: 1, prints: [B] });
  await first.close();

  const lost = await opened();
  expect([lost.find(A.key), lost.find(B.key), lost.isDoubtful(B.key), lost.doubtful]).toEqual([A.body, undefined, true, 1]);
  lost.settle(1);
  expect([lost.find(B.key), lost.isDoubtful(B.key)]).toEqual([undefined, false]);
  const held = await opened();
  held.settle(2);
  expect([held.find(A.key), held.find(B.key)]).toEqual([A.body, B.body]);
});

test('a batch that was not committed and whose number another one got does not count with it, even where that one has no keys', async () => {
  const { begun, opened } = await ledgers();
  const ledger = await begun();
  await ledger.note({ batch: 0, prints: [A] });
  ledger.settle(0);
  await ledger.note({ batch: 0, prints: [] });
  ledger.settle(1);
  await ledger.close();

  const again = await opened();
  again.settle(1);
  expect([ledger.find(A.key), again.find(A.key)]).toEqual([undefined, undefined]);
});

test('half a line at the end is nothing, and what comes after it can be read', async () => {
  const { begun, opened, folder } = await ledgers();
  const ledger = await begun();
  await ledger.note({ batch: 0, prints: [A] });
  await ledger.close();
  const [file = ''] = await readdir(folder);
  await appendFile(join(folder, file), '{"batch":1,"ke');
  const next = await opened();
  next.settle(1);
  await next.begin('run', 2);
  await next.note({ batch: 1, prints: [C] });
  await next.close();

  const last = await opened();
  last.settle(2);
  expect([last.find(A.key), last.find(C.key), last.head]).toEqual([A.body, C.body, { place: 'disk', run: 'run', generation: 2 }]);
});

test('a key is remembered for a day, and then its file is gone', async () => {
  const { begun, clock, folder } = await ledgers();
  const ledger = await begun();
  for (let hour = 0; hour < 30; hour++) {
    await ledger.note({ batch: hour, prints: [printOf(String(hour), '')] });
    ledger.settle(hour + 1);
    clock.now += HOUR_MS;
  }

  const known = Array.from({ length: 30 }, (_, hour) => ledger.find(printOf(String(hour), '').key) !== undefined);
  expect(known.lastIndexOf(false)).toBeLessThanOrEqual(5);
  expect(known.slice(6)).toEqual(Array.from({ length: 24 }, () => true));
  expect((await readdir(folder)).length).toBeLessThan(28);
});

test('a full disk gets no file more with each attempt, and where there is room again the ledger goes on', async () => {
  const { begun, clock, folder, opened } = await ledgers();
  const ledger = await begun();
  await ledger.note({ batch: 0, prints: [A] });
  ledger.settle(1);
  clock.now += HOUR_MS;
  const next = join(folder, `${new Date(clock.now).toISOString().replaceAll(':', '')}.jsonl`);
  for (let attempt = 0; attempt < 3; attempt++) {
    await symlink('/dev/full', next);
    await expect(ledger.note({ batch: 1, prints: [B] })).rejects.toThrow('ENOSPC');
    expect(await readdir(folder)).toHaveLength(1);
  }

  await ledger.note({ batch: 1, prints: [B] });
  ledger.settle(2);
  await ledger.close();
  const again = await opened();
  again.settle(2);
  expect([again.find(A.key), again.find(B.key), again.head?.run]).toEqual([A.body, B.body, 'run']);
});

test('a file that has very many keys is not waited out: the next note begins another', async () => {
  const { begun, folder } = await ledgers();
  const ledger = await begun();
  await ledger.note({ batch: 0, prints: Array.from({ length: 100_000 }, (_, i) => ({ key: String(i).padStart(22, '0'), body: '' })) });
  ledger.settle(1);
  expect(await readdir(folder)).toHaveLength(1);
  await ledger.note({ batch: 1, prints: [A] });
  ledger.settle(2);

  expect(await readdir(folder)).toHaveLength(2);
  expect([ledger.find(A.key), ledger.find('7'.padStart(22, '0'))]).toEqual([A.body, '']);
});

test('another sink, or a run that begins because the data is gone, has keys of its own', async () => {
  const { begun, opened } = await ledgers();
  const ledger = await begun();
  await ledger.note({ batch: 0, prints: [A] });
  ledger.settle(1);
  await ledger.close();

  const elsewhere = await opened('kafka email-events');
  expect([elsewhere.head, elsewhere.find(A.key)]).toEqual([undefined, undefined]);
  const here = await opened();
  here.settle(1);
  expect(here.find(A.key)).toBe(A.body);
  await here.begin('another', 2);
  expect(here.find(A.key)).toBeUndefined();
});

test('neither keys nor bodies can be read in it', () => {
  expect(JSON.stringify(printOf('ada@example.com', '{"email":"ada@example.com"}'))).not.toMatch(/ada|example/);
});
