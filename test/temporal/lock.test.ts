import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holderOf, tryLock, waitForLock } from '../../src/temporal/lock';
import { identityOf } from '../../src/temporal/processes';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'evergen-lock-')), 'lock');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

test('of many who want it at the same moment at most one has the lock, and it can be had again after release', async () => {
  const attempts = await Promise.all(Array.from({ length: 8 }, () => tryLock(folder)));
  const locks = attempts.flatMap((attempt) => ('lock' in attempt ? [attempt.lock] : []));

  expect(locks).toHaveLength(1);
  locks[0]!.release();
  expect(await tryLock(folder)).toHaveProperty('lock');
});

test('a lock of a dead process is no obstacle, though its id may be in use again', async () => {
  const mine = identityOf(process.pid)!;
  await mkdir(folder);
  await writeFile(join(folder, `${mine}1.0a0b0c0d`), '');
  await writeFile(join(folder, '999999.00000000-1.0a0b0c0d'), '');

  expect(holderOf(folder)).toBeNull();
  expect(await tryLock(folder)).toHaveProperty('lock');
  expect(await readdir(folder)).toHaveLength(1);
});

test('who waits stops waiting when the thing is there, without taking the lock', async () => {
  const attempt = await tryLock(folder);
  const waited: number[] = [];
  let there = false;

  const waiting = waitForLock(
    folder,
    () => there,
    (holder) => {
      waited.push(holder);
      there = true;
    },
  );

  expect(await waiting).toBeNull();
  expect(waited).toEqual([process.pid]);
  expect(attempt).toHaveProperty('lock');
});
