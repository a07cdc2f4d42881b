import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Keys } from '../../src/api/keys';
import { HttpError } from '../../src/api/problem';
import { TemporalAway } from '../../src/jobs/jobs';
import { UserError } from '../../src/spec/failures';
import { keysFolder, post, problemIn, serve } from './rig';

const spec = { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 }, for: '5m' } };
const keyed = { 'idempotency-key': 'c4ae-1' };
const call = { operation: 'jobs', key: 'k', input: { a: 1, b: [2] } };

/** An operation that counts how often it was done. */
function counting() {
  const done: string[] = [];
  const act = async ({ names: { id } }: { names: { id: string } }) => {
    done.push(id);
    await sleep(20);
    return { status: 201, body: { id }, headers: { Location: id } };
  };
  return { done, act };
}

describe('a call with an Idempotency-Key', () => {
  test('gets the first answer when it comes again, in JSON or YAML, also when the run is over by then; nothing is started twice', async () => {
    const { base, jobs } = await serve({ random: Math.random });
    const first = await post(`${base}/jobs`, spec, keyed);
    const body = await first.text();
    await jobs.stop(jobs.started[0]?.status.plan.job ?? '');
    const yaml = 'load: { for: PT5M, pace: { rate: 50 } }\nsink: drop\nscenario: crisis\n';

    for (const again of [
      await post(`${base}/jobs`, spec, keyed),
      await post(`${base}/jobs`, yaml, { ...keyed, 'content-type': 'application/yaml' }),
    ]) {
      expect(again.status).toBe(201);
      expect(await again.text()).toBe(body);
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(jobs.started).toHaveLength(1);
    await post(`${base}/jobs`, spec, { 'idempotency-key': 'another' });
    expect(jobs.started).toHaveLength(2);
  });

  test('with another body is refused, and with a key that is none', async () => {
    const { base, jobs } = await serve();
    await post(`${base}/jobs`, spec, keyed);

    expect(await problemIn(await post(`${base}/jobs`, { ...spec, seed: 1 }, keyed))).toMatchObject({
      status: 422,
      detail: expect.stringContaining('another body') as string,
    });
    for (const key of ['x'.repeat(256), 'ü', ''])
      expect((await problemIn(await post(`${base}/jobs`, { ...spec, seed: 2 }, { 'idempotency-key': key }))).status).toBe(422);
    expect(jobs.started).toHaveLength(1);
  });

  test.each([
    ['/crisis/generate', { duration_minutes: 5, rate_per_second: 5 }, { duration_minutes: 5, rate_per_second: 6 }],
    ['/tutoring/invoke', {}, { stream_count: 2 }],
    ['/schedules', { id: 'hourly', every: 'PT1H', spec }, { id: 'daily', every: 'P1D', spec }],
  ])('%s keeps to that as well', async (path, body, other) => {
    const { base } = await serve({ random: Math.random });
    const first = await post(`${base}${path}`, body, keyed);
    const again = await post(`${base}${path}`, body, keyed);

    expect([again.status, await again.text()]).toEqual([first.status, await first.text()]);
    expect(first.status).toBeLessThan(300);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await post(`${base}${path}`, other, keyed)).status).toBe(422);
    // Keys of different operations are different keys.
    expect((await post(`${base}/jobs`, spec, keyed)).status).toBe(201);
  });

  test('triggers a schedule once', async () => {
    const { base } = await serve();
    const trigger = () => post(`${base}/schedules/tutoring/trigger`, undefined, keyed);
    const first = await (await trigger()).text();

    expect(await (await trigger()).text()).toBe(first);
    expect((await post(`${base}/schedules/tutoring/trigger`)).status).toBe(409);
  });

  test('after a refusal is a new call: what was in the way may be gone by then', async () => {
    const { base, jobs } = await serve();
    await post(`${base}/jobs`, { ...spec, id: 'nightly', seed: 1 });
    expect((await post(`${base}/jobs`, { ...spec, id: 'nightly' }, keyed)).status).toBe(409);
    await jobs.stop('nightly');

    expect((await post(`${base}/jobs`, { ...spec, id: 'nightly' }, keyed)).status).toBe(201);
  });

  test('after one whose outcome nobody knows finds the run that it has started, even when that has ended', async () => {
    const { base, jobs } = await serve({ random: Math.random });
    const start = jobs.start.bind(jobs);
    jobs.start = async (plan) => {
      await start(plan);
      throw new TemporalAway('Temporal does not answer');
    };
    expect((await post(`${base}/jobs`, spec, keyed)).status).toBe(503);
    jobs.start = start;
    const [made] = jobs.started;
    await jobs.stop(made?.status.plan.job ?? '');

    const again = await post(`${base}/jobs`, spec, keyed);

    expect(again.status).toBe(201);
    expect(await again.json()).toMatchObject({ id: made?.status.plan.job, run: made?.status.plan.run });
    expect(jobs.started).toHaveLength(1);
  });
});

test('of many callers with one key at the same time, in two processes, one acts and all get its answer', async () => {
  const folder = await keysFolder();
  const { done, act } = counting();
  const facades = [new Keys(folder), new Keys(folder)];

  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => facades[i % 2]?.once(call, { id: String(i) }, act)));

  expect(done).toHaveLength(1);
  expect(new Set(answers.map((answer) => (answer?.body as { id: string }).id))).toEqual(new Set(done));
});

test('where calls are refused and come again at once, still only one at a time acts', async () => {
  const folder = await keysFolder();
  const facades = [new Keys(folder), new Keys(folder)];
  const seen = { now: 0, most: 0, acts: 0 };
  const act = async () => {
    seen.acts += 1;
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await sleep(1);
    seen.now -= 1;
    throw new UserError('not now');
  };

  await Promise.all(Array.from({ length: 200 }, (_, i) => facades[i % 2]?.once(call, { id: 'x' }, act).catch(() => undefined)));

  expect(seen.acts).toBeGreaterThan(5);
  expect(seen.most).toBe(1);
});

test('a process that comes later answers as the one before did, whatever the order of the keys in the body', async () => {
  const folder = await keysFolder();
  const { done, act } = counting();
  const first = await new Keys(folder).once(call, { id: 'first' }, act);

  const later = await new Keys(folder).once({ ...call, input: { b: [2], a: 1 } }, { id: 'second' }, act);

  expect(later).toEqual({ ...first, headers: { ...first.headers, 'Idempotent-Replayed': 'true' } });
  expect(done).toEqual(['first']);
  await expect(new Keys(folder).once({ ...call, input: {} }, { id: 'third' }, act)).rejects.toThrow(UserError);
});

test('a call whose process was killed in the middle is waited for, then done again under the names that it gave', async () => {
  const folder = await keysFolder();
  let nowMs = 0;
  const keys = new Keys(folder, () => new Date(nowMs));
  void keys.once(call, { id: 'killed' }, () => new Promise(() => undefined));
  await sleep(50);
  const { done, act } = counting();
  await expect(keys.once(call, { id: 'early' }, act)).rejects.toThrow(HttpError);
  expect(done).toEqual([]);

  nowMs = 10_001;
  const attempts: object[] = [];
  const answer = await keys.once(call, { id: 'late' }, async (attempt) => {
    attempts.push(attempt);
    return { status: 201, body: attempt.names };
  });

  expect(attempts).toEqual([{ names: { id: 'killed' }, atMs: 0, again: true }]);
  expect(answer).toMatchObject({ body: { id: 'killed' } });
});

test('of many that find a call whose outcome nobody knows one alone acts at a time; one that is refused leaves the answer of another', async () => {
  const folder = await keysFolder();
  const facades = [new Keys(folder), new Keys(folder)];
  const lost = () => Promise.reject(new TemporalAway('Temporal does not answer'));
  await expect(new Keys(folder).once(call, { id: 'lost' }, lost)).rejects.toThrow(TemporalAway);
  const seen = { now: 0, most: 0, acts: 0 };
  const act = async ({ names }: { names: { id: string } }) => {
    const turn = ++seen.acts;
    seen.most = Math.max(seen.most, ++seen.now);
    await sleep(turn === 1 ? 30 : 10);
    seen.now -= 1;
    if (turn === 1) throw new UserError('not now');
    return { status: 201, body: names };
  };

  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => facades[i % 2]?.once(call, { id: String(i) }, act) ?? Promise.reject(new Error())),
  );

  const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.body] : []));
  expect(seen).toEqual({ now: 0, most: 1, acts: 2 });
  expect(answers).toHaveLength(7);
  expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
});

test('a caller that was taken for dead, and is refused in the end, does not free the key that another has taken over', async () => {
  const folder = await keysFolder();
  let nowMs = 0;
  const keys = new Keys(folder, () => new Date(nowMs));
  let refuse = (_: Error): void => undefined;
  const slow = keys.once(call, { id: 'slow' }, () => new Promise<never>((_, reject) => (refuse = reject)));
  await sleep(50);
  nowMs = 10_001;
  const { done, act } = counting();
  const taker = keys.once(call, { id: 'taker' }, async (attempt) => {
    refuse(new UserError('not now'));
    await slow.catch(() => undefined);
    return act(attempt);
  });

  await expect(slow).rejects.toThrow(UserError);
  // Since when the second has it counts, not when the key came first.
  await expect(Promise.all([taker, keys.once(call, { id: 'third' }, act)])).resolves.toHaveLength(2);
  expect(done).toEqual(['slow']);
});

test('drafts of a process that was killed are gone after a day', async () => {
  const folder = await keysFolder();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'torn.draft'), '{"at":');
  const { act } = counting();

  await new Keys(folder).once(call, { id: 'x' }, act);
  expect(await readdir(folder)).toContain('torn.draft');
  await new Keys(folder, () => new Date(Date.now() + 86_401_000)).once({ ...call, key: 'l' }, { id: 'x' }, act);
  expect(await readdir(folder)).not.toContain('torn.draft');
});

test('after a day a key is new, and nothing of it is left in the folder', async () => {
  const folder = await keysFolder();
  let nowMs = 0;
  const now = () => new Date(nowMs);
  const { done, act } = counting();
  await new Keys(folder, now).once(call, { id: 'first' }, act);
  await new Keys(folder, now).once({ ...call, key: 'other' }, { id: 'other' }, act);
  nowMs = 86_399_999;
  await new Keys(folder, now).once(call, { id: 'same day' }, act);
  nowMs = 86_400_000;
  const keys = new Keys(folder, now);
  await keys.once(call, { id: 'next day' }, act);

  expect(done).toEqual(['first', 'other', 'next day']);
  expect(await readdir(folder)).toHaveLength(1);
});

test('a file that is none of ours, or was torn, is no answer to anybody', async () => {
  const folder = await keysFolder();
  const { done, act } = counting();
  await new Keys(folder).once(call, { id: 'first' }, act);
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await new Keys(folder).once(call, { id: 'second' }, act);
  const [name = ''] = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  await writeFile(join(folder, name), '{"at":');
  await new Keys(folder).once(call, { id: 'third' }, act);

  expect(done).toEqual(['first', 'third']);
});
