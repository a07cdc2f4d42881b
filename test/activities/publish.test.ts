import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { realClock } from '../../activities/clock';
import { publish } from '../../activities/publish';
import { createSink } from '../../src/sinks';
import { LEDGER } from '../../src/spec/generation';
import { parseJobSpec } from '../../src/spec/job-spec';
import { MANIFEST } from '../../src/spec/manifest';
import { planOf } from '../../src/spec/plan';
import { noTotals } from '../../workflows/ledger';
import type { PublishArgs } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';
import { diskOver, emit, part, settle } from '../sinks/disk-run';
import { tempFolder } from '../sinks/temp-folder';

const START_US = 1_767_225_600_000_000;

function argsOf(home: string, more: object = {}): PublishArgs {
  const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', load: { pace: { every: '1s', batch_size: 2 } }, ...more });
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

describe('the quality ledger', () => {
  const quality = { corruption_rate: 0.5 };

  /** The rows after a publish of a run of 30 batches to a sink that keeps nothing; null: no file. */
  async function ledgerOf(changes: Partial<PublishArgs>, more: object, keepsLedger = false): Promise<string | null> {
    const dataDir = await tempFolder();
    const sink = { ...createSink({ name: 'drop', options: {} }, { dataDir, env: {} }), keepsLedger };
    const args = { ...argsOf(await sink.home(), { sink: 'drop', ...more }), ...changes };
    await new MockActivityEnvironment().run(() => publish({ clock: realClock, sinkOf: () => sink, dataDir }, args));
    return fs.readFile(join(dataDir, 'jobs', part.job, part.run, LEDGER), 'utf8').catch(() => null);
  }
  const parts = (...nexts: number[]) => nexts.map((next, shard) => ({ stream: 0, shard, next, totals: noTotals() }));
  const sorted = (rows: string | null) => rows?.trim().split('\n').sort();

  test('is there once the run has ended, whatever the sink, with the rows of what was committed and no others', async () => {
    // All of them are corrupted: two rows a batch.
    const every = { quality: { corruption_rate: 1 } };
    const all = await ledgerOf({}, every);
    const half = await ledgerOf({ state: 'stopped', parts: parts(15) }, every);

    expect([all, half].map((rows) => rows?.trim().split('\n').length)).toEqual([60, 30]);
    expect(all?.startsWith(half ?? '-')).toBe(true);
    expect(
      half
        ?.trim()
        .split('\n')
        .every((row) => (JSON.parse(row) as { batch: number }).batch < 15),
    ).toBe(true);
  });

  test('has the same rows over any number of shards, also where they have come to different ends', async () => {
    const all = sorted(await ledgerOf({}, { quality }));
    const sharded = { plan: { ...argsOf('', { quality }).plan, shards: 2 }, parts: parts(30, 21) };

    expect(sorted(await ledgerOf({ ...sharded, parts: parts(30, 31) }, { quality }))).toEqual(all);
    expect(sorted(await ledgerOf(sharded, { quality }))).toEqual(
      all?.filter((row) => {
        const { batch } = JSON.parse(row) as { batch: number };
        return batch % 2 === 0 || batch < 21;
      }),
    );
  });

  test.each([
    ['a run that goes on', { state: 'running' as const }, { quality }, false],
    ['a run without quality', {}, {}, false],
    ['a sink that keeps the rows with the batches', {}, { quality }, true],
  ])('there is none for %s', async (_, changes, more, keeps) => {
    expect(await ledgerOf(changes, more, keeps)).toBeNull();
  });
});
