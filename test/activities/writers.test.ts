import { Writers } from '../../activities/writers';
import { noTotals } from '../../workflows/ledger';
import { part } from '../sinks/disk-run';

/** A writer of which only its end is of interest. */
function held(next: number, generation = 1) {
  const ended = { times: 0 };
  const writer = {
    committed: () => Promise.reject(new Error('not asked for')),
    commit: () => Promise.resolve(),
    raise: () => Promise.resolve(),
    close: () => Promise.resolve(void ended.times++),
  };
  return { ended, kept: { writer, generation, next, totals: noTotals() } };
}

test('a writer is handed out once, and to an emit of its own generation and place only', async () => {
  const writers = new Writers();
  const [first, second, third] = [held(3), held(3), held(3)];

  writers.keep(part, first.kept);
  expect(await writers.take(part, 1, 3)).toBe(first.kept);
  expect(await writers.take(part, 1, 3)).toBeNull();

  writers.keep(part, second.kept);
  expect(await writers.take(part, 2, 3)).toBeNull();
  writers.keep(part, third.kept);
  expect(await writers.take(part, 1, 4)).toBeNull();
  expect([first, second, third].map(({ ended }) => ended.times)).toEqual([0, 1, 1]);
});

test('two attempts that end one after the other leave one writer, since nobody would ever close the other', async () => {
  // given
  const writers = new Writers(5);
  const [early, late] = [held(3), held(5)];
  writers.keep(part, early.kept);

  // when
  writers.keep(part, late.kept);

  // then
  expect(early.ended.times).toBe(1);
  await writers.close();
  expect([early.ended.times, late.ended.times]).toEqual([1, 1]);
});

test('what is kept is closed at the end of the process, so that its handles and folders go', async () => {
  const writers = new Writers();
  const other = held(1);
  writers.keep(part, other.kept);

  await writers.close();

  expect(other.ended.times).toBe(1);
  expect(await writers.take(part, 1, 1)).toBeNull();
});
