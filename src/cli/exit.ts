/** How a command ends: by who must act (contract of exit codes: 0 done, 1 ours, 2 input, 3 failed or no stack, 4 not verified, 130 interrupted). */
import { ServiceError } from '@temporalio/client';
import { CommanderError } from 'commander';
import { UserError } from '../spec/failures';

export const EXIT = { done: 0, fault: 1, input: 2, failed: 3, unverified: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a code and a message for people, without a stack. */
export class Ending extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message = '',
  ) {
    super(message);
  }
}

export interface End {
  exitCode: ExitCode;
  /** What standard error gets; '' for nothing. */
  text: string;
}

/** Every error that a command may throw, as an exit code and what people read. */
export function endOf(error: unknown): End {
  if (error instanceof Ending) return { exitCode: error.exitCode, text: error.message };
  if (error instanceof UserError) return { exitCode: EXIT.input, text: error.message };
  // commander has written its message already; help and version are no errors.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.input, text: '' };
  if (error instanceof ServiceError) {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return { exitCode: EXIT.failed, text: `the Temporal server does not answer: ${reason}` };
  }
  return { exitCode: EXIT.fault, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
