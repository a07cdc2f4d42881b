import { KeptRuns } from '../../src/jobs/kept-runs';
import { tempFolder } from '../sinks/temp-folder';
import { alterManifest, finishedRun } from '../verify/finished-run';

const RUN = '20260105T231000.000Z';

test('a run is told by its manifest and by the record beside its data, lateness included', async () => {
  const dataDir = await tempFolder();
  await finishedRun(dataDir);
  const kept = new KeptRuns(dataDir);
  expect(await kept.names('nightly')).toEqual([RUN]);
  const status = await kept.status('nightly');
  expect(status).toMatchObject({ state: 'completed', reason: null, plan: { job: 'nightly', run: RUN, seed: 42 }, journal: [] });
  expect(status?.parts).toMatchObject([{ stream: 0, shard: 0, next: 30, totals: { batches: 30, emitted: 60, latenessMaxMs: 1 } }]);
  expect(await kept.status('nightly', RUN)).toEqual(status);
});

test('a run that was forgotten before it ended has failed, with what is committed and the reason', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir, 'running', 12);
  await alterManifest(folder, ({ streams, ...rest }) => ({ ...rest, streams: streams.map((part) => ({ ...part, next_batch: 3 })) }));
  expect(await new KeptRuns(dataDir).status('nightly')).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('last known state was running') as string,
    parts: [{ next: 12 }],
  });
});

test('what is no run of that job is none: another name, a damaged manifest, a copy under another name', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir);
  const kept = new KeptRuns(dataDir);
  expect(await kept.status('weekly')).toBeNull();
  expect(await kept.status('nightly', '20200105T231000.000Z')).toBeNull();
  await alterManifest(folder, (manifest) => ({ ...manifest, plan: { ...manifest.plan, job: 'other' } }));
  expect(await kept.status('nightly')).toBeNull();
  await alterManifest(folder, () => 'damaged');
  expect(await kept.status('nightly')).toBeNull();
});
