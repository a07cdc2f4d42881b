/** What becomes of events at targets that misbehave: over real connections to a real receiver. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttp } from '../../../src/sinks/http';
import { options } from '../../../src/sinks/http/options';
import type { Delivery, Sink, Writer } from '../../../src/sinks/sink';
import { serverOf } from '../../support/http-server';
import { batchesOf, bytesOf, totalsOf } from '../batches';
import { begin, commitAll, freshPart, reopen } from '../conformance';
import { tempFolder } from '../temp-folder';
import { eventsOf, receiving } from './receiving';

jest.setTimeout(30_000);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Asked {
  dataDir?: string;
  env?: Record<string, string>;
  delivered?: (delivery: Delivery) => void;
  address?: string;
}

async function sinkTo(chosen: Record<string, unknown>, { dataDir, env = {}, delivered, address }: Asked = {}): Promise<Sink> {
  const folder = dataDir ?? (await tempFolder());
  const family = address?.includes(':') === true ? 6 : 4;
  const resolve =
    address === undefined
      ? undefined
      : (_: string, answer: (f: null, a: { address: string; family: number }[]) => void) => answer(null, [{ address, family }]);
  const sink = createHttp(options.parse(chosen), { dataDir: folder, env, delivered }, resolve);
  closing.push(() => sink.close());
  return sink;
}

const commit = (writer: Writer, part = freshPart(), count = 4, signal = new AbortController().signal) => {
  const batches = batchesOf(part, count);
  return writer.commit(batches, totalsOf(batches), signal);
};

test('a target that answers 429, 500, resets and hangs, before and after it has taken an event, has each event exactly once', async () => {
  const receiver = await receiving({ fail: { 429: 0.1, 500: 0.1, reset: 0.1, hang: 0.02 }, slowByMs: 5 });
  const sink = await sinkTo({ url: receiver.url, timeout: '300ms' });
  const part = freshPart();
  const writer = await begin(sink, part);

  await commitAll(writer, part, 60, [7, 20]);

  await writer.close();
  const { misbehaved, accepted } = receiver.stats();
  expect(eventsOf(await receiver.received(), part)).toBe(bytesOf(batchesOf(part, 60)));
  expect(accepted).toBe(totalsOf(batchesOf(part, 60)).emitted);
  expect(Object.keys(misbehaved).sort()).toEqual(['429', '500', 'hang', 'reset']);
});

test('what a target refuses for good is counted and kept with status and answer, the rest goes on', async () => {
  const dataDir = await tempFolder();
  const receiver = await receiving({ fail: { 422: 0.2 } });
  const sink = await sinkTo({ url: receiver.url }, { dataDir });
  const part = freshPart();
  const writer = await begin(sink, part);

  await commitAll(writer, part, 30, [4]);
  await writer.close();
  await sink.publish?.(part, 1);

  const refused = receiver.stats().misbehaved['422'] ?? 0;
  const file = join(dataDir, 'jobs/nightly', part.run, 'rejected.jsonl');
  expect(sink.output(part).rejected).toBe(file);
  const text = await readFile(file, 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as { batch: number; i: number; status: number; answer: string; event: string });
  expect(refused).toBeGreaterThan(0);
  expect(rows).toHaveLength(refused);
  expect(rows.map(({ batch, i }) => batch * 10 + i)).toEqual(rows.map(({ batch, i }) => batch * 10 + i).sort((a, b) => a - b));
  for (const { batch, i, status, answer, event } of rows) {
    expect({ status, event: JSON.parse(event) }).toMatchObject({ status: 422, event: { batch, event: i } });
    expect(answer).toContain('on purpose');
  }
  const { totals, writer: again } = await reopen(await sinkTo({ url: receiver.url }, { dataDir }), part);
  expect(totals.rejected).toBe(refused);
  await again.close();
});

test('how long a target has been silent counts from its last final answer, and between commits it is nobody who is silent', async () => {
  let answers = true;
  let hangs: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (hangs = resolve));
  const url = await serverOf((request, response) => {
    request.resume();
    if (answers) setTimeout(() => response.end('{}'), 20);
    else hangs();
  });
  const part = freshPart();
  const writer = await begin(await sinkTo({ url, concurrency: 1 }), part);

  let longestMs = 0;
  const begunMs = performance.now();
  const watch = setInterval(() => (longestMs = Math.max(longestMs, writer.sends?.silentMs ?? NaN)), 5);
  await commit(writer, part, 20);
  clearInterval(watch);
  const tookMs = performance.now() - begunMs;
  const between = writer.sends?.silentMs;
  answers = false;
  const cut = new AbortController();
  const aborted = expect(writer.commit(batchesOf(part, 24).slice(20), totalsOf(batchesOf(part, 24)), cut.signal)).rejects.toThrow(/abort/i);
  await hanging;
  await sleep(300);
  const silentMs = writer.sends?.silentMs;
  cut.abort();
  await aborted;
  await writer.close();

  expect(longestMs).toBeGreaterThan(0);
  expect(longestMs).toBeLessThan(tookMs / 2);
  expect(between).toBe(0);
  expect(silentMs).toBeGreaterThanOrEqual(299);
});

test('a commit that was cut short is noted: what was over is not sent again, what was not is', async () => {
  const dataDir = await tempFolder();
  let hang = true;
  const seen: string[] = [];
  const url = await serverOf((request, response) => {
    seen.push(String(request.headers['idempotency-key']));
    request.resume();
    if (!hang || seen.length <= 3) response.end('{}');
  });
  const part = freshPart();
  const writer = await begin(await sinkTo({ url, concurrency: 1 }, { dataDir }), part);
  const cut = new AbortController();
  setTimeout(() => cut.abort(), 200);

  await expect(commit(writer, part, 4, cut.signal)).rejects.toThrow(/abort/i);
  await writer.close();
  const before = [...seen];
  hang = false;
  const { next, begun, writer: again } = await reopen(await sinkTo({ url }, { dataDir }), part);
  expect({ next, begun }).toEqual({ next: 0, begun: { batches: 4, events: 3 } });
  await commitAll(again, part, 4, [1, 3]);
  await again.close();

  expect(before).toHaveLength(4);
  // The fourth was under way: whether it had arrived nobody knew.
  expect(seen.slice(4)[0]).toBe(before[3]);
  expect(new Set(seen).size).toBe(seen.length - 1);
});

test('a target that is away opens the circuit: the commit says so, and only now and then a request asks whether it is back', async () => {
  let asked = 0;
  const url = await serverOf((request, response) => {
    asked++;
    request.resume();
    response.writeHead(503).end();
  });
  const sink = await sinkTo({ url, concurrency: 4 });
  const part = freshPart();
  const writer = await begin(sink, part);
  const away = { code: 'SINK', canRetry: true, message: expect.stringContaining('does not take events (503)') as string };

  await expect(commit(writer, part, 10)).rejects.toMatchObject(away);
  await writer.close();
  const before = asked;
  const { writer: again } = await reopen(sink, part);
  await expect(commit(again, part, 10)).rejects.toMatchObject(away);
  await again.close();

  expect(before).toBeGreaterThanOrEqual(5);
  expect(before).toBeLessThan(60);
  expect(asked - before).toBe(1);
});

test('a Retry-After that is long is not waited for with the commit open: it is the rest of the circuit', async () => {
  const url = await serverOf((request, response) => {
    request.resume();
    response.writeHead(429, { 'retry-after': '60' }).end();
  });
  const writer = await begin(await sinkTo({ url }), freshPart());

  await expect(commit(writer, freshPart())).rejects.toThrow(/429.*asked again in 60 s/);
  await writer.close();
});

test('a redirect is followed nowhere: an operator has to name the final address', async () => {
  const elsewhere = await receiving();
  const url = await serverOf((request, response) => {
    request.resume();
    response.writeHead(307, { location: elsewhere.url }).end();
  });
  const writer = await begin(await sinkTo({ url }), freshPart());

  await expect(commit(writer)).rejects.toMatchObject({
    code: 'SINK',
    canRetry: false,
    message: expect.stringContaining('name the final address') as string,
  });
  await writer.close();
  expect(elsewhere.stats().requests).toBe(0);
});

test.each(['127.0.0.1', '::ffff:127.0.0.1', '::1', '169.254.169.254'])(
  'a name that was allowed and leads to %s when the connection is made gets nothing',
  async (address) => {
    const receiver = await receiving();
    const env = { EVERGEN_HTTP_ALLOW: 'ingest.example.com' };
    const writer = await begin(await sinkTo({ url: `http://ingest.example.com:${String(receiver.port)}/` }, { env, address }), freshPart());

    await expect(commit(writer)).rejects.toMatchObject({
      code: 'SINK',
      canRetry: false,
      message: expect.stringContaining('EVERGEN_HTTP_ALLOW') as string,
    });
    await writer.close();
    expect(receiver.stats().requests).toBe(0);
  },
);

test('the same name is reached where the address is listed, too', async () => {
  const receiver = await receiving();
  const env = { EVERGEN_HTTP_ALLOW: 'ingest.example.com,127.0.0.1' };
  const sink = await sinkTo({ url: `http://ingest.example.com:${String(receiver.port)}/` }, { env, address: '127.0.0.1' });
  const part = freshPart();
  const writer = await begin(sink, part);

  await commitAll(writer, part, 3);

  await writer.close();
  expect(receiver.stats().accepted).toBeGreaterThan(0);
});

test('requests carry key, credentials and the headers of the scenario; arrays are cut within batches, whatever the grouping', async () => {
  const seen: { key: unknown; team: unknown; stream: unknown; type: unknown; body: unknown }[] = [];
  const url = await serverOf((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'idempotency-key': key, 'x-team': team, 'evergen-stream': stream, 'content-type': type } = request.headers;
      seen.push({ key, team, stream, type, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end();
    });
  });
  const env = { HTTP_URL: url, HTTP_HEADERS: '{"X-Team":"blue"}' };
  const part = freshPart();
  const [empty, batch] = batchesOf(part, 2);
  const single = await begin(await sinkTo({}, { env }), part);
  await single.commit(
    [empty!, { ...batch!, headers: (i) => ({ 'evergen-stream': String(i) }) }],
    totalsOf([empty!, batch!]),
    new AbortController().signal,
  );
  await single.close();
  const other = freshPart();
  const many = await begin(await sinkTo({ array: 3 }, { env }), other);
  await commitAll(many, other, 5, [2, 3]);
  await many.close();

  const prefix = `nightly/${part.run}/intakes/1`;
  expect(seen.slice(0, 2)).toEqual([
    { key: `${prefix}/0`, team: 'blue', stream: '0', type: 'application/json', body: { stream: 'intakes', batch: 1, event: 0, text: 'é' } },
    { key: `${prefix}/1`, team: 'blue', stream: '1', type: 'application/json', body: { stream: 'intakes', batch: 1, event: 1, text: 'é' } },
  ]);
  const keys = seen.slice(2).map(({ key }) => String(key).split('/').slice(3).join('/'));
  expect(keys.sort()).toEqual(['1/0-1', '2/0-2', '2/3-3', '3/0-0', '4/0-2']);
  expect(seen.find(({ key }) => String(key).endsWith('2/0-2'))?.body).toHaveLength(3);
});

test('answers are told to whoever wants to log them', async () => {
  const told: string[] = [];
  const receiver = await receiving();
  const sink = await sinkTo(
    { url: receiver.url, concurrency: 1 },
    { delivered: ({ batch, i, outcome, reason, answer }) => told.push(`${batch}/${i} ${outcome} ${reason} ${answer.trim()}`) },
  );
  const part = freshPart();
  const writer = await begin(sink, part);
  await commitAll(writer, part, 2);
  await writer.close();

  expect(told).toEqual(['1/0 accepted 200 {"sequenceNumber":1}', '1/1 accepted 200 {"sequenceNumber":2}']);
});
