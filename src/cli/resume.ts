/** `evergen resume`: go on after a pause; the schedule was held meanwhile. */
import type { Command } from 'commander';
import { change } from './change';
import type { Context } from './context';

export const resume = (program: Command, context: Context): void =>
  change(program, context, 'resume', 'go on after a pause; the schedule was held meanwhile');
