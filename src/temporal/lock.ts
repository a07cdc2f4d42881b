/**
 * A lock between processes that a kill -9 cannot leave stuck.
 *
 * A lock is a folder. Who wants it makes a file there whose name is his own identity (process id, start, nonce), then looks around:
 * alone among the living, he has it; else he takes his file away again. Of two who come at once the later sees the earlier, so never
 * do both have it; that both give way is met by trying again after a random while. Files of dead processes may be removed by anyone
 * at any time, as such a name never lives again: there is no taking over, and so no race about it.
 * (A lock file that the next one removes when it looks stale has that race; flock(2) is not in Node.)
 */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive, pidOf, type Identity } from './processes';

export interface Lock {
  /** Harmless when repeated. */
  release(): void;
}

export type Attempt = { lock: Lock } | { holder: Identity };

const NONCE = /\.[0-9a-f]{8}$/;
const TRIES = 6;

/** Takes the lock or says who has it, within half a second. */
export async function tryLock(folder: string): Promise<Attempt> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = attemptOnce(folder);
    if ('lock' in outcome || attempt === TRIES) return outcome;
    await sleep(10 + Math.random() * 70);
  }
}

/**
 * Waits for the lock.
 * @param done asked before each look: true ends the waiting without the lock, as what it was wanted for is there
 * @param waiting called once, when another process turns out to have it
 */
export async function waitForLock(folder: string, done: () => boolean, waiting: (holder: number) => void): Promise<Lock | null> {
  for (let told = false; ;) {
    if (done()) return null;
    const outcome = await tryLock(folder);
    if ('lock' in outcome) return outcome.lock;
    if (!told) waiting(pidOf(outcome.holder));
    told = true;
    await sleep(200);
  }
}

/** Who has the lock, without wanting it. */
export const holderOf = (folder: string): Identity | null => living(folder, null);

function attemptOnce(folder: string): Attempt {
  const me = identityOf(process.pid);
  if (me === null) throw new Error('this process cannot be found in the process table');
  const file = `${me}.${randomBytes(4).toString('hex')}`;
  const path = join(folder, file);
  mkdirSync(folder, { recursive: true });
  closeSync(openSync(path, 'wx'));
  const other = living(folder, file);
  if (other === null) return { lock: { release: () => rmSync(path, { force: true }) } };
  rmSync(path, { force: true });
  return { holder: other };
}

function living(folder: string, but: string | null): Identity | null {
  let found: Identity | null = null;
  for (const name of namesIn(folder)) {
    if (name === but || !NONCE.test(name)) continue;
    const identity = name.replace(NONCE, '');
    if (isAlive(identity)) found = identity;
    else rmSync(join(folder, name), { force: true });
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
