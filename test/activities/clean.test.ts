import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { clean } from '../../activities/clean';
import { realClock } from '../../activities/clock';
import { Writers } from '../../activities/writers';
import { newlyDeleted, surveyRun } from '../../src/jobs/clean';
import { unanswered } from '../../src/jobs/merge';
import type { Sink } from '../../src/sinks/sink';
import { createHttp, http } from '../../src/sinks/http';
import { readCleanReport } from '../../src/spec/clean-report';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { noTotals } from '../../workflows/ledger';
import type { NamedPlan } from '../../workflows/messages';
import { commitAll } from '../sinks/conformance';
import { diskOver, emit, part, settle } from '../sinks/disk-run';
import { tempFolder } from '../sinks/temp-folder';

const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', load: { pace: { every: '1s', batch_size: 2 } } });
const plan: NamedPlan = { ...planOf(spec, { job: part.job, run: part.run, version: '0.0.0' }), run: part.run, seed: 1 };

/** Cleans as the workflow execution `runId` does; each call is an attempt of its activity. */
function cleaner(dataDir: string, sink: Sink) {
  const deps = { clock: realClock, sinkOf: () => sink, dataDir };
  return async (runId: string) => {
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'clean', runId } });
    const args = { plan, generation: 9, mode: null, home: await sink.home() };
    const answer = await environment.run(() => clean(deps, new Writers(), args));
    const report = await readCleanReport(join(dataDir, 'jobs', part.job, part.run));
    expect(report?.deleted_count).toBe((answer as { deleted: number }).deleted);
    return report?.deleted_items ?? [];
  };
}

test('a clean that is asked for again has nothing left to delete, while a retry of the same one lists all that it has deleted', async () => {
  const dataDir = await tempFolder();
  const sink = diskOver(dataDir);
  await settle(sink, 1, true);
  await emit(sink, 1, 30);
  const cleaned = cleaner(dataDir, sink);

  const first = await cleaned('a');
  const retried = await cleaned('a');
  const again = await cleaned('b');

  expect(first.length).toBeGreaterThan(1);
  expect(retried).toEqual(first);
  expect(again).toEqual([]);
});

test('of a run that was cleaned before nothing more is said to be deleted', async () => {
  const dataDir = await tempFolder();
  const sink = diskOver(dataDir);
  await settle(sink, 1, true);
  await emit(sink, 1, 30);
  const made = (await cleaner(dataDir, sink)('a')).length;
  const as = (state: 'paused' | 'cleaned') => unanswered(plan, state, 0);

  expect(await newlyDeleted(dataDir, as('paused'), as('cleaned'))).toMatchObject({ deleted_count: made });
  expect(await newlyDeleted(dataDir, as('cleaned'), as('cleaned'))).toMatchObject({ deleted_count: 0, deleted_items: [] });
});

test('what a clean would delete is what it deletes: of an http job the rows of refused events, beside it the ledger', async () => {
  const dataDir = await tempFolder();
  const kept = { ...part, stream: 'rejected-intakes' };
  const writer = diskOver(dataDir).open({ part: kept, generation: 1, create: true, known: { next: 0, totals: noTotals() } });
  await writer.committed();
  await writer.raise();
  await commitAll(writer, kept, 5, [1]);
  await writer.close();
  const folder = join(dataDir, 'jobs', part.job, part.run);
  for (const name of ['rejected.jsonl', 'quality_ledger.jsonl']) await fs.writeFile(join(folder, name), '{}\n');
  const sink = createHttp(http.options.parse({ url: 'http://127.0.0.1:9/' }), { dataDir, env: {} });

  const foretold = await surveyRun(sink, dataDir, plan);
  const deleted = await cleaner(dataDir, sink)('a');

  expect(foretold.deleted_items).toEqual(deleted);
  expect(foretold.deleted_items.join()).toMatch(/quality_ledger\.jsonl.*rejected-intakes\/.*rejected\.jsonl/);
  expect((await surveyRun(sink, dataDir, plan)).deleted_items).toEqual([]);
});
