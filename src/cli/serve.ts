/** `evergen serve`: the facade in the foreground, for the stack that is up or the cluster of TEMPORAL_ADDRESS. */
import type { Command } from 'commander';
import type { Context } from './context';
import { runPart } from './stack/run-part';

export function serve(program: Command, context: Context): void {
  program
    .command('serve')
    .description('run the facade in the foreground')
    .action(() => runPart(context, 'server'));
}
