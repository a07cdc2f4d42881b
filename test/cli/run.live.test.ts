import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../support/cleanup';
import { until } from '../support/until';
import { evergen, type Evergen } from './evergen';

jest.setTimeout(120_000);

const START = ['--seed', '42', '--start', '2026-01-01T00:00:00Z'];

/** Id of the one job that was made. */
const jobIn = async (dataDir: string): Promise<string> => (await readdir(join(dataDir, 'jobs'))).at(-1) ?? '';

const report = async (call: Evergen, id: string) =>
  JSON.parse((await call('verify', id, '--json')).out) as { ok: boolean; events: number; parts: { sha256: string }[] };

test('without a stack a run starts one for its own time, sums up in five lines, and what it wrote is what --stdout writes', async () => {
  const call = await evergen();

  const run = await call('run', 'crisis', '--rate', '50', '--events', '120', ...START);
  const plain = await call('run', 'crisis', '--rate', '50', '--events', '120', ...START, '--stdout');
  const id = await jobIn(call.dataDir);
  const verified = await call('verify', id);

  expect(run).toMatchObject({ code: 0 });
  expect(
    run.out
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['events', 'rate', 'lateness', 'data', 'repeat']);
  expect(run.out).toContain('120 scheduled, 120 emitted, 0 skipped, 0 rejected');
  const [name = ''] = await readdir(join(call.dataDir, 'jobs', id));
  expect(await readFile(join(call.dataDir, 'jobs', id, name, 'intakes', '00-000000.jsonl'), 'utf8')).toBe(plain.out);
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('verified: 120 events') as string });
  // Its stack has ended with it.
  expect(await call('status', id)).toMatchObject({ code: 3, err: expect.stringContaining('no stack is running') as string });
});

test('Ctrl-C ends a run with its own stack: the job is stopped, what it has written stays and is right', async () => {
  const call = await evergen();
  const { child, ended } = call.start('run', 'crisis', '--rate', '20');
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(async () => /[1-9]\d* events/.test(said), 40_000);

  child.kill('SIGINT');

  expect(await ended).toMatchObject({ code: 130, out: expect.stringContaining('emitted') as string });
  const { ok, events } = await report(call, await jobIn(call.dataDir));
  expect(ok).toBe(true);
  expect(events).toBeGreaterThan(0);
});

test('a sink that refuses ends the run with code 3, its reason and the way on; nothing is lost', async () => {
  const call = await evergen();
  const outside = await mkdtemp(join(tmpdir(), 'evergen-outside-'));
  atEnd(() => rm(outside, { recursive: true, force: true }));
  await mkdir(call.dataDir, { recursive: true });
  await symlink(outside, join(call.dataDir, 'exports'));
  await writeFile(
    join(call.dataDir, 'job.yaml'),
    'id: away\nscenario: crisis\nload: { pace: { rate: 5 }, events: 5 }\nsink: { name: disk, path: exports }\n',
  );

  const run = await call('run', 'job.yaml');

  expect(run.code).toBe(3);
  expect(run.err).toContain('symbolic link');
  expect(run.err).toContain('resume away');
});

test('with a shared stack Ctrl-C leaves the job alone, and the other commands take it from there', async () => {
  const call = await evergen();
  expect(await call('up', '-d')).toMatchObject({ code: 0 });
  const { child, ended } = call.start('run', 'crisis', '--rate', '10');
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(async () => said.includes('has started'), 30_000);
  child.kill('SIGINT');
  const detached = await ended;
  const id = /job (\S+) has started/.exec(detached.err)?.[1] ?? '';
  const state = async () => (JSON.parse((await call('status', id, '--json')).out) as { state: string }).state;

  expect(detached).toMatchObject({ code: 130, err: expect.stringContaining(`stop ${id}`) as string });
  expect(await state()).toBe('running');
  expect(await call('pause', id)).toMatchObject({ code: 0, out: expect.stringContaining('paused') as string });
  expect(await state()).toBe('paused');
  expect(await report(call, id)).toMatchObject({ ok: true });
  expect(await call('resume', id)).toMatchObject({ code: 0, out: expect.stringContaining('running') as string });
  // Nothing to do is no failure, and a name that nobody knows is one.
  expect(await call('up', '-d')).toMatchObject({ code: 0, out: expect.stringContaining('evergen is up already') as string });
  expect(await call('logs', 'nobody')).toMatchObject({ code: 2, err: expect.stringContaining('there is no job nobody') as string });
  expect(await call('pace', id, '--rate', '20')).toMatchObject({ code: 0, out: expect.stringMatching(/: running.*, 20\/s/) as string });
  expect((await call('status', id)).out).toContain('crisis to disk, seed');
  expect((await call('jobs')).out).toContain(id);
  expect(await call('status', `${id}x`)).toMatchObject({ code: 2, err: expect.stringContaining(`did you mean '${id}'?`) as string });
  const watching = call.start('watch', id, '--json');
  let seen = '';
  watching.child.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  await until(async () => seen.split('\n').length > 2, 20_000);

  expect(await call('stop', id, '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"stopped"') as string });
  // Each change was a line, and the job's end is the end of the watching.
  const watched = await watching.ended;
  const states = watched.out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { state: string }).state);
  expect(watched.code).toBe(0);
  expect(states.at(-1)).toBe('stopped');
  expect(await call('pause', id)).toMatchObject({ code: 2, err: expect.stringContaining('has ended: it is stopped') as string });
  expect(await report(call, id)).toMatchObject({ ok: true });
  await call('down');
});

test('the line that repeats a run makes the same bytes', async () => {
  const call = await evergen();
  const first = JSON.parse((await call('run', 'crisis', '--every', '1s', '--events', '3', '--json')).out) as { id: string; repeat: string };

  const words = first.repeat.replace(/^(\.\/|npx )evergen /, '').split(' ');
  const repeated = await call(...words, '--json');
  expect(repeated).toMatchObject({ code: 0 });
  const again = JSON.parse(repeated.out) as { id: string };

  expect(again.id).not.toBe(first.id);
  expect((await report(call, again.id)).parts).toEqual((await report(call, first.id)).parts);
});

test('what a specification expects is said after the summary and decides the exit code; run --like expects it again, with the same bytes', async () => {
  const call = await evergen();
  await mkdir(call.dataDir, { recursive: true });
  const expected = ['totals.emitted == spec.load.events', 'streams.intakes.bytes < 10'];
  const gates = `expect: ${JSON.stringify(expected)}`;
  await writeFile(
    join(call.dataDir, 'job.yaml'),
    `id: gated\nscenario: crisis\nload: { pace: { rate: 50 }, events: 20, start: 2026-01-01T00:00:00Z }\nsink: disk\n${gates}\n`,
  );

  const run = await call('run', 'job.yaml');
  const again = await call('run', '--like', 'gated', '--id', 'again', '--json');

  expect(run.out.trim().split('\n').slice(5)).toEqual([
    expect.stringMatching(/^met +totals\.emitted == spec\.load\.events \(20\)$/),
    expect.stringMatching(/^not met +streams\.intakes\.bytes < 10 \(\d+\)$/),
  ]);
  expect(run).toMatchObject({ code: 4, err: expect.stringContaining('streams.intakes.bytes < 10') as string });
  expect(again.code).toBe(4);
  expect((JSON.parse(again.out) as { expect: unknown }).expect).toMatchObject(expected.map((rule, i) => ({ rule, ok: i === 0 })));
  const [name = ''] = await readdir(join(call.dataDir, 'jobs', 'gated'));
  const manifest: unknown = JSON.parse(await readFile(join(call.dataDir, 'jobs', 'gated', name, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ spec: { expect: expected } });
  expect((await report(call, 'again')).parts).toEqual((await report(call, 'gated')).parts);
});
