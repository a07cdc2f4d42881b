/** Commands run in this process, for those that start nothing. */
import { Command } from 'commander';
import { commands } from '../../src/cli/commands';
import { endOf } from '../../src/cli/exit';
import { parseEnvironment } from '../../src/config/env';

export interface InProcess {
  code: number;
  out: string[];
  said: string[];
  err: string;
}

/** @param where DATA_DIR, which is also the working directory, and other variables; nothing else is set. `onInterrupt` is given what Ctrl-C would call */
export async function inProcess(
  where: string | { folder: string; variables: Readonly<Record<string, string>>; onInterrupt?: (handler: () => void) => void },
  ...words: string[]
): Promise<InProcess> {
  const {
    folder: dataDir,
    variables,
    onInterrupt = () => undefined,
  } = typeof where === 'string' ? { folder: where, variables: {} } : where;
  const out: string[] = [];
  const said: string[] = [];
  const program = new Command('evergen').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const register of commands)
    register(program, {
      variables: {},
      folder: dataDir,
      environment: () => parseEnvironment({ DATA_DIR: dataDir, ...variables }, dataDir),
      out: (line) => void out.push(line),
      say: (line) => void said.push(line),
      isTerminal: false,
      onInterrupt: (handler) => {
        onInterrupt(() => {
          handler('SIGINT');
        });
      },
    });
  try {
    await program.parseAsync(words, { from: 'user' });
    return { code: 0, out, said, err: '' };
  } catch (error) {
    const { exitCode, text } = endOf(error);
    return { code: exitCode, out, said, err: text };
  }
}
