import type { JournalEntry } from '../../../src/cli/soak/journal';
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

test('a standstill that begins some seconds after a kill is still shown with it: the first commit alone would flatter', () => {
  const [first] = killsOf([kill(0, 1000), recovered(0, 1050, null)], 0, [{ from: 3000, to: 7000 }]);

  expect(first).toMatchObject({ recoveredMs: 50, standstillMs: 4000 });
});
