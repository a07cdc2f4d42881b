/** Whether a valid specification can be carried out here: what this process's environment lacks or forbids. */
import { sinks } from '../sinks';
import type { SinkDeps } from '../sinks/sink';
import { pointer, refusal } from './failures';
import { parseJobSpec } from './job-spec';

/**
 * Called before a job is started, with the environment of the one who starts it; the worker's own is asked again with the first batch.
 * @param spec as in `plan.spec`
 * @throws UserError with every problem at its path
 */
export function admit(spec: unknown, env: SinkDeps['env']): void {
  const { name, options } = parseJobSpec(spec).sink;
  const sink = sinks.get(name);
  const problems = sink.problems?.(sink.options.parse(options), env) ?? [];
  if (problems.length === 0) return;
  throw refusal(
    'the job specification',
    problems.map(({ path, message }) => ({ path: pointer(['sink', ...path]), message })),
  );
}
