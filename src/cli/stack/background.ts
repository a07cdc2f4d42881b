/** `up -d`: the same supervisor as a process of its own, which outlives this one. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context';
import { EXIT, Ending, type ExitCode } from '../exit';
import { pidOf } from '../../temporal/processes';
import { requireDataDir } from './data-dir';
import { backgroundFile } from './lines';
import { runningStack, type StackRecord } from './record';

export interface BackgroundOptions {
  workers: number;
  /** Default false. */
  kafka?: boolean;
}

/**
 * Resolves when every part is ready. What the supervisor says meanwhile is passed on.
 * @throws Ending with its exit code when it gives up
 */
export async function startInBackground(
  context: Context,
  dataDir: string,
  { workers, kafka = false }: BackgroundOptions,
): Promise<StackRecord> {
  const file = backgroundFile(dataDir);
  requireDataDir(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  const out = openSync(file, 'w');
  const main = join(__dirname, '..', 'main.js');
  const child = spawn(process.execPath, [main, 'up-in-background', '--workers', String(workers), ...(kafka ? ['--kafka'] : [])], {
    cwd: context.folder,
    env: context.variables,
    stdio: ['ignore', out, out],
    detached: true,
  });
  closeSync(out);
  let code: number | null = null;
  child.once('exit', (status) => (code = status ?? EXIT.fault));
  child.once('error', () => (code = EXIT.fault));
  let interrupted = false;
  context.onInterrupt(() => {
    interrupted = true;
    child.kill('SIGTERM');
  });
  const passOn = follow(file, context);
  for (;;) {
    passOn();
    const record = runningStack(dataDir);
    if (record?.ready && pidOf(record.supervisor) === child.pid) {
      child.unref();
      return record;
    }
    if (code !== null) {
      passOn();
      throw new Ending(interrupted ? EXIT.interrupted : exitCodeOf(code));
    }
    await sleep(50);
  }
}

/** Each call passes on the lines that have come since the last. */
function follow(file: string, context: Context): () => void {
  let shown = 0;
  return () => {
    const text = readFileSync(file, 'utf8');
    const end = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(shown, end).split('\n').slice(0, -1)) context.say(line);
    shown = Math.max(shown, end);
  };
}

const exitCodeOf = (code: number): ExitCode => Object.values(EXIT).find((known) => known === code) ?? EXIT.fault;
