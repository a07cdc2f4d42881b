import { post, problemIn, serve } from './rig';

const good = { duration_minutes: 5, rate_per_second: 5 };
const minutes = 'must be a number from 0 to 60';
const rate = 'must be a number from 0 to 100';

describe('wrong input to /generate is answered with every problem, and nothing is started', () => {
  test.each<[string, unknown, number, Record<string, string> | undefined]>([
    ['a duration above the range', { ...good, duration_minutes: 60.001 }, 422, { '/duration_minutes': `${minutes}, got 60.001` }],
    ['a duration below the range', { ...good, duration_minutes: -1 }, 422, { '/duration_minutes': `${minutes}, got -1` }],
    ['a rate above the range', { ...good, rate_per_second: 101 }, 422, { '/rate_per_second': `${rate}, got 101` }],
    ['text for a number', { ...good, duration_minutes: '5' }, 422, { '/duration_minutes': `${minutes}, got "5"` }],
    ['the text NaN', { ...good, rate_per_second: 'NaN' }, 422, { '/rate_per_second': `${rate}, got "NaN"` }],
    ['null', { ...good, rate_per_second: null }, 422, { '/rate_per_second': `${rate}, got null` }],
    [
      'a number beyond all numbers',
      '{"duration_minutes": 1e999, "rate_per_second": 5}',
      422,
      { '/duration_minutes': `${minutes}, got Infinity` },
    ],
    ['a missing key', { duration_minutes: 5 }, 422, { '/rate_per_second': 'is missing: a number from 0 to 100' }],
    [
      'no body at all',
      undefined,
      422,
      { '/duration_minutes': 'is missing: a number from 0 to 60', '/rate_per_second': 'is missing: a number from 0 to 100' },
    ],
    [
      'an unknown key',
      { ...good, duration: 5 },
      422,
      { '/duration': 'is not known here; allowed: duration_minutes, rate_per_second, seed, start' },
    ],
    [
      'a key given twice',
      '{"duration_minutes": 5, "duration_minutes": 6, "rate_per_second": 5}',
      422,
      { '/duration_minutes': 'is given twice' },
    ],
    [
      'a key given twice beside other problems',
      '{"duration_minutes": 5, "duration_minutes": 61, "rate": 5}',
      422,
      {
        '/duration_minutes': 'is given twice',
        '/duration_minutes ': `${minutes}, got 61`,
        '/rate_per_second': 'is missing: a number from 0 to 100',
        '/rate': 'is not known here; allowed: duration_minutes, rate_per_second, seed, start',
      },
    ],
    [
      'two problems at once',
      { duration_minutes: 61, rate_per_second: '5' },
      422,
      { '/duration_minutes': `${minutes}, got 61`, '/rate_per_second': `${rate}, got "5"` },
    ],
    ['a seed with a fraction', { ...good, seed: 1.5 }, 422, { '/seed': 'must be a whole number from 0 to 4294967295, got 1.5' }],
    ['a list', [], 422, { '': 'must be an object with duration_minutes, rate_per_second, seed, start, got an empty list' }],
    ['a number for the whole body', '5', 422, { '': 'must be an object with duration_minutes, rate_per_second, seed, start, got 5' }],
    ['the bare word NaN, which is no JSON', '{"duration_minutes": NaN, "rate_per_second": 5}', 400, undefined],
    ['broken JSON', '{"duration_minutes": 5,', 400, undefined],
  ])('%s', async (_, body, status, problems) => {
    const api = await serve();
    for (const url of [`${api.crisis}/generate`, `${api.base}/crisis/generate`]) {
      const answer = await problemIn(await post(url, body));
      expect(answer.status).toBe(status);
      expect(answer.problems).toEqual(problems && Object.entries(problems).map(([path, message]) => ({ path: path.trim(), message })));
    }
    expect(api.jobs.started).toEqual([]);
    expect(api.faults).toEqual([]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/yaml', 'application/jsonp', ''])(
    'content type %p',
    async (type) => {
      const api = await serve();
      const answer = await problemIn(await post(`${api.crisis}/generate`, JSON.stringify(good), { 'content-type': type }));
      expect(answer.status).toBe(415);
      expect(answer.detail).toContain('application/json');
      expect(api.jobs.started).toEqual([]);
    },
  );

  test('a body of 2 MiB', async () => {
    const api = await serve();
    const answer = await problemIn(await post(`${api.crisis}/generate`, `{"x": "${'x'.repeat(2 * 1024 * 1024)}"}`));
    expect(answer.status).toBe(413);
    expect(api.jobs.started).toEqual([]);
  });

  test('the wrong method, with the right ones', async () => {
    const api = await serve();
    const response = await fetch(`${api.crisis}/generate`);
    expect((await problemIn(response)).status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
  });
});

test.each([
  [{ duration_minutes: 0, rate_per_second: 5 }, 0],
  [{ duration_minutes: 60, rate_per_second: 100 }, 360_000],
  [{ duration_minutes: 5, rate_per_second: 0 }, 0],
  [{ duration_minutes: 0.7, rate_per_second: 33.3 }, 1398],
  [{ duration_minutes: 0.5, rate_per_second: 10 }, 300],
])('%p is inside the range, its ends and fractions included: %d events', async (body, events) => {
  const api = await serve();
  const response = await post(`${api.crisis}/generate`, body);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: 'started', ...body, estimated_events: events });
});
