/** One part alone in the foreground: a child process, so that it is the same program under the same rules as below `up`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Context } from '../context';
import { EXIT, Ending } from '../exit';
import { findStack } from './find';

/**
 * Ends when the part ends; Ctrl-C and SIGTERM are passed on to it.
 * @throws Ending when no Temporal server is known, or with the part's own exit code
 */
export async function runPart(context: Context, name: 'worker' | 'server'): Promise<void> {
  const environment = context.environment();
  const { temporal, uiUrl } = findStack(environment);
  const child = spawn(process.execPath, [join(__dirname, '..', '..', `${name}.js`)], {
    cwd: context.folder,
    env: {
      ...context.variables,
      DATA_DIR: environment.DATA_DIR,
      TEMPORAL_ADDRESS: temporal.address,
      ...(uiUrl === null ? {} : { TEMPORAL_UI_URL: uiUrl }),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  context.onInterrupt(() => child.kill('SIGTERM'));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve).once('error', () => resolve(null)));
  if (code === EXIT.input) throw new Ending(EXIT.input);
  if (code !== EXIT.done) throw new Ending(EXIT.fault, `the ${name} ended with ${code === null ? 'a signal' : `exit code ${code}`}`);
}
