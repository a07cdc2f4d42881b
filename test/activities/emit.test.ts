import { once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Clock } from '../../activities/clock';
import { emit } from '../../activities/emit';
import { Writers } from '../../activities/writers';
import type { Sink, Writer } from '../../src/sinks/sink';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { noTotals } from '../../workflows/ledger';
import type { EmitArgs, Receipt } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';
import { diskOver } from '../sinks/disk-run';
import { steppedFiles } from '../sinks/stepped-files';
import { tempFolder } from '../sinks/temp-folder';

const START_US = 1_767_225_600_000_000;
const SECOND_US = 1_000_000;

/** Ten batches, one a second. */
function argsOf(more: Partial<EmitArgs> = {}, load: object = {}): EmitArgs {
  const spec = parseJobSpec({
    scenario: 'crisis',
    sink: 'disk',
    seed: 1,
    load: { pace: { every: '1s', batch_size: 2 }, batches: 10, start: '2026-01-01T00:00:00Z', ...load },
  });
  const plan = { ...planOf(spec, { job: 'nightly', run: '20260105T231000.123Z', version: '0.0.0' }), run: '20260105T231000.123Z' };
  return {
    plan: { ...plan, seed: 1, startUs: START_US },
    part: { stream: 0, shard: 0 },
    generation: 1,
    from: 0,
    until: 10,
    spanMs: 30_000,
    totals: noTotals(),
    timeline: begin(plan.streams, START_US),
    lagAfterUs: null,
    lateFromUs: 0,
    home: 'home',
    ...more,
  };
}

/** Time that passes only while somebody waits for it. */
function clockAt(startUs: number, waitUntil: (us: number, now: number) => number = Math.max): Clock {
  let nowUs = startUs;
  return { nowUs: () => nowUs, waitUntil: (us) => Promise.resolve(void (nowUs = waitUntil(us, nowUs))) };
}

const open: Writers[] = [];
afterEach(async () => {
  for (const writers of open.splice(0)) await writers.close();
});

/** The writers of a process, closed after the test. */
function newWriters(): Writers {
  const writers = new Writers();
  open.push(writers);
  return writers;
}

async function begun(sink: Sink, { plan }: EmitArgs): Promise<void> {
  const part = { job: plan.job, run: plan.run, stream: 'intakes', shard: 0, shards: 1 };
  const writer = sink.open({ part, generation: 1, create: true, known: { next: 0, totals: noTotals() } });
  await writer.committed();
  await writer.close();
}

const deps = (sink: Sink, clock: Clock = clockAt(START_US)) => ({
  clock: () => clock,
  sinkOf: () => ({ ...sink, home: () => Promise.resolve('home') }),
  dataDir: '/nowhere',
});

describe('an emit', () => {
  test('makes its batches and leaves its writer for the next one', async () => {
    const sink = diskOver(await tempFolder());
    const writers = newWriters();
    await begun(sink, argsOf());

    const receipt: Receipt = await new MockActivityEnvironment().run(() => emit(deps(sink), writers, argsOf()));

    expect(receipt).toMatchObject({ why: 'done', next: 10, totals: { batches: 10, emitted: 20 } });
    const kept = await writers.take({ job: 'nightly', run: argsOf().plan.run, stream: 'intakes', shard: 0, shards: 1 }, 1, 10);
    expect(kept?.totals).toEqual(receipt.totals);
    await kept?.writer.close();
  });

  test('tells how long the last commit took, and leaves that out of the record beside the data', async () => {
    const sink = diskOver(await tempFolder());
    await begun(sink, argsOf());

    const { totals }: Receipt = await new MockActivityEnvironment().run(() => emit(deps(sink), newWriters(), argsOf()));

    expect(totals.commitMs).toBeGreaterThan(0);
    const part = { job: 'nightly', run: argsOf().plan.run, stream: 'intakes', shard: 0, shards: 1 };
    const writer = sink.open({ part, generation: 1, create: false, known: { next: 0, totals: noTotals() } });
    const { commitMs, ...recorded } = totals;
    expect((await writer.committed()).totals).toEqual(recorded);
    await writer.close();
    expect(commitMs).toBeDefined();
  });

  test('lives while it opens: on a slow disk the copy of the file in hand takes longer than the time without a heartbeat', async () => {
    // given
    const folder = await tempFolder();
    await begun(diskOver(folder), argsOf());
    const environment = new MockActivityEnvironment();
    const beat = once(environment, 'heartbeat');
    const slow = diskOver(
      folder,
      steppedFiles(async () => void (await beat)),
    );

    // when
    const receipt = await environment.run(() => emit(deps(slow), newWriters(), argsOf()));

    // then
    expect(receipt).toMatchObject({ why: 'done' });
    expect((await beat)[0]).toMatchObject({ part: { stream: 0, shard: 0 }, next: 0 });
  });

  test('that is cancelled while its opening hangs ends all the same: the settle that follows asks the sink', async () => {
    // given
    const folder = await tempFolder();
    await begun(diskOver(folder), argsOf());
    const environment = new MockActivityEnvironment();
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let hangs: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (hangs = resolve));
    const stuck = diskOver(
      folder,
      steppedFiles(() => (hangs(), held)),
    );

    // when
    const receipt = environment.run(() => emit(deps(stuck), newWriters(), argsOf()));
    await hanging;
    environment.cancel();

    // then
    expect(await receipt).toMatchObject({ why: 'cancelled', next: 0 });
    goOn();
  });

  test('that is cancelled while its target is silent, and has been for long, ends without waiting for it', async () => {
    // given
    const environment = new MockActivityEnvironment();
    const part = { next: 0, totals: noTotals() };
    const silent = (commit: Writer['commit']): Writer => ({
      sends: { atMost: 100, rejected: 0, silentMs: 60_000 },
      committed: () => Promise.resolve(part),
      commit,
      raise: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const ends = new Promise<Receipt | 'wait'>((resolve) => {
      const hangs: Writer['commit'] = (_batches, _totals, signal) => {
        environment.cancel();
        // Begun in the same turn as the grace: timers of one process fire in their order, however busy the machine is.
        setTimeout(resolve, 250, 'wait');
        return once(signal, 'abort').then(() => signal.throwIfAborted());
      };
      const sink = { ...diskOver('/nowhere'), open: () => silent(hangs) };

      // when
      void environment.run((): Promise<Receipt> => emit(deps(sink), newWriters(), argsOf())).then(resolve);
    });

    // then
    expect(await ends).toMatchObject({ why: 'cancelled', next: 0 });
  });

  test('whose worker stood still while it waited calls the batch in hand lagging, since it is as late as those after it', async () => {
    // given
    const sink = diskOver(await tempFolder());
    const args = argsOf({ lagAfterUs: START_US }, { on_lag: 'skip' });
    await begun(sink, args);
    // Stands still for a minute while it waits for batch 2.
    const clock = clockAt(START_US, (us, now) => (us === START_US + 2 * SECOND_US ? us + 60 * SECOND_US : Math.max(us, now)));

    // when
    const receipt = await new MockActivityEnvironment().run(() => emit(deps(sink, clock), newWriters(), args));

    // then
    expect(receipt).toMatchObject({ why: 'lagging', next: 2 });
  });
});
