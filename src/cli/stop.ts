/** `evergen stop`: end a job; what was committed stays. */
import type { Command } from 'commander';
import { change } from './change';
import type { Context } from './context';

export const stop = (program: Command, context: Context): void => change(program, context, 'stop', 'end a job; what was committed stays');
