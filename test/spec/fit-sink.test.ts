import { BatchBuffer } from '../../src/fields/batch-buffer';
import { generationOf, make } from '../../src/spec/generation';
import { parseJobSpec, wireSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { fixedNow } from '../../src/spec/preview';
import { problemsOf } from './problems';

const spec = (sink: object) => ({
  id: 'a',
  seed: 1,
  scenario: 'crisis',
  load: { pace: { rate: 50 }, events: 40 },
  sink: { name: 'kafka', ...sink },
});

function firstBatch(sink: object) {
  const plan = fixedNow(planOf(parseJobSpec(spec(sink)), { job: 'a', run: 'r', version: '0' }), new Date(1_767_225_600_000));
  const generation = generationOf(plan, [
    { stream: 0, from: 0, cause: 'start', atUs: plan.startUs, tauUs: 0, pace: plan.streams[0]!.pace, originUs: 0, n: 0, events: 0 },
  ]);
  const { bytes, keys, keyEnds, count } = make(generation, 0, 0, new BatchBuffer());
  const events = bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { bytes, events, keys: events.map((_, i) => keys.toString('utf8', i === 0 ? 0 : keyEnds[i - 1], keyEnds[i])), count };
}

test('the scenario is put into the name of the topic, and a specification that is read again stays as it is', () => {
  const parsed = parseJobSpec(spec({}));

  expect(parsed.sink.options).toMatchObject({ topic: 'evergen.crisis.{stream}', delivery: 'exactly_once' });
  expect(parseJobSpec(wireSpec(parsed))).toEqual(parsed);
});

test.each(['county', 'age'])('another field, %s, as key changes no byte of the events', (key) => {
  const [own, other] = [firstBatch({}), firstBatch({ key })];

  expect(own.keys).toEqual(own.events.map(({ event_id }) => event_id));
  expect(other.keys).toEqual(own.events.map((event) => String(event[key])));
  expect(firstBatch({ key: { intakes: key } }).keys).toEqual(other.keys);
  expect(other.bytes.equals(own.bytes)).toBe(true);
});

test.each([
  [
    { key: 'city' },
    '/sink/key',
    'must be a field of each event of intakes, got "city"; they have event_id, event_time_ms, channel, county',
  ],
  [{ key: { intakes: 'city' } }, '/sink/key/intakes', 'must be a field of each event of intakes'],
  [{ key: { calls: 'county' } }, '/sink/key/calls', 'crisis has no stream calls; it has intakes'],
  [{ topic: 'a b' }, '/sink/topic', 'must be the name of a topic'],
  [{ topic: '..' }, '/sink/topic', 'must be the name of a topic'],
  [{ delivery: 'at_most_once' }, '/sink/delivery', 'exactly_once'],
  [{ target: '7' }, '/sink/target', 'must be a name'],
])('%j is refused at once, with what is allowed', (sink, path, message) => {
  expect(problemsOf(() => parseJobSpec(spec(sink)))).toEqual([{ path, message: expect.stringContaining(message) as string }]);
});

test('a key that does not fit is told beside all other problems', () => {
  const problems = problemsOf(() => parseJobSpec({ ...spec({ key: 'city' }), seed: -1 }));

  expect(problems.map(({ path }) => path).sort()).toEqual(['/seed', '/sink/key']);
});
