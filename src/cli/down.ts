/** `evergen down`: ends the stack, and on request removes its data. */
import type { Command } from 'commander';
import type { Context } from './context';
import { removeData } from './stack/data-dir';
import { stopStack } from './stack/stop';

export function down(program: Command, context: Context): void {
  program
    .command('down')
    .description('end the stack; jobs go on at the next up')
    .option('--data', 'also remove the jobs, their data, the Temporal database and the logs from DATA_DIR')
    .action(async (options: { data?: true }) => {
      const { DATA_DIR } = context.environment();
      const ended = await stopStack(DATA_DIR, context.say);
      context.out(ended ? 'evergen is down' : `no stack is running in ${DATA_DIR}`);
      if (!options.data) return;
      const removed = await removeData(DATA_DIR);
      context.out(removed.length === 0 ? `nothing to remove in ${DATA_DIR}` : `removed from ${DATA_DIR}: ${removed.join(', ')}`);
    });
}
