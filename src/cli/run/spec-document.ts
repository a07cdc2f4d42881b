/** A specification from a file or from standard input, its problems one a line, in the form in which editors and terminals find a place. */
import { UserError, type Problem } from '../../spec/failures';
import type { JobSpec } from '../../spec/job-spec';
import { loadSpec, loadSpecFile } from '../../spec/load';

/**
 * @param argument a file, or `-`
 * @throws UserError: `nightly.yaml is not valid:`, then `nightly.yaml:5:17 /load/pace/rate must be …` for each problem
 */
export async function specDocument(argument: string, standardInput: () => Promise<string>): Promise<JobSpec> {
  const named = documentName(argument);
  try {
    return argument === '-' ? loadSpec(await standardInput(), named) : await loadSpecFile(argument);
  } catch (failure) {
    if (!(failure instanceof UserError) || failure.problems.length === 0) throw failure;
    throw new UserError(
      [`${named} is not valid:`, ...failure.problems.map((problem) => located(named, problem))].join('\n'),
      failure.problems,
    );
  }
}

export const documentName = (argument: string): string => (argument === '-' ? 'standard input' : argument);

/** `must be … (line 5, column 17)` → `nightly.yaml:5:17 /load/pace/rate must be …`. */
function located(named: string, { path, message }: Problem): string {
  const [, said = message, line, column] = /^(.*) \(line (\d+), column (\d+)\)$/s.exec(message) ?? [];
  const place = line === undefined || column === undefined ? named : `${named}:${line}:${column}`;
  return [place, path, said].filter((word) => word !== '').join(' ');
}
