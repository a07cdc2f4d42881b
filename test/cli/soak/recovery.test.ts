import type { JournalEntry } from '../../../src/cli/soak/journal';
import { promisesOf } from '../../../src/cli/soak/promises';
import { killsOf, recoveryRows } from '../../../src/cli/soak/recovery';

const kill = (n: number, at: number, victim = 'worker'): JournalEntry => ({
  type: 'kill',
  n,
  at,
  victim,
  part: victim,
  identity: `${String(n)}.x`,
  busy: victim === 'worker' ? true : null,
});
const recovered = (n: number, at: number, readyAt: number | null): JournalEntry => ({ type: 'recovered', n, at, readyAt });

test('recovery is counted from the kill and from the instant at which the successor was ready', () => {
  const kills = killsOf([kill(0, 1000), recovered(0, 4000, 2500), kill(1, 9000, 'temporal'), recovered(1, 9100, null)], 0, []);

  expect(kills).toMatchObject([
    { recoveredMs: 3000, sinceReadyMs: 1500, alone: true },
    { recoveredMs: 100, sinceReadyMs: 0, alone: true },
  ]);
});

test('a kill that another one, a stopped process or a pause came in between is not alone, and one that a pause held up is not measured', () => {
  const entries: JournalEntry[] = [
    ...[kill(0, 1000), kill(1, 2000), recovered(0, 4000, null), recovered(1, 4000, null)],
    ...[
      kill(2, 10_000),
      { type: 'pause' as const, n: 3, at: 10_500 },
      { type: 'resume' as const, n: 3, at: 12_000 },
      recovered(2, 12_500, null),
    ],
    ...[kill(4, 20_000), recovered(4, 21_000, null)],
  ];

  const rows = recoveryRows(killsOf(entries, 0, []));

  expect(killsOf(entries, 0, []).map(({ alone }) => alone)).toEqual([false, false, false, true]);
  expect(rows.find(({ kind }) => kind === 'worker')).toMatchObject({ kills: 3, fromKillMs: { p50: 2000, max: 3000 } });
  expect(rows.find(({ kind }) => kind === 'worker, alone')).toMatchObject({ kills: 1, fromKillMs: { p50: 1000, p99: 1000, max: 1000 } });
});

test('what is promised is measured from a worker being there: from the kill where another one was, else from the ready successor', () => {
  const worker = (n: number, at: number, spare: boolean): JournalEntry => ({ ...kill(n, at), spare }) as JournalEntry;
  const entries: JournalEntry[] = [
    ...[worker(0, 1000, true), { type: 'back' as const, n: 0, at: 2500 }, recovered(0, 4000, 2500)],
    // The one that goes on is not the successor of the one that was killed here.
    ...[worker(3, 9500, true), recovered(3, 9600, null), worker(1, 10_000, false), { type: 'back' as const, n: 3, at: 11_000 }],
    ...[recovered(1, 14_000, null), { type: 'back' as const, n: 1, at: 15_000 }],
    ...[kill(2, 20_000, 'temporal'), recovered(2, 20_100, null), { type: 'back' as const, n: 2, at: 21_000 }],
  ];

  // The server's job went on at once, but then stood still until after its return.
  const [workers, temporal] = promisesOf(killsOf(entries, 0, [{ from: 20_500, to: 22_200 }]));

  expect(workers).toMatchObject({ limitMs: 5000, alone: { kills: 3, ms: { p50: 3000, max: 3000 } } });
  expect(temporal).toMatchObject({ limitMs: 2000, alone: { kills: 1, ms: { max: 1200 } } });
});

test('a kill beside a zombie is not alone, and an earlier pause of that zombie holds up nothing', () => {
  const entries: JournalEntry[] = [
    ...[
      { type: 'zombie' as const, n: 0, at: 1000, where: 'opening' },
      { type: 'pause' as const, n: 0, at: 1100 },
    ],
    ...[{ type: 'resume' as const, n: 0, at: 1200 }, kill(1, 2000), recovered(1, 5000, null)],
    ...[
      { type: 'pause' as const, n: 0, at: 6000 },
      { type: 'resume' as const, n: 0, at: 7000 },
    ],
    ...[{ type: 'woken' as const, n: 0, at: 8000, met: true }, kill(2, 9000), recovered(2, 9500, null)],
  ];

  expect(killsOf(entries, 0, []).map(({ alone, paused }) => [alone, paused])).toEqual([
    [false, false],
    [true, false],
  ]);
});

test('a standstill that begins some seconds after a kill is still shown with it: the first commit alone would flatter', () => {
  const [first] = killsOf([kill(0, 1000), recovered(0, 1050, null)], 0, [{ from: 3000, to: 7000 }]);

  expect(first).toMatchObject({ recoveredMs: 50, standstillMs: 4000 });
});
