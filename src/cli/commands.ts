/** The commands, one file and one line each, in the order of `evergen --help`. */
import type { Command } from 'commander';
import type { Context } from './context';
import { down } from './down';
import { logs } from './logs';
import { restart } from './restart';
import { serve } from './serve';
import { up } from './up';
import { worker } from './worker';

/** Adds one command to the program; its action throws `UserError`, `Ending`, or whatever is a fault of ours. */
export type Register = (program: Command, context: Context) => void;

export const commands: readonly Register[] = [up, down, restart, logs, worker, serve];
