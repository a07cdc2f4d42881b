/** `evergen completion`: the shell completes commands, options, scenarios, specifications and jobs. */
import { Argument, type Command } from 'commander';
import { join } from 'node:path';
import { packageRoot } from '../config/package-root';
import { describeProgram } from './completion/describe';
import { valuesHere } from './completion/values';
import type { Context } from './context';
import { called } from './program';

export function completion(program: Command, context: Context): void {
  program
    .command('completion')
    .description("print a script that lets the shell complete evergen's words; in .bashrc: source <(./evergen completion bash)")
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: string) => {
      const { script } = await import('@bomb.sh/tab');
      const launcher = called(context.variables);
      // By its whole path: `./evergen` of one folder is asked from another.
      script(shell, 'evergen', launcher === './evergen' ? `'${join(packageRoot(), 'evergen')}'` : launcher);
    });
  // What that script calls at each press of the key: the words so far, the last of them perhaps empty.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { RootCommand } = await import('@bomb.sh/tab');
      const root = new RootCommand();
      describeProgram(program, root, await valuesHere(context));
      root.parse(words);
    });
}
