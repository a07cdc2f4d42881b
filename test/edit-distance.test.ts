import { editDistance } from '../src/edit-distance';

test.each([
  ['disk', 'disk', 0],
  ['', 'disk', 4],
  ['dsik', 'disk', 2],
  ['crises', 'crisis', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i slips of the keyboard, whichever way', (a, b, slips) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([slips, slips]);
});
