/** `evergen worker`: one worker in the foreground, for the stack that is up or the cluster of TEMPORAL_ADDRESS. */
import type { Command } from 'commander';
import type { Context } from './context';
import { runPart } from './stack/run-part';

export function worker(program: Command, context: Context): void {
  program
    .command('worker')
    .description('run one more worker in the foreground')
    .action(() => runPart(context, 'worker'));
}
