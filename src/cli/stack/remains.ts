/** What a killed supervisor left: a Temporal server that still has the ports and the database, at times a stopped worker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, pidOf, signal, type Identity } from '../../temporal/processes';
import { readRecord, removeRecord } from './record';

/** Ends the parts of a stack whose supervisor is dead. Called with the lock held, so that no other supervisor is at work. */
export async function endRemains(dataDir: string, say: (line: string) => void): Promise<void> {
  const record = readRecord(dataDir);
  if (record === null) return;
  for (const [name, identity] of Object.entries(record.parts)) {
    if (!isAlive(identity)) continue;
    say(`ending ${name} (process ${pidOf(identity)}), which outlived its supervisor`);
    await endProcess(identity, 5_000);
  }
  removeRecord(dataDir);
}

/** SIGTERM, then SIGKILL when `graceMs` are over. A process that only has the same id is left alone. */
async function endProcess(identity: Identity, graceMs: number): Promise<void> {
  signal(identity, 'SIGTERM');
  if (await gone(identity, graceMs)) return;
  signal(identity, 'SIGKILL');
  if (!(await gone(identity, 5_000))) throw new Error(`process ${pidOf(identity)} cannot be ended`);
}

/** @returns true as soon as the process is gone, false when it is still there after `withinMs` */
export async function gone(identity: Identity, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (isAlive(identity)) {
    if (Date.now() > until) return false;
    await sleep(20);
  }
  return true;
}
