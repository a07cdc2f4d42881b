import { MockActivityEnvironment } from '@temporalio/testing';
import { witnessed } from '../../activities/witness';
import { createLogger } from '../../src/log';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';

const RUN = '20260105T231000.123Z';
const spec = parseJobSpec({ scenario: 'crisis', sink: 'disk', load: { pace: { rate: 5 } } });
const plan = { ...planOf(spec, { job: 'nightly', run: RUN, version: '0.0.0' }), run: RUN, seed: 1 };
const args = { plan, part: { stream: 0, shard: 2 }, from: 7 };

function listening() {
  const lines: string[] = [];
  const log = createLogger({
    component: 'worker',
    level: 'debug',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const retried: string[] = [];
  const metrics = {
    committed: () => undefined,
    retried: ({ scenario, sink }: typeof plan, activity: string) => void retried.push(`${activity} ${scenario} ${sink}`),
  };
  return { deps: { log, metrics }, retried, told: () => lines.map((line) => JSON.parse(line) as { level: string }) };
}

test('an attempt that fails is told with job, run, stream and batch, so that its line is found by any of them', async () => {
  const { deps, told, retried } = listening();
  const act = witnessed(deps, 'emit', () => Promise.reject(new Error('the disk is full')));

  await expect(new MockActivityEnvironment({ attempt: 3 }).run(act, args)).rejects.toThrow('the disk is full');

  expect(told()).toEqual([
    expect.objectContaining({
      level: 'warn',
      component: 'worker',
      run_id: RUN,
      message: 'emit has failed: the disk is full',
      metadata: { job: 'nightly', stream: 'intakes', shard: 2, batch: 7, attempt: 3 },
    }),
  ]);
  expect(retried).toEqual(['emit crisis disk']);
});

test('one that has come to its end is told for those who look for it, with how far it came; the first attempt is no retry', async () => {
  const { deps, told, retried } = listening();
  const act = witnessed(deps, 'emit', () => Promise.resolve({ why: 'done', next: 9, totals: { emitted: 4 } }));

  await new MockActivityEnvironment({ attempt: 1 }).run(act, args);

  expect(told()).toEqual([
    expect.objectContaining({ level: 'debug', metadata: expect.objectContaining({ batch: 7, why: 'done', next: 9 }) as object }),
  ]);
  expect(retried).toEqual([]);
});
