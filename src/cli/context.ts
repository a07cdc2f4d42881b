/** What a command has of the world around it; `main.ts` makes it, tests make another. */
import type { Environment, Variables } from '../config/env';

export interface Context {
  /** The process's variables, for child processes. */
  variables: Variables;
  /** Working directory: where `.env` and relative paths are looked up. */
  folder: string;
  /** Reads and checks the environment at the first call. @throws UserError */
  environment(): Environment;
  /** Writes one line to standard output: what the command is for. */
  out(line: string): void;
  /** Writes one line to standard error: what goes on meanwhile. */
  say(line: string): void;
  isTerminal: boolean;
  /** From now on Ctrl-C, SIGTERM and SIGHUP call `handler` instead of ending the process; a second one ends it at once. */
  onInterrupt(handler: (signal: NodeJS.Signals) => void): void;
}
