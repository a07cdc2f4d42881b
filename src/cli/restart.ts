/** `evergen restart`: down and up again, in the background; settings changed since are taken up. */
import type { Command } from 'commander';
import type { Context } from './context';
import { fleetStarter } from './fleet-start';
import { readRecord } from './stack/record';
import { stopStack } from './stack/stop';
import { upInBackground } from './up';

export function restart(program: Command, context: Context): void {
  program
    .command('restart')
    .description('end the stack and start it again in the background; jobs go on')
    .action(async () => {
      const environment = context.environment();
      const { DATA_DIR } = environment;
      // What keeps it from starting again is said while it still runs.
      fleetStarter(environment, context);
      const record = readRecord(DATA_DIR);
      const parts = Object.keys(record?.parts ?? {});
      const workers = Math.max(1, parts.filter((name) => name.startsWith('worker')).length);
      await stopStack(DATA_DIR, context.say);
      await upInBackground(context, { workers, kafka: typeof record?.kafka === 'string' });
    });
}
