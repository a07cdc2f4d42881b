import { commitColumns, known, rateColumns, type Sample, windowFor, withSample } from '../../src/console/job/series';

/** Two looks a second at a job of so many events a second, scheduled and done. */
const looks = (seconds: number, scheduled: number, emitted: number): Sample[] =>
  Array.from({ length: seconds * 2 + 1 }, (_, i) => ({
    at: i / 2,
    scheduled: (i * scheduled) / 2,
    emitted: (i * emitted) / 2,
    p50: 1,
    p99: 2,
    commit: i === 0 ? null : 4,
  }));

test('rates are those of the window, and there is none before it has been looked at for long enough', () => {
  const [at, target = [], actual = []] = rateColumns(looks(20, 50, 40), 5);
  expect(at).toHaveLength(41);
  expect([target[0], actual[0], target[3]]).toEqual([null, null, null]);
  expect(target.slice(12).every((rate) => Math.abs((rate ?? 0) - 50) < 1e-9)).toBe(true);
  expect(actual.slice(12).every((rate) => Math.abs((rate ?? 0) - 40) < 1e-9)).toBe(true);
});

test('figures that go back (another run, a clean) are no negative rate', () => {
  const [, , actual = []] = rateColumns([...looks(10, 10, 10), { at: 10.5, scheduled: 0, emitted: 0, p50: 0, p99: 0, commit: null }], 5);
  expect(actual.at(-1)).toBe(0);
});

test('what was only taken for true is taken back when it turns out that nobody could have said otherwise', () => {
  const seen = looks(5, 10, 10);
  const last = { at: 6, scheduled: 50, emitted: 50, p50: 1, p99: 2, commit: 4, carried: true as const };
  expect(known([...seen, last, { ...last, at: 7 }])).toEqual(seen);
  expect(known(seen)).toBe(seen);
  expect(known([...seen, last, ...looks(1, 10, 10)])).toHaveLength(seen.length + 4);
});

test('a window holds two batches of a slow job, and is never shorter than the looks allow', () => {
  expect([undefined, 100, 10_000, 3_600_000].map(windowFor)).toEqual([5, 5, 20, 60]);
});

test('a page that stays open for a day keeps a quarter of an hour', () => {
  let samples: readonly Sample[] = [];
  for (let i = 0; i < 4000; i++) samples = withSample(samples, { at: i, scheduled: i, emitted: i, p50: 0, p99: 0, commit: 0 });
  expect([samples.length, samples[0]?.at, samples.at(-1)?.at]).toEqual([1800, 2200, 3999]);
});

test('before a commit has been seen there is a gap, not a commit that took no time', () => {
  expect(commitColumns(looks(1, 10, 10))).toEqual([
    [0, 0.5, 1],
    [null, 4, 4],
  ]);
});
