/** `verify` over what a workflow has answered, for the disk sink. */
import { openSinks } from '../../src/sinks/open';
import { parseJobSpec } from '../../src/spec/job-spec';
import { verify, type Report } from '../../src/verify/verify';
import type { FixedPlan, Status } from '../../workflows/messages';

export async function verifyRun(dataDir: string, { plan, timeline, state }: Status): Promise<Report> {
  const sinks = openSinks({ dataDir, env: {} });
  const sink = sinks.of(parseJobSpec(plan.spec).sink);
  const source = {
    read: (part: Parameters<NonNullable<typeof sink.read>>[0]) => sink.read?.(part) ?? Promise.resolve(null),
    excess: () => Promise.resolve([]),
  };
  return verify(plan as FixedPlan, timeline, source, { complete: state === 'completed', atRest: true });
}
