/** What a plan leaves open and the first workflow task fixes: the name of the run and the seed; of a scheduled run also its job id and its start. */
import { seedOf } from './draw';
import type { NamedPlan, Plan } from './messages';

/** The first batch is due so long after a job begins: until then every part of it gets ready. */
export const START_LEAD_US = 400_000;

/** What Temporal tells of an execution, to the workflow as to whoever looks at it. */
export interface Execution {
  readonly startTime: Date;
  readonly workflowId?: string;
  readonly searchAttributes?: Readonly<Record<string, unknown>>;
}

/** The name of a run: the UTC instant of its start request, `20260105T231000.123Z`; of a scheduled one, the instant it was scheduled for. */
export const runName = (at: Date): string => at.toISOString().replace(/[-:]/g, '');

/** A plan without a run is that of a schedule: Temporal gives each of its executions an id and an instant of their own. */
export function namePlan(plan: Plan, { startTime, workflowId, searchAttributes }: Execution): NamedPlan {
  const scheduled = plan.run === null ? instantIn(searchAttributes?.['TemporalScheduledStartTime']) : undefined;
  const job = scheduled === undefined ? plan.job : (workflowId ?? plan.job);
  const run = plan.run ?? runName(scheduled ?? startTime);
  const startUs = scheduled === undefined ? plan.startUs : scheduled.getTime() * 1000 + START_LEAD_US;
  return { ...plan, job, run, startUs, seed: plan.seed ?? seedOf(`${job}/${run}`) };
}

/** Temporal's ids of scheduled executions: that of the schedule and the instant, `nightly-2026-01-05T23:10:00Z`. */
export const isScheduled = (job: string): boolean => /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(job);

/** A list of one `Date`, or, in lists of executions, a text. */
function instantIn(attribute: unknown): Date | undefined {
  const [value]: unknown[] = Array.isArray(attribute) ? attribute : [attribute];
  return value instanceof Date ? value : typeof value === 'string' ? new Date(value) : undefined;
}
