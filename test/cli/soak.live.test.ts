/** The short form of a soak, its driver killed in the middle: what `evergen soak --for PT30M --kills 100` does, in a minute. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readJournal } from '../../src/cli/soak/journal';
import type { Outcome } from '../../src/cli/soak/outcome';
import { readRecord } from '../../src/cli/stack/record';
import { stopStack } from '../../src/cli/stack/stop';
import { packageRoot } from '../../src/config/package-root';
import { isAlive } from '../../src/temporal/processes';
import { recountRun, sumOf } from '../../src/verify/recount-run';
import { atEnd } from '../support/cleanup';
import { until } from '../support/until';

jest.setTimeout(180_000);

const KILLS = 5;
let folder: string;

beforeAll(async () => {
  // The compiled supervisor is what runs here: the launcher compiles it when the sources are newer.
  execFileSync(join(packageRoot(), 'evergen'), ['--version']);
  folder = await mkdtemp(join(tmpdir(), 'evergen-soak-'));
  atEnd(async () => {
    await stopStack(join(folder, 'data'), () => undefined);
    await rm(folder, { recursive: true, force: true });
  });
});

function soak(...words: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; out: string; err: string }> } {
  const main = join(packageRoot(), 'dist/src/cli/main.js');
  const child = spawn(process.execPath, [main, 'soak', ...words], { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout!), text(child.stderr!)]);
  return { child, ended: ended.then(([[code], out, err]) => ({ code: code as number | null, out, err })) };
}

test('a soak whose driver is killed goes on where it was, and every event of its job is there once, in order, byte for byte', async () => {
  const journal = () => readJournal(join(folder, 'journal.jsonl'));
  const first = soak(
    ...['crisis', '--rate', '50', '--for', '15s', '--kills', String(KILLS), '--freezes', '1', '--actions', '1', '--zombies', '1'],
    ...['--seed', '11', '--data', folder],
  );
  await until(async () => journal().some(({ type }) => type === 'kill'), 60_000);
  first.child.kill('SIGKILL');
  await first.ended;
  const record = readRecord(join(folder, 'data'))!;

  const { code, out, err } = await soak('--resume', folder, '--json').ended;

  if (code !== 0) throw new Error(`exit code ${String(code)}\n${err}\n${out}`);
  const outcome = JSON.parse(out) as Outcome;
  expect(outcome).toMatchObject({
    ...{ clean: true, problems: [], state: 'completed', drivers: 2, missed: [] },
    events: { lost: 0, duplicated: 0, reordered: 0, foreign: 0 },
    done: { kills: KILLS, freezes: 1, zombies: 1 },
  });
  expect(outcome.events.found).toBeGreaterThan(400);
  expect(outcome.lanes.map(({ foundSha256 }) => foundSha256)).toEqual(outcome.lanes.map(({ expectedSha256 }) => expectedSha256));
  expect(new Set(outcome.kills.map(({ victim }) => victim))).toEqual(new Set(['worker', 'temporal', 'facade']));
  expect(outcome.history.events).toBeGreaterThan(0);
  // Found again, as it outlives its driver; ended with the soak.
  expect(journal().flatMap((entry) => (entry.type === 'stack' ? [entry.event] : []))).toEqual(['started', 'found']);
  expect([record.supervisor, ...Object.values(record.parts)].filter(isAlive)).toEqual([]);
  const page = await readFile(join(folder, 'report.html'), 'utf8');
  expect(page).toContain('<svg');
  expect(page).not.toMatch(/(?:src|href)=|https?:/);
  // The judge is no rubber stamp: an event that is there twice is seen.
  const file = join(outcome.run, 'intakes/00-000000.jsonl');
  await appendFile(file, `${(await readFile(file, 'utf8')).split('\n')[7] ?? ''}\n`);
  expect(sumOf(await recountRun(outcome.run))).toMatchObject({ lost: 0, duplicated: 1, foreign: 0 });
});
