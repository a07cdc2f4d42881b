/** How a server's process ends, by itself or because it is told to. */
import type { ChildProcess } from 'node:child_process';

/** Resolves when the process is gone: `exit code 1`, `signal SIGKILL`. */
export const exitOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, name) => resolve(name === null ? `exit code ${String(code)}` : `signal ${name}`));
  });

/** Asks it to end with its own signal, and by force after `graceMs`; harmless when it is gone. */
export async function endChild(child: ChildProcess, exited: Promise<string>, name: NodeJS.Signals, graceMs: number): Promise<void> {
  child.kill(name);
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(force);
}
