/** What a plan leaves open and the first workflow task fixes: the name of the run and the seed. */
import { seedOf } from './draw';
import type { NamedPlan, Plan } from './messages';

/** The name of a run: the UTC instant of its start request, `20260105T231000.123Z`. */
export const runName = (at: Date): string => at.toISOString().replace(/[-:]/g, '');

export function namePlan(plan: Plan, { startTime }: { startTime: Date }): NamedPlan {
  const run = plan.run ?? runName(startTime);
  return { ...plan, run, seed: plan.seed ?? seedOf(`${plan.job}/${run}`) };
}
