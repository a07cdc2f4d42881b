/** The http sink under everything at once: a receiver that fails and is killed, workers that are killed, a target that hangs. Long form: RECEIVER_AWAY_S=20 npm test -- chaos/http. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { generationOf, make } from '../../src/spec/generation';
import { manifest } from '../../src/spec/manifest';
import { freePort } from '../../src/temporal/free-port';
import { atEnd } from '../support/cleanup';
import { serverOf } from '../support/http-server';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(180_000);

const AWAY_S = Number(process.env['RECEIVER_AWAY_S'] ?? 3);
const RATE = 50;

let stack: TestStack;
let worker: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  [worker] = await Promise.all([stack.worker(), stack.facade()]);
});

const specOf = (id: string, url: string, more: object = {}) => ({
  id,
  seed: 42,
  scenario: 'crisis',
  load: { pace: { rate: RATE }, start: new Date(Date.now() + 500).toISOString(), for: `${String(8 + 2 * AWAY_S)}s` },
  sink: { name: 'http', url, timeout: '500ms' },
  ...more,
});

const jobOf = async (id: string) => (await stack.call('GET', `/jobs/${id}`)).body;
const stateIs = (id: string, state: string) => until(async () => (await jobOf(id))['state'] === state, 120_000);
const totalsOf = async (id: string) => (await jobOf(id))['totals'] as Record<string, number>;
const manifestOf = async (id: string) =>
  manifest.parse(JSON.parse(await readFile(join(await stack.runFolder(id), 'manifest.json'), 'utf8')));

interface Receiver {
  url: string;
  kill(): Promise<void>;
  stats(): Promise<{ requests: number; accepted: number; duplicates: number; misbehaved: Record<string, number> }>;
}

/** `evergen ingest` as a process of its own. */
async function receiver(port: number, out: string, fail: readonly string[], seed: number): Promise<Receiver> {
  const words = ['ingest', '--port', String(port), '--out', out, '--seed', String(seed), ...fail.flatMap((share) => ['--fail', share])];
  const child: ChildProcess = spawn(process.execPath, [join(__dirname, '../../evergen'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  atEnd(kill);
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  expect(said.toString()).toContain('receiving at');
  const base = `http://127.0.0.1:${String(port)}`;
  return {
    url: `${base}/ingest`,
    kill,
    stats: async () => (await (await fetch(`${base}/stats`)).json()) as Awaited<ReturnType<Receiver['stats']>>,
  };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'evergen-http-'));
  atEnd(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** What the target must have, by key: made anew from plan and timeline. */
async function expectedOf(id: string): Promise<Map<string, string>> {
  const { plan, timeline } = await manifestOf(id);
  const generation = generationOf(plan, timeline);
  const expected = new Map<string, string>();
  for (let b = 0; b < generation.schedules[0]!.end; b++) {
    const { bytes, count } = make(generation, 0, b, new BatchBuffer());
    const lines = bytes.toString().trimEnd().split('\n');
    for (let i = 0; i < count; i++) expected.set(`${id}/${plan.run}/intakes/${String(b)}/${String(i)}`, lines[i] ?? '');
  }
  return expected;
}

test('a receiver that fails 30 % and is killed in the middle, a worker killed twice: every event arrives, under its key, once after de-duplication', async () => {
  const fail = ['429=0.1', '500=0.1', 'reset=0.06', 'hang=0.04'];
  const out = join(await folder(), 'received.jsonl');
  const port = await freePort();
  let target = await receiver(port, out, fail, 1);
  await until(async () => (await stack.call('POST', '/jobs', specOf('storm', target.url))).status === 201);

  await until(async () => (await target.stats()).accepted > 100, 60_000);
  await worker.kill();
  worker = await stack.worker();
  await until(async () => (await target.stats()).accepted > 150, 60_000);
  const before = await target.stats();
  await target.kill();
  await sleep(AWAY_S * 1000);
  const shown = (await jobOf('storm'))['last_error'];
  target = await receiver(port, out, fail, 2);
  await until(async () => (await target.stats()).accepted > before.accepted, 60_000);
  await worker.kill();
  worker = await stack.worker();
  await stateIs('storm', 'completed');

  const after = await target.stats();
  const expected = await expectedOf('storm');
  const received = (await readFile(out, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string; event: unknown });
  expect(received.map(({ key }) => key).sort()).toEqual([...expected.keys()].sort());
  expect(received.filter(({ key, event }) => JSON.stringify(event) !== expected.get(key))).toEqual([]);
  expect(await totalsOf('storm')).toMatchObject({ emitted: expected.size, rejected: 0 });
  if (AWAY_S >= 5) expect(shown).toContain('does not take events');
  const repeated = before.duplicates + after.duplicates;
  const failed = [...Object.values(before.misbehaved), ...Object.values(after.misbehaved)].reduce((a, b) => a + b, 0);
  process.stderr.write(
    `${String(expected.size)} events, ${String(before.requests + after.requests)} requests, ${String(failed)} met a misbehaviour, ${String(repeated)} came again after they had been taken; shown while it was away: ${String(shown)}\n`,
  );
});

test('what a target refuses for good is in rejected.jsonl with the reason, and the run ends completed with the counts', async () => {
  const target = await receiver(await freePort(), join(await folder(), 'received.jsonl'), ['422=0.1'], 3);
  await until(
    async () =>
      (await stack.call('POST', '/jobs', specOf('picky', target.url, { load: { pace: { rate: 200 }, for: '2s' } }))).status === 201,
  );
  await stateIs('picky', 'completed');

  const { accepted, misbehaved } = await target.stats();
  const rows = (await readFile(join(await stack.runFolder('picky'), 'rejected.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(misbehaved['422']).toBeGreaterThan(10);
  expect(await totalsOf('picky')).toMatchObject({ emitted: 400, rejected: 400 - accepted });
  expect(rows).toHaveLength(400 - accepted);
  expect(JSON.parse(rows[0] ?? '')).toMatchObject({
    status: 422,
    stream: 'intakes',
    answer: expect.stringContaining('on purpose') as string,
  });
});

/** Ms from the call until the pause is in force, as the facade shows it. */
async function pausedAfter(id: string): Promise<number> {
  const askedMs = performance.now();
  await stack.call('POST', `/jobs/${id}/pause`);
  await until(async () => {
    const { state, settling } = await jobOf(id);
    return state === 'paused' && settling === false;
  });
  return Math.round(performance.now() - askedMs);
}

test('a pause against a target that hangs is in force within 1.5 s, and a stop ends the job', async () => {
  const begun = { hanging: 0, answering: 0 };
  const hanging = await serverOf((request) => {
    request.resume();
    begun.hanging++;
  });
  const answering = await serverOf((request, response) => {
    request.resume();
    response.end('{}');
    begun.answering++;
  });
  const startOf = (id: string, url: string) =>
    until(async () => (await stack.call('POST', '/jobs', specOf(id, url, { sink: { name: 'http', url, timeout: '30s' } }))).status === 201);
  await Promise.all([startOf('hanging', hanging), startOf('answering', answering)]);
  await until(() => Promise.resolve(begun.hanging > 0 && begun.answering > 0));
  await sleep(500);

  const [hangingMs, answeringMs] = await Promise.all([pausedAfter('hanging'), pausedAfter('answering')]);

  process.stderr.write(`paused after ${String(hangingMs)} ms; beside it, with a target that answers, after ${String(answeringMs)} ms\n`);
  // On a machine that is busy all of it takes longer, for both: by which they may differ is one heartbeat and the half second of a batch in hand.
  expect(hangingMs).toBeLessThan(Math.max(1500, answeringMs + 900));
  expect(await totalsOf('hanging')).toMatchObject({ emitted: 0, batches: 0 });
  await Promise.all(['hanging', 'answering'].map((id) => stack.call('POST', `/jobs/${id}/stop`)));
  await Promise.all(['hanging', 'answering'].map((id) => stateIs(id, 'stopped')));
});

test('a target that is not allowed is refused before anything is started, and one that only a worker refuses pauses the job with the reason', async () => {
  const { status, body } = await stack.call('POST', '/jobs', specOf('elsewhere', 'http://169.254.169.254/latest'));

  expect(status).toBe(422);
  expect(body['problems']).toEqual([
    expect.objectContaining({ path: '/sink/url', message: expect.stringContaining('EVERGEN_HTTP_ALLOW') as string }),
  ]);
  expect((await stack.call('GET', '/jobs/elsewhere')).status).toBe(404);

  await worker.kill();
  worker = await stack.worker({ EVERGEN_HTTP_ALLOW: 'example.com' });
  expect((await stack.call('POST', '/jobs', specOf('refused', 'http://127.0.0.1:9/'))).status).toBe(201);
  await stateIs('refused', 'paused');
  expect((await jobOf('refused'))['state_reason']).toContain('127.0.0.1 is not in EVERGEN_HTTP_ALLOW');
});
