import { UserError, type Problem } from '../../src/spec/failures';

/** The problems that `act` is refused with; throws when it is not refused. */
export function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (failure) {
    if (failure instanceof UserError) return failure.problems;
    throw failure;
  }
  throw new Error('nothing was refused');
}

export const pathsOf = (act: () => unknown): string[] => problemsOf(act).map(({ path }) => path);
