import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { realClock } from '../../activities/clock';
import { publish } from '../../activities/publish';
import { parseJobSpec } from '../../src/spec/job-spec';
import { MANIFEST } from '../../src/spec/manifest';
import { planOf } from '../../src/spec/plan';
import { noTotals } from '../../workflows/ledger';
import type { PublishArgs } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';
import { diskOver, emit, part, settle } from '../sinks/disk-run';
import { tempFolder } from '../sinks/temp-folder';

const START_US = 1_767_225_600_000_000;

function argsOf(home: string): PublishArgs {
  const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', load: { pace: { every: '1s', batch_size: 2 } } });
  const plan = planOf(spec, { job: part.job, run: part.run, version: '0.0.0' });
  return {
    plan: { ...plan, run: part.run, seed: 1, startUs: START_US },
    timeline: begin(plan.streams, START_US),
    generation: 3,
    state: 'completed',
    startedAtMs: START_US / 1000,
    finishedAtMs: START_US / 1000 + 30_000,
    pausedMs: 0,
    skipped: [{ batches: 0, events: 0 }],
    journal: [],
    parts: [{ stream: 0, shard: 0, next: 30, totals: noTotals() }],
    home,
  };
}

/** A run of several data files that has come to its end, and its last manifest. */
async function ended() {
  const dataDir = await tempFolder();
  const sink = diskOver(dataDir);
  await settle(sink, 1, true);
  await emit(sink, 1, 30);
  const args = argsOf(await sink.home());
  const folder = join(dataDir, 'jobs', part.job, part.run);
  // Another process: it has read none of the files yet.
  const deps = { clock: realClock, sinkOf: () => diskOver(dataDir), dataDir };
  return {
    folder,
    async published() {
      await new MockActivityEnvironment().run(() => publish(deps, args));
      return JSON.parse(await fs.readFile(join(folder, MANIFEST), 'utf8'));
    },
  };
}

test('the manifest of a run that has ended lists all its files', async () => {
  const { published } = await ended();

  const { state, files } = await published();

  expect(state).toBe('completed');
  expect(files.length).toBeGreaterThan(3);
});

test('a data file that somebody has taken away keeps no job from its end: the manifest is written, verify says what is missing', async () => {
  const { folder, published } = await ended();
  await fs.rm(join(folder, 'intakes', '00-000001.jsonl'));

  expect(await published()).toMatchObject({ state: 'completed', files: [] });
});

test('a manifest that nobody can read is replaced', async () => {
  const { folder, published } = await ended();
  await fs.writeFile(join(folder, MANIFEST), '{ "format": 1, ');

  expect(await published()).toMatchObject({ state: 'completed', job: part.job });
});

test("a publisher's record that nobody can read is replaced, since the manifest is for people and must not hold up the job", async () => {
  const { folder, published } = await ended();
  await published();
  await fs.writeFile(join(folder, '.writer/manifest/record.json'), '');

  expect(await published()).toMatchObject({ state: 'completed' });
});
