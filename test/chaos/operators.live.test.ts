/**
 * Random operators, random policies and shards, while workers, server and facade are killed, stopped and continued at random: whatever happened,
 * what is on disk is what specification and timeline say. `CHAOS_JOBS=60 CHAOS_SEED=1 npm test -- chaos/operators` is the long form.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { openRunFolder } from '../../src/sinks/disk/run-folder';
import { manifest } from '../../src/spec/manifest';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import { verify } from '../../src/verify/verify';
import { WORKFLOW_TYPE } from '../../workflows/messages';
import { runName } from '../../workflows/naming';
import { choices, type Choices } from '../../src/cli/choices';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

const JOBS = Number(process.env['CHAOS_JOBS'] ?? 6);
const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1e6));
const AT_ONCE = 6;
/** How long operators and killers are at work on one round of jobs. */
const ROUND_MS = 25_000;

jest.setTimeout(Math.ceil(JOBS / AT_ONCE) * 180_000);

let stack: TestStack;
let client: Client;
const workers: TestProcess[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  workers.push(await stack.worker(), await stack.worker());
  client = new Client({ connection: connectClient(temporalSettings({ TEMPORAL_NAMESPACE: 'default' }, stack.server.address)) });
}, 60_000);

function randomSpec(id: string, random: Choices) {
  const pace = random.of<Record<string, unknown>>(
    { rate: 0.5 + random.below(80) },
    { rate: random.between(1, 9) + 0.5 },
    { every: `${String(random.between(1, 12) * 100)}ms`, batch_size: { min: 0, max: 9 } },
    {
      stages: [
        { rate: 5, for: '3s' },
        { rate: { from: 5, to: 60 }, for: '8s' },
      ],
      repeat: true,
    },
  );
  const policies = { on_pause: random.of('hold', 'skip', 'catch_up'), on_lag: random.of('hold', 'skip', 'catch_up') };
  return {
    id,
    seed: random.below(1000),
    scenario: 'crisis',
    sink: 'disk',
    shards: random.of(1, 1, 2, 3),
    load: { pace, ...policies, ...(random.chance(0.3) ? { for: '12s' } : {}) },
  };
}

async function start(spec: ReturnType<typeof randomSpec>): Promise<WorkflowHandle> {
  const plan = planOf(parseJobSpec(spec), { job: spec.id, run: runName(new Date()), version: '0.0.0' });
  const searchAttributes = { JobState: ['running'], Scenario: [plan.scenario], Sink: [plan.sink] };
  return client.workflow.start(WORKFLOW_TYPE, {
    workflowId: spec.id,
    taskQueue: 'evergen',
    args: [plan],
    workflowTaskTimeout: '3s',
    searchAttributes,
  });
}

/** Says something to a job now and then; a server that is away, or a job that has ended, is its own business. */
async function operate(handle: WorkflowHandle, random: Choices, untilMs: number): Promise<void> {
  while (Date.now() < untilMs) {
    await sleep(random.between(100, 2500));
    const paces = [{ kind: 'rate', rate: random.of(0, 3, 17.5, 80), of: 1, index: 0 }];
    const said = random.of<[string, unknown?]>(['pause'], ['resume'], ['resume'], ['set_pace', { paces }], ['standby'], ['wake'], ['wake']);
    await handle.signal(said[0], ...(said[1] === undefined ? [] : [said[1]])).catch(() => undefined);
  }
}

/** Kills, stops and continues processes at random; in the end everything is alive. */
async function disturb(random: Choices, untilMs: number): Promise<void> {
  while (Date.now() < untilMs) {
    await sleep(random.between(300, 2500));
    const i = random.below(workers.length);
    const worker = workers[i];
    switch (random.of('kill', 'kill', 'freeze', 'server')) {
      case 'kill':
        await worker?.kill();
        workers[i] = await stack.worker();
        break;
      case 'freeze':
        worker?.freeze();
        await sleep(random.between(500, 5000));
        worker?.thaw();
        break;
      case 'server':
        await stack.server.kill();
        await sleep(random.between(0, 1500));
        await stack.server.restart();
        break;
    }
  }
}

async function verified(job: string) {
  const folder = await stack.runFolder(job);
  const written = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const report = await verify(written.plan, written.timeline, openRunFolder(folder), {
    complete: written.state === 'completed',
    atRest: true,
  });
  return { problems: report.problems, events: report.events, entries: written.timeline.length, state: written.state };
}

test(`${String(JOBS)} jobs under random operators and random kills hold exactly what their timelines say (CHAOS_SEED=${String(SEED)})`, async () => {
  const random = choices(SEED);
  const seen: Awaited<ReturnType<typeof verified>>[] = [];
  for (let first = 0; first < JOBS; first += AT_ONCE) {
    const specs = Array.from({ length: Math.min(AT_ONCE, JOBS - first) }, (_, i) => randomSpec(`chaos-${String(first + i)}`, random));
    const handles = await Promise.all(specs.map(start));
    await until(async () => (await Promise.all(specs.map(({ id }) => stack.committed(id)))).length > 0);
    const untilMs = Date.now() + ROUND_MS;
    await Promise.all([
      disturb(choices(random.below(2 ** 31)), untilMs),
      ...handles.map((handle) => operate(handle, choices(random.below(2 ** 31)), untilMs)),
    ]);
    for (const handle of handles)
      await until(
        async () =>
          handle.signal('stop').then(
            () => true,
            (error: unknown) => String(error).includes('completed'),
          ),
        20_000,
      );
    await Promise.all(handles.map((handle) => handle.result()));
    for (const { id, ...spec } of specs) {
      const result = await verified(id);
      if (result.problems.length > 0) throw new Error(`${id} ${JSON.stringify(spec)}: ${result.problems.join('; ')}`);
      seen.push(result);
    }
  }

  process.stderr.write(
    `events, entries of the timeline: ${seen.map(({ events, entries }) => `${String(events)}/${String(entries)}`).join(' ')}\n`,
  );
  expect(seen).toHaveLength(JOBS);
  expect(seen.some(({ entries }) => entries > 3)).toBe(true);
});
