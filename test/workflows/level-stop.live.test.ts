/** A stop of several writers leaves no hole behind, so that the run can be done again as it is. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { realClock } from '../../activities/clock';
import { specToRepeat } from '../../src/jobs/repeat';
import { wireSpec } from '../../src/spec/job-spec';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import type { Status } from '../../workflows/messages';
import { startDevServer } from '../support/temporal';
import { verifyRun } from './verify-run';
import { rig, type Rig } from './rig';

jest.setTimeout(60_000);

let jobs: Rig;
beforeAll(async () => {
  const server = await startDevServer();
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  const connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: server.namespace }, server.address));
  jobs = await rig({ client: new Client({ connection }), nativeConnection }, realClock);
});

const paced = { pace: { rate: 200 } };
const unpaced = { pace: { unpaced: { batch_size: 200, step: '1ms' } }, batches: 1_000_000 };

/** Batches of all parts; numbers that a part lacks below the last one of any. */
function countsOf({ parts, plan: { shards } }: Status) {
  const batches = parts.reduce((sum, { next, shard }) => sum + (next - shard) / shards, 0);
  const last = Math.max(...parts.map(({ next }) => next - shards));
  return { batches, holes: last + 1 - batches };
}

async function hasData(job: string): Promise<boolean> {
  const under = join(jobs.dataDir, 'jobs', job);
  const names = await readdir(under, { recursive: true }).catch(() => []);
  const sizes = names
    .filter((name) => name.endsWith('.jsonl'))
    .map(async (name) => (await stat(join(under, name)).catch(() => null))?.size);
  return (await Promise.all(sizes)).some((size) => (size ?? 0) > 0);
}

test('jobs of three and of eight shards, stopped at any moment, have no hole, and their repetition has the same bytes', async () => {
  const stopped = await Promise.all(
    [3, 8].flatMap((shards) =>
      [paced, paced, paced, unpaced].map(async (load, n) => {
        const handle = await jobs.start({ scenario: 'crisis', sink: 'disk', shards, load });
        // When it has begun to write; then at another moment for each job.
        while (!(await hasData(handle.workflowId))) await sleep(20);
        await sleep(n * 137 + shards * 11);
        await handle.signal('stop');
        return handle.result();
      }),
    ),
  );

  for (const done of stopped) {
    const { batches, holes } = countsOf(done);
    expect({ state: done.state, holes, some: batches > 0 }).toEqual({ state: 'stopped', holes: 0, some: true });
    const spec = specToRepeat(done);
    if (spec === null) throw new Error('it has not begun');
    const again = await (await jobs.start({ ...wireSpec(spec), id: undefined })).result();
    const [one, other] = [await verifyRun(jobs.dataDir, done), await verifyRun(jobs.dataDir, again)];
    expect(one).toMatchObject({ ok: true, problems: [] });
    expect({ ...other, job: '', run: '' }).toEqual({ ...one, job: '', run: '' });
    expect(again.state).toBe('completed');
  }
});
