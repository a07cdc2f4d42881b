import { Writable } from 'node:stream';
import type { Clock } from '../../../activities/clock';
import { paceTo } from '../../../src/cli/run/to-stdout';
import { BatchBuffer } from '../../../src/fields/batch-buffer';
import { generationOf, make } from '../../../src/spec/generation';
import { parseJobSpec } from '../../../src/spec/job-spec';
import { planOf } from '../../../src/spec/plan';
import { fixedNow } from '../../../src/spec/preview';
import { begin } from '../../../workflows/schedule';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const planFor = (load: object) =>
  fixedNow(
    planOf(parseJobSpec({ scenario: 'crisis', seed: 42, load: { start: '2026-01-01T00:00:00Z', ...load }, sink: 'drop' }), {
      job: 'x',
      run: '20260101T000000.000Z',
      version: '0.0.0',
    }),
    new Date(),
  );

/** A clock that jumps, and notes to where. */
function jumping(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    nowUs: () => START_US,
    waitUntil: (us) => {
      waits.push(us - START_US);
      return Promise.resolve();
    },
  };
}

/** Keeps what it is given for a while before it takes more, as a slow reader does. */
function slow(highWaterMark = 64): { out: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const out = new Writable({
    highWaterMark,
    write(chunk: Buffer, _encoding, done) {
      setImmediate(() => {
        chunks.push(Buffer.from(chunk));
        done();
      });
    },
  });
  return { out, text: () => Buffer.concat(chunks).toString('utf8') };
}

const end = (out: Writable): Promise<void> => new Promise((resolve) => out.end(resolve));
const never = new AbortController().signal;

test.each([
  ['takes one batch at a time', 64],
  ['keeps many batches before it passes them on', 1_000_000],
])('a stream that %s gets the very bytes that a job would write', async (_, highWaterMark) => {
  const plan = planFor({ pace: { rate: 50 }, for: '1s' });
  const { out, text } = slow(highWaterMark);

  const written = await paceTo(out, plan, jumping(), { sample: null, signal: never });

  await end(out);
  const generation = generationOf(plan, begin(plan.streams, plan.startUs));
  const expected = Array.from({ length: generation.schedules[0]?.end ?? 0 }, (_, b) =>
    make(generation, 0, b, new BatchBuffer()).bytes.toString('utf8'),
  ).join('');
  expect(text()).toBe(expected);
  expect(written).toEqual({ events: 50, bytes: Buffer.byteLength(expected) });
});

test('each batch waits for its instant', async () => {
  const clock = jumping();

  await paceTo(slow().out, planFor({ pace: { every: '2s', batch_size: 3 }, batches: 3 }), clock, { sample: null, signal: never });

  expect(clock.waits).toEqual([0, 2_000_000, 4_000_000]);
});

test('a sample ends after so many events, in the middle of a batch if need be, on a whole line', async () => {
  const { out, text } = slow();

  const written = await paceTo(out, planFor({ pace: { every: '2s', batch_size: 3 } }), jumping(), { sample: 4, signal: never });

  await end(out);
  expect(written.events).toBe(4);
  expect(
    text()
      .trimEnd()
      .split('\n')
      .map((line) => typeof JSON.parse(line)),
  ).toEqual(Array(4).fill('object'));
  expect(text().endsWith('\n')).toBe(true);
});

test('an interruption ends it also while a reader takes nothing, as Ctrl-C must', async () => {
  const asked = new AbortController();
  const stuck = new Writable({ highWaterMark: 1, write: () => undefined });

  const pacing = paceTo(stuck, planFor({ pace: { unpaced: { batch_size: 10, step: '1ms' } }, events: 1000 }), jumping(), {
    sample: null,
    signal: asked.signal,
  });
  setImmediate(() => asked.abort());

  expect(await pacing).toMatchObject({ events: 10 });
});
