/** `evergen pause`: pause a job: after the batch in hand nothing more is written. */
import type { Command } from 'commander';
import { change } from './change';
import type { Context } from './context';

export const pause = (program: Command, context: Context): void =>
  change(program, context, 'pause', 'pause a job: after the batch in hand nothing more is written');
