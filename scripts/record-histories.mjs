// Records one history of each shape of a job into test/histories/, for `test/workflows/histories.test.ts` to replay for ever.
// Run it only for a new shape, or after a change of the workflow that old histories are allowed to break (none running anywhere).
//   npm run build && node scripts/record-histories.mjs
import { fork } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const dist = (path) => require(join(root, 'dist', path));
const { Client, Connection } = require('@temporalio/client');
const { historyToJSON } = require('@temporalio/common/lib/proto-utils');
const { findCli } = dist('src/temporal/cli-binary.js');
const { startDevServer } = dist('src/temporal/dev-server.js');
const { parseJobSpec } = dist('src/spec/job-spec.js');
const { planOf } = dist('src/spec/plan.js');

const folder = mkdtempSync(join(tmpdir(), 'evergen-histories-'));
const binary = await findCli({ variables: process.env, say: console.error });
const server = await startDevServer({ binary, databaseFile: null, port: 0, uiPort: null, namespace: 'default' });
const env = { ...process.env, TEMPORAL_ADDRESS: server.address, DATA_DIR: folder, LOG_LEVEL: 'error' };
const worker = async () => {
  const child = fork(join(root, 'dist/src/worker.js'), [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await new Promise((resolve) => child.once('message', resolve));
  return child;
};
const connection = await Connection.connect({ address: server.address });
const client = new Client({ connection });

async function start(id, load, more = {}) {
  const plan = planOf(parseJobSpec({ id, scenario: 'crisis', sink: 'disk', seed: 42, load, ...more }), {
    job: id,
    run: '20260105T231000.123Z',
    version: '0.0.0',
  });
  const searchAttributes = { JobState: ['running'], Scenario: [plan.scenario], Sink: [plan.sink] };
  return client.workflow.start('generate', {
    workflowId: id,
    taskQueue: 'evergen',
    args: [plan],
    workflowTaskTimeout: '3s',
    searchAttributes,
  });
}

/** Nothing in a recorded history tells on which machine it was made: names of workers and of their queues carry its host. */
const anonymous = (key, value) =>
  key === 'identity' ? 'recorder' : typeof value === 'string' ? value.replace(/^\d+@[^-]+/, '1@recorder') : value;

/** Each shape is told as a story; it ends when the job has ended. */
const shapes = {
  async fresh() {
    return start('fresh', { pace: { rate: 10 }, for: '2s' });
  },
  async 'pause-and-resume'() {
    const job = await start('pause-and-resume', { pace: { rate: 20 }, for: '3s' });
    await sleep(1200);
    await job.signal('pause', { request: 'a', by: 'recorder' });
    await sleep(1200);
    await job.signal('resume', { request: 'b', by: 'recorder' });
    return job;
  },
  async 'stop-mid-span'() {
    const job = await start('stop-mid-span', { pace: { rate: 20 } });
    await sleep(1500);
    await job.signal('stop');
    return job;
  },
  async cancelled() {
    const job = await start('cancelled', { pace: { rate: 20 } });
    await sleep(1500);
    await job.cancel();
    return job;
  },
  async 'standby-and-wake'() {
    const job = await start('standby-and-wake', { pace: { rate: 20 }, for: '3s' });
    await sleep(1200);
    await job.signal('standby', { request: 'a', by: 'up' });
    await sleep(800);
    await job.signal('wake', { request: 'b', by: 'up' });
    return job;
  },
  async 'change-of-pace'() {
    const job = await start('change-of-pace', { pace: { rate: 20 }, for: '3s' });
    await sleep(1200);
    await job.executeUpdate('set_pace', { args: [{ rate: 50 }] });
    return job;
  },
  async 'timer-paced'() {
    return start('timer-paced', { pace: { every: '10s', batch_size: 3 }, batches: 2 });
  },
  async 'worker-killed'() {
    const job = await start('worker-killed', { pace: { rate: 20 }, for: '6s' });
    await sleep(1500);
    process.kill(present.pid, 'SIGKILL');
    present = await worker();
    return job;
  },
  async 'worker-killed-at-pause'() {
    const job = await start('worker-killed-at-pause', { pace: { rate: 20 } });
    await sleep(1500);
    process.kill(present.pid, 'SIGKILL');
    await job.signal('pause');
    present = await worker();
    await sleep(4000);
    await job.signal('resume');
    await sleep(1000);
    await job.signal('stop');
    return job;
  },
  async 'continued-as-new'() {
    // Twenty emits are ten minutes of spans; pauses make them in seconds. Then the job drains to the common end of its spans.
    const job = await start('continued-as-new', { pace: { rate: 20 } });
    for (let i = 0; i < 21; i++) {
      await sleep(300);
      await job.signal('pause');
      while ((await job.query('status')).state !== 'paused') await sleep(20);
      await job.signal('resume');
    }
    const latest = client.workflow.getHandle('continued-as-new');
    while ((await latest.describe()).runId === job.firstExecutionRunId) await sleep(200);
    await sleep(1000);
    await latest.signal('stop');
    return job;
  },
};

let present = await worker();
const only = process.argv.slice(2);
mkdirSync(join(root, 'test/histories'), { recursive: true });
for (const [name, story] of Object.entries(shapes)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const job = await story();
  await job.result();
  let runId = job.firstExecutionRunId;
  for (let piece = 0; runId; piece++) {
    const history = await client.workflow.getHandle(name, runId).fetchHistory();
    const file = join(root, 'test/histories', `${name}${piece === 0 ? '' : `-${piece}`}.json`);
    writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)), anonymous)}\n`);
    console.log(`${file}: ${history.events.length} events`);
    runId = history.events.at(-1).workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
}
process.kill(present.pid, 'SIGTERM');
await connection.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
