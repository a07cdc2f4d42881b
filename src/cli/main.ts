/** The command line: the frame around the commands. Reads the environment, ends the process; nothing else here does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { readEnvironment, type Environment } from '../config/env';
import { packageRoot } from '../config/package-root';
import { commands } from './commands';
import type { Context } from './context';
import { EXIT, endOf, type ExitCode } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function createContext(): Context {
  let environment: Environment | undefined;
  let handler: ((signal: NodeJS.Signals) => void) | undefined;
  const interrupt = (name: NodeJS.Signals, exitCode: ExitCode): void => {
    const first = handler;
    handler = undefined;
    if (first === undefined) process.exit(exitCode);
    first(name);
  };
  for (const name of SIGNALS) process.on(name, () => interrupt(name, EXIT.interrupted));
  // `evergen logs | head` closes the pipe, a closed terminal does: nobody is left to tell, but what runs is still ended in order.
  let heard = true;
  process.stdout.on('error', () => {
    if (heard) interrupt('SIGHUP', EXIT.done);
    heard = false;
  });
  return {
    variables: process.env,
    folder: process.cwd(),
    environment: () => (environment ??= readEnvironment(process.env, process.cwd())),
    out: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    isTerminal: process.stdout.isTTY,
    onInterrupt: (next) => (handler = next),
  };
}

function createProgram(context: Context): Command {
  const program = new Command('evergen')
    .description('Durable data generator: kill anything at any time, the output is byte for byte what it would have been.')
    .showHelpAfterError('(evergen --help lists the commands)')
    .version(version(), '-V, --version', 'show the version')
    .exitOverride();
  for (const register of commands) register(program, context);
  pointToHelp(program.commands, 'evergen');
  return program;
}

/** After an error in a command's words, its own help is the one to read. */
function pointToHelp(among: readonly Command[], before: string): void {
  for (const command of among) {
    const words = `${before} ${command.name()}`;
    command.showHelpAfterError(`(${words} --help tells more)`);
    pointToHelp(command.commands, words);
  }
}

const version = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))).version;

async function main(): Promise<ExitCode> {
  try {
    await createProgram(createContext()).parseAsync();
    return EXIT.done;
  } catch (error) {
    const { exitCode, text } = endOf(error);
    if (text !== '') process.stderr.write(`${exitCode === EXIT.fault ? '' : 'evergen: '}${text}\n`);
    return exitCode;
  }
}

void main().then((code) => {
  // Not by leaving alone: a connection that a command left open must not keep the process.
  process.stdout.write('', () => process.exit(code));
});
