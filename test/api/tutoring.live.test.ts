/** The tutoring simulator as its users know it: invoked and scheduled, against a receiver. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import type { JobBody } from '../../src/jobs/job-body';
import { EVENT_TYPES, type TutoringEvent } from '../../src/scenarios/tutoring/event';
import { receiving, type Received } from '../sinks/http/receiving';
import { startTestStack, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(60_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await Promise.all([stack.worker(), stack.facade()]);
});

const eventOf = ({ event }: Received) => event as TutoringEvent;
const numberOf = ({ key }: Received) => {
  const [batch = 0, i = 0] = key.split('/').slice(-2).map(Number);
  return batch * 10 + i;
};

test('one run is 500 events of six types in five seconds, each with its key and the stream it belongs to', async () => {
  const receiver = await receiving();

  const { status, body } = await stack.call('POST', '/tutoring/invoke?wait=true', { ingest_api_url: receiver.url });

  const id = String(body['job_id']);
  expect({ status, body }).toEqual({
    status: 200,
    body: { job_id: id, total_events: 500, state: 'completed', state_reason: null, sent: 500, rejected: 0 },
  });
  const received = (await receiver.received()).sort((a, b) => numberOf(a) - numberOf(b));
  expect(received.filter(({ key }) => !key.startsWith(`${id}/`))).toEqual([]);
  expect(received.map(numberOf)).toEqual(Array.from({ length: 500 }, (_, n) => n));
  expect(received.map(({ stream }) => stream)).toEqual(Array.from({ length: 500 }, (_, n) => String(n % 50)));
  const events = received.map(eventOf);
  expect(new Set(events.map((event) => Object.keys(event).join()))).toEqual(new Set(['event_type,payload']));
  expect(new Set(events.map(({ event_type }) => event_type))).toEqual(new Set(EVENT_TYPES));
  // 10 each 100 ms, evenly.
  const times = events.map(({ payload }) => Date.parse(payload.timestamp));
  expect(times.slice(1).map((time, i) => time - times[i]!)).toEqual(times.slice(1).map(() => 10));
  const job = (await stack.call('GET', `/jobs/${id}`)).body as unknown as JobBody;
  const tookMs = Date.parse(job.finished_at ?? '') - Date.parse(job.start ?? '');
  expect(tookMs).toBeGreaterThan(4_900);
  // On an idle machine 5.0 to 5.1 s; a run that waited for each answer would take longer by far.
  expect(tookMs).toBeLessThan(6_000);

  const env = { ...process.env, TEMPORAL_ADDRESS: stack.server.address, DATA_DIR: stack.dataDir };
  const script = join(packageRoot(), 'scripts/check-event-distribution.sh');
  const { stdout } = await promisify(execFile)('sh', [script], { env, cwd: stack.dataDir });
  const counts = EVENT_TYPES.map((type) => [type, events.filter(({ event_type }) => event_type === type).length] as const);
  expect(stdout).toBe(
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, count]) => `${String(count).padStart(String(Math.max(...counts.map(([, n]) => n))).length + 1)} ${type}\n`)
      .join(''),
  );
});

test('its schedule is enabled with other settings, sends other events each time, and rests when it is disabled', async () => {
  const receiver = await receiving();
  const settings = { enabled: true, every: 'PT2S', stream_count: 5, events_per_run: 4, ingest_api_url: receiver.url };

  expect(await stack.call('PATCH', '/schedules/tutoring', settings)).toMatchObject({ status: 200, body: { enabled: true, every: 'PT2S' } });
  await until(async () => (await receiver.received()).length >= 40, 20_000);
  expect(await stack.call('PATCH', '/schedules/tutoring', { enabled: false })).toMatchObject({ status: 200, body: { enabled: false } });

  const received = await receiver.received();
  const runs = [...new Set(received.map(({ key }) => key.split('/')[0] ?? ''))].map(
    (id) => [id, received.filter(({ key }) => key.startsWith(`${id}/`))] as const,
  );
  for (const [id, own] of runs) {
    expect(id).toMatch(/^tutoring-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(own.length).toBe(20);
    expect(new Set(own.map(({ stream }) => stream))).toEqual(new Set(['0', '1', '2', '3', '4']));
  }
  const payloads = received.map((one) => JSON.stringify({ ...eventOf(one).payload, timestamp: null }));
  expect(new Set(payloads).size).toBe(payloads.length);
});
