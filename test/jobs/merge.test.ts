import { furthest } from '../../src/jobs/merge';
import { afterTotals } from '../api/totals';

const place = (next: number, shard = 0) => ({ stream: 0, shard, next, totals: afterTotals(next) });

test('the furthest place of each part wins, so that figures never go back when an answer is older than a heartbeat', () => {
  expect(furthest([place(5)], [place(7)], [place(6)])).toEqual([place(7)]);
});

test('places are never added: the same batches told twice are still the same batches', () => {
  expect(furthest([place(5)], [place(5)], [place(5)])).toEqual([place(5)]);
});

test('parts are told apart, and one that the answer does not know yet is not lost', () => {
  expect(furthest([place(5, 0)], [place(3, 1)])).toEqual([place(5, 0), place(3, 1)]);
});
