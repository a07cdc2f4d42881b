/** `evergen init`: a specification to begin with, every key explained. */
import type { Command } from 'commander';
import type { Context } from './context';
import { starter } from './init/starter';
import { called } from './program';
import { scenarioNamed } from './scenarios';

export function init(program: Command, context: Context): void {
  program
    .command('init')
    .description('write a commented specification to standard output: evergen init crisis > job.yaml')
    .argument('<name>', 'a scenario (evergen scenarios lists them)')
    .action((name: string) => {
      for (const line of starter(scenarioNamed(name), called(context.variables))) context.out(line);
    });
}
