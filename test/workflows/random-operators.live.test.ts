/**
 * Random small jobs of the real workflow, on a server that skips time, paused, resumed and given other paces at random instants; what they have emitted
 * against a count event by event along the timeline that they end with. SEED repeats a run of this file.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { parsePace } from '../../src/spec/pace-numbers';
import { sum } from '../../workflows/ledger';
import type { Status } from '../../workflows/messages';
import { timeSkippingEnvironment, timeSkippingTest } from '../support/time-skipping';
import { NaiveStream, stepUs } from './naive-schedule';
import { rig, skippingClock, type JobHandle, type Rig } from './rig';
import { verifyRun } from './verify-run';

const JOBS = 24;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
jest.setTimeout(120_000);

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((n) => `${String(n)}s`);
const rate = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 20, max: 300 }).map((n) => n / 1000),
  fc.integer({ min: 10, max: 400 }).map((n) => n / 10),
);
const stage = fc.record({ rate: fc.oneof(rate, fc.record({ from: rate, to: rate })), for: seconds(1, 90) });
const pace = fc.oneof(
  fc.record({ rate }),
  fc.record({ every: seconds(5, 60), batch_size: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant({ min: 0, max: 9 })) }),
  fc.record({ stages: fc.array(stage, { minLength: 1, maxLength: 3 }), repeat: fc.constant(true) }),
);
const spec = fc
  .record({
    pace,
    for: seconds(60, 400),
    events: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
    on_pause: fc.constantFrom('hold', 'skip', 'catch_up'),
    shards: fc.constantFrom(1, 1, 3, 4),
    sink: fc.constantFrom('memory', 'disk'),
  })
  .map(({ shards, sink, ...load }) => ({ scenario: 'crisis', sink, shards, load: JSON.parse(JSON.stringify(load)) as object }));
const act = fc.oneof(
  fc.record({
    kind: fc.constant('pause' as const),
    afterMs: fc.integer({ min: 100, max: 90_000 }),
    lengthMs: fc.integer({ min: 0, max: 60_000 }),
  }),
  fc.record({ kind: fc.constant('pace' as const), afterMs: fc.integer({ min: 100, max: 90_000 }), pace }),
);
const jobs = fc.sample(fc.record({ spec, acts: fc.array(act, { minLength: 1, maxLength: 4 }) }), { numRuns: JOBS, seed: SEED });

let environment: Awaited<ReturnType<typeof timeSkippingEnvironment>>;
let site: Rig;
const startServer = async () => {
  environment = await timeSkippingEnvironment();
  site = await rig(environment, skippingClock, false);
};
beforeAll(startServer);

timeSkippingTest(`${String(JOBS)} random jobs under random operators emit what their timeline says (SEED=${String(SEED)})`, async () => {
  const changes = { hold: 0, skip: 0, pace: 0, start: 0 };
  let lost = 0;
  for (const { spec, acts } of jobs) {
    let done = await resultOf(spec, acts);
    // Again, on a server of its own: what was lost holds its clock for ever.
    for (; done === 'lost'; done = await resultOf(spec, acts)) {
      expect(++lost).toBeLessThan(4);
      await startServer();
    }

    done.timeline.forEach(({ cause }) => changes[cause]++);
    const expected = replay(done);
    const { emitted, batches } = sum(done.parts.map(({ totals }) => totals));
    const context = JSON.stringify({ spec, acts });
    expect({ context, state: done.state, emitted, batches, skipped: done.skipped }).toEqual({ context, state: 'completed', ...expected });
    expect({ context, ...(await verifyRun(site.dataDir, done)) }).toMatchObject({ context, ok: true, problems: [], events: emitted });
  }
  // Else the jobs above have ended before anybody did anything to them.
  expect(Math.min(changes.hold + changes.skip, changes.pace)).toBeGreaterThan(0);
});

/** The job, started, disturbed and ended; `lost` when the server has lost it. */
async function resultOf(spec: Record<string, unknown>, acts: (typeof jobs)[number]['acts']): Promise<Status | 'lost'> {
  const handle = await site.start(spec);
  const over = new AbortController();
  const acted = async () => {
    for (const act of acts) if (!(await perform(handle, act))) break;
    return handle.result();
  };
  try {
    return await Promise.race([acted(), lostBy(handle, over.signal)]);
  } finally {
    over.abort();
  }
}

/**
 * On a busy machine this server can refuse a workflow task that cancels a timer which fires at that moment, and then forgets it: it stays started, is never
 * timed out, and nothing moves any more (temporalio/sdk-java, issue 3088).
 */
async function lostBy(handle: JobHandle, over: AbortSignal): Promise<'lost'> {
  for (let before: string | null = null; ;) {
    await sleep(5_000, undefined, { signal: over, ref: false });
    const last = (await handle.fetchHistory()).events?.at(-1);
    // A worker that does not answer within 3 s would be timed out.
    const started = last?.workflowTaskStartedEventAttributes == null ? null : String(last.eventId);
    if (started !== null && started === before) return 'lost';
    before = started;
  }
}

/** False: the job has ended already. */
async function perform(handle: JobHandle, act: (typeof jobs)[number]['acts'][number]): Promise<boolean> {
  try {
    await environment.sleep(act.afterMs);
    if (act.kind === 'pace') {
      const { plan } = await handle.query<Status>('status');
      await handle.signal('set_pace', { paces: parsePace(act.pace, plan) });
    } else {
      await handle.signal('pause');
      await environment.sleep(act.lengthMs);
      await handle.signal('resume');
    }
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false;
    throw error;
  }
}

/** The job's one stream, counted along the entries of its timeline. */
function replay({ plan: { seed, streams }, timeline }: Status) {
  const [stream, start] = [streams[0]!, timeline[0]!];
  const naive = new NaiveStream(stream.pace, stream.limits, seed!, 0, start.atUs);
  const skipped = { batches: 0, events: 0 };
  timeline.slice(1).forEach(({ cause, from, pace, atUs, tauUs, n }, i) => {
    naive.advance(Infinity, from);
    const before = timeline[i]!;
    if (cause === 'hold') naive.hold(before.atUs + tauUs - before.tauUs, atUs);
    if (cause === 'pace') naive.change(pace, atUs, stepUs(pace));
    if (cause === 'skip') {
      const passed = naive.drop(before.n - n);
      skipped.batches += passed.batches;
      skipped.events += passed.events;
    }
    expect(naive.made).toHaveLength(from);
  });
  naive.advance(Infinity);
  return {
    emitted: naive.made.reduce((events, { timesUs }) => events + timesUs.length, 0),
    batches: naive.made.length,
    skipped: [skipped],
  };
}
