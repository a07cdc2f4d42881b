/** Crisis intake as its users call it: every call of the API against a real stack, signals from the Temporal CLI beside it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openRunFolder } from '../../src/sinks/disk/run-folder';
import { manifest } from '../../src/spec/manifest';
import { findCli } from '../../src/temporal/cli-binary';
import { verify } from '../../src/verify/verify';
import { startTestStack, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(180_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await Promise.all([stack.worker(), stack.facade()]);
});

const crisis = (method: 'GET' | 'POST', path: string, body?: unknown) => stack.call(method, `/crisis${path}`, body);
const generate = (duration_minutes: number, rate_per_second: number, more = {}) =>
  crisis('POST', '/generate', { duration_minutes, rate_per_second, ...more });
const ended = () => until(async () => (await crisis('GET', '/status')).body['is_running'] === false, 90_000);

/** A signal as an operator sends it who knows nothing of evergen's API. */
async function signal(name: string): Promise<void> {
  const cli = await findCli({ variables: process.env, say: () => undefined });
  await promisify(execFile)(cli, ['workflow', 'signal', '--address', stack.server.address, '-w', 'crisis-intake', '--name', name]);
}

async function verifiedEvents(): Promise<number> {
  const folder = await stack.runFolder('crisis-intake');
  await until(
    async () => (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { finished_at: unknown }).finished_at !== null,
  );
  const written = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const report = await verify(written.plan, written.timeline, openRunFolder(folder), {
    complete: written.state === 'completed',
    atRest: true,
  });
  expect(report.problems).toEqual([]);
  return report.events;
}

test('before the first run the status is empty, and there is nothing to stop, pause or resume', async () => {
  expect((await crisis('GET', '/status')).body).toMatchObject({
    is_running: false,
    start_time: null,
    end_time: null,
    events_generated: 0,
    time_remaining_seconds: 0,
  });
  for (const path of ['/stop', '/pause', '/resume'])
    expect(await crisis('POST', path)).toMatchObject({ status: 409, body: { title: expect.any(String) as unknown } });
});

test('half a minute at 10 a second commits exactly 300 events; a second start is refused and disturbs nothing', async () => {
  const started = await generate(0.5, 10);
  expect(started).toMatchObject({
    status: 200,
    body: { status: 'started', duration_minutes: 0.5, rate_per_second: 10, estimated_events: 300 },
  });
  expect(Date.parse(String(started.body['end_time'])) - Date.now()).toBeGreaterThan(28_000);

  await sleep(2000);
  expect((await generate(1, 1)).status).toBe(409);
  const { body } = await crisis('GET', '/status');
  expect(body).toMatchObject({ is_running: true, is_paused: false });
  expect(body['time_remaining_seconds']).toBeGreaterThan(20);
  await ended();

  const done = await crisis('GET', '/status');
  expect(done.body).toMatchObject({ is_running: false, events_generated: 300, time_remaining_seconds: 0 });
  expect(await verifiedEvents()).toBe(300);
  expect(await crisis('POST', '/stop')).toMatchObject({ status: 200, body: { events_generated: 300 } });
});

test('0.7 minutes at 33.3 a second commit exactly what was estimated, also when paused and resumed three times by signals', async () => {
  const started = await generate(0.7, 33.3);
  expect(started.body['estimated_events']).toBe(1398);
  for (let i = 0; i < 3; i++) {
    await sleep(2500);
    const askedAt = Date.now();
    await signal('pause');
    await until(async () => (await crisis('GET', '/status')).body['is_paused'] === true);
    expect(Date.now() - askedAt).toBeLessThan(1500);
    await sleep(600);
    const first = (await crisis('GET', '/status')).body;
    await sleep(1200);
    const second = (await crisis('GET', '/status')).body;
    expect(second).toMatchObject({ events_generated: first['events_generated'], time_remaining_seconds: first['time_remaining_seconds'] });
    await signal('resume');
    await until(async () => (await crisis('GET', '/status')).body['is_paused'] === false);
  }
  await ended();

  expect((await crisis('GET', '/status')).body['events_generated']).toBe(1398);
  expect(await verifiedEvents()).toBe(1398);
});

test('pause, resume and stop answer with the state and are in force within a second', async () => {
  await generate(5, 20);
  await until(async () => Number((await crisis('GET', '/status')).body['events_generated']) > 0);

  const pausedAt = Date.now();
  expect(await crisis('POST', '/pause')).toMatchObject({ status: 200, body: { status: 'paused' } });
  expect(Date.now() - pausedAt).toBeLessThan(1000);
  expect(await crisis('POST', '/pause')).toMatchObject({ status: 200, body: { status: 'paused' } });
  expect(await crisis('POST', '/resume')).toMatchObject({ status: 200, body: { status: 'running' } });
  await sleep(1000);
  const stoppedAt = Date.now();
  expect(await crisis('POST', '/stop')).toMatchObject({ status: 200, body: { status: 'stopping' } });
  await ended();
  expect(Date.now() - stoppedAt).toBeLessThan(1000);

  const { events_generated: events } = (await crisis('GET', '/status')).body;
  expect(await verifiedEvents()).toBe(events);
});

test('a run of no time, or of no rate, ends by itself with 0 events', async () => {
  for (const [minutes, rate] of [
    [0, 5],
    [5, 0],
  ] as const) {
    expect((await generate(minutes, rate)).body['estimated_events']).toBe(0);
    await ended();
    expect((await crisis('GET', '/status')).body['events_generated']).toBe(0);
  }
});

test('the same seed and start make the same bytes again', async () => {
  const again = { seed: 42, start: '2026-01-05T23:10:00.000Z' };
  const bytes: Buffer[] = [];
  for (let i = 0; i < 2; i++) {
    await generate(0.1, 20, again);
    await ended();
    await verifiedEvents();
    bytes.push(await readFile(join(await stack.runFolder('crisis-intake'), 'intakes/00-000000.jsonl')));
  }
  expect(bytes[0]?.length).toBeGreaterThan(120 * 300);
  expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true);
});

test('with Temporal away every call answers 503 with Retry-After within 3 seconds, and the next one works when it is back', async () => {
  await stack.server.kill();
  // Longer than the last answer is shown while a look takes long.
  await sleep(1300);
  for (const [method, path] of [
    ['GET', '/status'],
    ['POST', '/stop'],
    ['POST', '/pause'],
  ] as const) {
    const askedAt = Date.now();
    expect((await crisis(method, path)).status).toBe(503);
    expect(Date.now() - askedAt).toBeLessThan(3000);
  }
  await stack.server.restart();
  await until(async () => (await crisis('GET', '/status')).status === 200);
});
