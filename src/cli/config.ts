/** `evergen config check FILE`: whether a fleet configuration is valid, and what it comes to. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readFleetConfig } from '../config/fleet-config';
import type { Context } from './context';

export function config(program: Command, context: Context): void {
  const group = program.command('config').description('look at configuration files of the fleet generator');
  group
    .command('check')
    .description('say whether a file is valid, and its mode and intervals')
    .argument('<file>', 'a configuration such as src/config/config.emulated.yaml')
    .option('--json', 'as JSON')
    .action((file: string, { json }: { json?: true }) => {
      const { mode, companyInterval, driverInterval } = readFleetConfig(resolve(context.folder, file), context.folder);
      if (json) return context.out(JSON.stringify({ mode, company_interval: companyInterval, driver_interval: driverInterval }));
      context.out(`Mode: ${mode}`);
      context.out(`Company interval: ${companyInterval}`);
      context.out(`Driver interval: ${driverInterval}`);
    });
}
