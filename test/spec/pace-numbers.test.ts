import { parseJobSpec } from '../../src/spec/job-spec';
import { parsePace, paceOf, writtenPace } from '../../src/spec/pace-numbers';
import { planOf } from '../../src/spec/plan';
import { pathsOf } from './problems';

const planFor = (load: object) =>
  planOf(parseJobSpec({ scenario: 'crisis', sink: 'drop', load }), { job: 'j', run: '20260105T231000.123Z', version: '1.2.3' });
const paced = planFor({ pace: { rate: 5 } });

const written = [
  { rate: 20 },
  { every: 'PT10S', batch_size: 15 },
  { every: 'PT0.05S', batch_size: { min: 0, max: 20 } },
  {
    stages: [
      { rate: 10, for: 'PT1M' },
      { rate: { from: 10, to: 200 }, for: 'PT2M' },
      { rate: 0, for: 'PT5S' },
    ],
    repeat: true,
  },
  { stages: [{ rate: 33.3, for: 'PT1M' }], repeat: false },
];

test.each(written)('%j is a pace for a running job, and the status can show it as it was written', (input) => {
  const paces = parsePace(input, paced);

  expect(paces).toEqual([paceOf(input, 1, 0)]);
  expect(paces.map(writtenPace)).toEqual([input]);
});

test('the streams of a job share a rate, as they do in its specification', () => {
  const two = { ...paced, streams: [...paced.streams, ...paced.streams] };

  expect(parsePace({ rate: 7 }, two)).toEqual([
    { kind: 'rate', rate: 7, of: 2, index: 0 },
    { kind: 'rate', rate: 7, of: 2, index: 1 },
  ]);
});

test.each([
  ['a negative rate', { rate: -1 }, ['/rate']],
  ['a pace and another', { rate: 1, every: '1s' }, ['/every']],
  ['an interval below PT0.05S', { every: '49ms', batch_size: 1 }, ['/every']],
  [
    'problems in two stages',
    {
      stages: [
        { rate: 1, for: 'x' },
        { rate: -1, for: '1s' },
      ],
    },
    ['/stages/0/for', '/stages/1/rate'],
  ],
  ['nothing', undefined, ['']],
  ['text', '20', ['']],
  ['unpaced, since a job with instants cannot lose them', { unpaced: { batch_size: 1, step: '1s' } }, ['/unpaced']],
])('%s is refused at its path', (_, input, paths) => {
  expect(pathsOf(() => parsePace(input, paced))).toEqual(paths);
});

test('an unpaced job refuses every pace: it has no instants that a pace could go on from', () => {
  const unpaced = planFor({ pace: { unpaced: { batch_size: 10, step: '1ms' } }, events: 100 });

  expect(pathsOf(() => parsePace({ rate: 5 }, unpaced))).toEqual(['']);
});
