import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeData } from '../../../src/cli/stack/data-dir';
import { readRecord, type StackRecord } from '../../../src/cli/stack/record';
import { stopStack } from '../../../src/cli/stack/stop';
import { packageRoot } from '../../../src/config/package-root';
import { isAlive, pidOf, signal } from '../../../src/temporal/processes';
import { until } from '../../support/until';

jest.setTimeout(90_000);

const ANY = { EVERGEN_PORT: '0', CRISIS_PORT: 'off', FLEET_PORT: 'off', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: 'off' };
let folder: string;

// The compiled supervisor is what runs here: the launcher compiles it when the sources are newer.
beforeAll(() => void execFileSync(join(packageRoot(), 'evergen'), ['--version']));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evergen-killed-'));
});
afterEach(async () => {
  await stopStack(folder, () => undefined);
  await rm(folder, { recursive: true, force: true });
});

function spawnUp(): { child: ChildProcess; said: () => string } {
  const env = { ...process.env, ...ANY, DATA_DIR: folder };
  const child = spawn(process.execPath, [join(packageRoot(), 'test/support/stub-up.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (piece) => (text += String(piece)));
  return { child, said: () => text };
}

async function ready(up: { said: () => string }): Promise<StackRecord> {
  await until(async () => up.said().includes('READY'), 30_000);
  return readRecord(folder)!;
}

test('after kill -9 of up the Node parts end by themselves, and the next up ends the Temporal server and takes over', async () => {
  const first = spawnUp();
  const left = await ready(first);

  // A server that writes to a log nobody reads any more may die of it; one that stands still stays for sure.
  signal(left.parts['temporal']!, 'SIGSTOP');
  first.child.kill('SIGKILL');
  await until(async () => !isAlive(left.parts['worker']!) && !isAlive(left.parts['facade']!));
  const orphan = isAlive(left.parts['temporal']!);
  const second = spawnUp();
  const now = await ready(second);

  expect(orphan).toBe(true);
  // On standard error, which comes by another way than READY.
  await until(async () =>
    second.said().includes(`ending temporal (process ${pidOf(left.parts['temporal']!)}), which outlived its supervisor`),
  );
  expect(Object.values(left.parts).filter(isAlive)).toEqual([]);
  expect(Object.values(now.parts).filter(isAlive)).toHaveLength(3);
});

test('down after kill -9 of up ends what is left, a stopped worker too, and leaves a folder that --data can clear', async () => {
  const up = spawnUp();
  const left = await ready(up);
  signal(left.parts['worker']!, 'SIGSTOP');
  up.child.kill('SIGKILL');
  await until(async () => !isAlive(left.supervisor));

  expect(await stopStack(folder, () => undefined)).toBe(true);
  const removed = await removeData(folder);

  expect(Object.values(left.parts).filter(isAlive)).toEqual([]);
  expect(removed).toEqual(expect.arrayContaining(['temporal.db', 'logs', 'run']));
});

test('of two ups at the same moment one runs and the other says who has the folder', async () => {
  const ups = [spawnUp(), spawnUp()];

  const [code] = await Promise.race(ups.map(({ child }) => once(child, 'exit') as Promise<[number]>));
  const winner = ups.find(({ child }) => child.exitCode === null)!;
  const loser = ups.find(({ child }) => child.exitCode !== null)!;
  await ready(winner);

  expect(code).toBe(2);
  expect(loser.said()).toContain(`is in use by another evergen (process ${winner.child.pid})`);
});

test('down asks a running up to end, which ends its parts in order', async () => {
  const up = spawnUp();
  const { parts } = await ready(up);

  const ended = await stopStack(folder, () => undefined);

  expect(ended).toBe(true);
  expect(Object.values(parts).filter(isAlive)).toEqual([]);
  expect(readRecord(folder)).toBeNull();
});
