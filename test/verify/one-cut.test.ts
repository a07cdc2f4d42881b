import { changePace, hold } from '../../workflows/timeline';
import { begin, type Entry } from '../../workflows/schedule';
import { cutProblems } from '../../src/verify/one-cut';

const limits = { forUs: null, events: null, batches: null };
const every = { kind: 'every' as const, everyUs: 1e6, min: 1, max: 1 };
const plan = {
  seed: 1,
  streams: [
    { name: 'companies', pace: every, limits },
    { name: 'drivers', pace: every, limits },
  ],
};
const start = begin(plan.streams, 0);

test('what the workflow appends has one cut: holds and changes of pace, one after the other', () => {
  const held = [...start, ...hold(plan, start, 2_500_000, 4_000_000)];
  const paced = [...held, ...changePace(plan, held, 6_000_000, 6_000_000, [every, { ...every, everyUs: 5e5 }])];

  expect(paced).toHaveLength(6);
  expect(cutProblems(plan, paced)).toEqual([]);
});

test('a change that one stream begins before a batch which another had made by then is told, with both of them', () => {
  const [companies, drivers] = hold(plan, start, 2_500_000, 4_000_000) as [Entry, Entry];
  const torn = [...start, companies, { ...drivers, from: drivers.from + 1 }];

  expect(cutProblems(plan, torn)).toEqual([
    'entry 2 of the timeline, a hold, has no cut that is one for all streams: companies from batch 3, drivers from batch 4',
  ]);
});
