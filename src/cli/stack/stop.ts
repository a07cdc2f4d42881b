/** Ends the stack of a DATA_DIR from outside, whoever started it. */
import { tryLock } from '../../temporal/lock';
import { pidOf, signal } from '../../temporal/processes';
import { EXIT, Ending } from '../exit';
import { lockFolder, readRecord, runningStack } from './record';
import { endRemains, gone } from './remains';

/** Longer than the parts' own time to end, one after another. */
const PATIENCE_MS = 45_000;

/**
 * @returns whether there was anything to end
 * @throws Ending when a supervisor does not end
 */
export async function stopStack(dataDir: string, say: (line: string) => void): Promise<boolean> {
  const running = runningStack(dataDir);
  if (running !== null) {
    say(`stopping evergen (process ${pidOf(running.supervisor)})`);
    signal(running.supervisor, 'SIGTERM');
    if (!(await gone(running.supervisor, PATIENCE_MS))) {
      throw new Ending(
        EXIT.fault,
        `process ${pidOf(running.supervisor)} does not end: kill -9 ${pidOf(running.supervisor)}, then evergen down`,
      );
    }
  }
  const left = readRecord(dataDir);
  if (left === null) return running !== null;
  const attempt = await tryLock(lockFolder(dataDir));
  if ('holder' in attempt)
    throw new Ending(EXIT.failed, `another evergen (process ${pidOf(attempt.holder)}) is at work in ${dataDir}: try again`);
  try {
    await endRemains(dataDir, say);
  } finally {
    attempt.lock.release();
  }
  return true;
}
