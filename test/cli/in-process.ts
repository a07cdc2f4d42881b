/** Commands run in this process, for those that start nothing. */
import { Command } from 'commander';
import { commands } from '../../src/cli/commands';
import { endOf } from '../../src/cli/exit';
import { parseEnvironment } from '../../src/config/env';

export interface InProcess {
  code: number;
  out: string[];
  err: string;
}

/** @param dataDir also the working directory; nothing else is set */
export async function inProcess(dataDir: string, ...words: string[]): Promise<InProcess> {
  const out: string[] = [];
  const program = new Command('evergen').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const register of commands)
    register(program, {
      variables: {},
      folder: dataDir,
      environment: () => parseEnvironment({ DATA_DIR: dataDir }, dataDir),
      out: (line) => void out.push(line),
      say: () => undefined,
      isTerminal: false,
      onInterrupt: () => undefined,
    });
  try {
    await program.parseAsync(words, { from: 'user' });
    return { code: 0, out, err: '' };
  } catch (error) {
    const { exitCode, text } = endOf(error);
    return { code: exitCode, out, err: text };
  }
}
