import { Misbehaviour, readShare } from '../../../src/cli/ingest/misbehaviour';
import { receiving } from '../../sinks/http/receiving';

const send = async (url: string, body: string, key?: string) => {
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const response = await fetch(url, { method: 'POST', body, headers });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
};

test('an event gets a number; under its key once more, the same number and the word for it', async () => {
  const { url, received, stats } = await receiving();

  expect(await send(url, '{"event_type":"a"}', 'k')).toMatchObject({ status: 200, body: { sequenceNumber: 1 } });
  expect(await send(url, '{"event_type":"a"}', 'k')).toMatchObject({ status: 200, body: { sequenceNumber: 1, duplicate: true } });
  expect(await send(url, '{"event_type":\n"b"}')).toMatchObject({ status: 200, body: { sequenceNumber: 2 } });

  expect(await received()).toEqual([
    { sequenceNumber: 1, key: 'k', event: { event_type: 'a' } },
    { sequenceNumber: 2, key: null, event: { event_type: 'b' } },
  ]);
  expect(stats()).toEqual({ requests: 3, accepted: 2, duplicates: 1, refused: 0, misbehaved: {} });
});

test('what is not JSON is refused and not kept; other methods and paths are told what there is', async () => {
  const { url, received } = await receiving();

  expect(await send(url, '{"event_type":', 'k')).toMatchObject({ status: 400, body: { error: 'the body is not JSON' } });
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(url, { method: 'PUT' })).status).toBe(405);

  expect(await received()).toEqual([]);
});

test('GET /stats tells what came and what was done to it on purpose', async () => {
  const { url, port } = await receiving({ fail: { 429: 0.5, 503: 0.5 }, retryAfter: 7 });

  const answers = await Promise.all(Array.from({ length: 20 }, () => send(url, '{}')));
  const stats = (await (await fetch(`http://127.0.0.1:${String(port)}/stats`)).json()) as { misbehaved: Record<string, number> };

  expect(new Set(answers.map(({ status, retryAfter }) => `${String(status)} ${String(retryAfter)}`))).toEqual(new Set(['429 7', '503 7']));
  expect(stats).toMatchObject({ requests: 20, accepted: 0 });
  expect((stats.misbehaved['429'] ?? 0) + (stats.misbehaved['503'] ?? 0)).toBe(20);
});

test('a reset and a hang strike before or after the event was taken: a sender cannot know which', async () => {
  const { url, stats } = await receiving({ fail: { reset: 0.5, hang: 0.5 } });
  const outcome = (signal: AbortSignal) =>
    fetch(url, { method: 'POST', body: '{}', signal }).then(
      () => 'answered',
      (failure: Error) => (failure.name === 'TimeoutError' ? 'hung' : 'reset'),
    );

  const outcomes = await Promise.all(Array.from({ length: 30 }, () => outcome(AbortSignal.timeout(1_000))));

  expect(new Set(outcomes)).toEqual(new Set(['hung', 'reset']));
  expect(stats().accepted).toBeGreaterThan(5);
  expect(stats().accepted).toBeLessThan(25);
});

test('which requests fail follows from the seed and their number, in the shares that were asked for', () => {
  const shares = new Map([
    ['500', 0.2],
    ['slow', 0.1],
  ]);
  const drawn = (seed: number) => {
    const misbehaviour = new Misbehaviour(shares, seed);
    return Array.from({ length: 10_000 }, () => misbehaviour.next()?.name ?? 'fine');
  };
  const share = (name: string) => drawn(1).filter((one) => one === name).length / 10_000;

  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(2)).not.toEqual(drawn(1));
  // Four standard deviations.
  expect(Math.abs(share('500') - 0.2)).toBeLessThan(0.016);
  expect(Math.abs(share('slow') - 0.1)).toBeLessThan(0.012);
});

test.each(['500', '500=2', '200=0.1', 'loud=0.1', '=1', '429=-1', '429=x'])('--fail %s is refused with what is allowed', (text) => {
  expect(readShare(text)).toContain('must be KIND=SHARE');
});
