/** The fleet: one job whose runs follow each other over the same data. A run with another configuration is a new era, whose companies are numbered on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { sum } from '../../workflows/ledger';
import type { Plan, Status } from '../../workflows/messages';
import { runName } from '../../workflows/naming';
import { wireSpec, type JobSpec } from '../spec/job-spec';
import { planOf } from '../spec/plan';
import { ended, NoSuchJob, type Jobs, type Snapshot } from './jobs';

export const FLEET_JOB = 'fleet';

/** What a configuration comes to. */
export interface FleetSource {
  /** @param firstCompany number of the first company, above 1 where those of an earlier run are kept */
  spec(firstCompany: number): JobSpec;
}

export interface FleetDeps {
  jobs: Jobs;
  version: string;
  now(): Date;
}

/** How long a run is waited for that was told to stop. */
const STOP_MS = 4_000;

/** The newest run; null: there never was one. @throws TemporalAway */
export async function fleetRun(jobs: Jobs): Promise<Snapshot | null> {
  try {
    return await jobs.get(FLEET_JOB);
  } catch (failure) {
    if (failure instanceof NoSuchJob) return null;
    throw failure;
  }
}

/** A run of this configuration, where none is active. @param afresh the companies of earlier runs are gone */
export async function startFleet(
  { jobs, version, now }: FleetDeps,
  source: FleetSource,
  before: Status | null,
  afresh: boolean,
  paused = false,
): Promise<Snapshot> {
  const spec = source.spec(afresh || before === null ? 1 : nextCompany(before));
  const { snapshot } = await jobs.start(planOf(spec, { job: FLEET_JOB, run: runName(now()), version }), { paused });
  return snapshot;
}

/**
 * At the start of a stack: a run of this configuration goes on as it is, paused or not; one of another ends after its batch, and a new one follows
 * it, paused if it was. Where companies have been taken away by hand, all begins afresh.
 * @param whole the companies that were recorded are there
 */
export async function fleetAtStart(deps: FleetDeps, source: FleetSource, whole: boolean): Promise<Snapshot> {
  const before = await fleetRun(deps.jobs);
  const active = before !== null && !ended(before.status);
  if (active && whole && goesBy(before.status.plan, source)) return before;
  const last = active ? await stopped(deps.jobs, before.status.plan.run) : before;
  return startFleet(deps, source, last?.status ?? null, !whole, active && before.status.held);
}

/** After the companies of this run: also those of the runs before it, whose numbers it has gone on with. */
function nextCompany({ state, plan, parts }: Status): number {
  if (state === 'cleaned') return 1;
  const stream = plan.streams.findIndex(({ name }) => name === 'companies');
  const made = sum(parts.filter((part) => part.stream === stream).map(({ totals }) => totals)).emitted;
  return firstCompany(plan) + made;
}

function firstCompany({ spec }: Plan): number {
  const { scenario } = spec as { scenario?: { first_company?: unknown } };
  return typeof scenario?.first_company === 'number' ? scenario.first_company : 1;
}

/** Numbers of companies aside, which follow from the runs before. */
function goesBy(plan: Plan, source: FleetSource): boolean {
  const wanted: unknown = JSON.parse(JSON.stringify(wireSpec(source.spec(firstCompany(plan)))));
  return isDeepStrictEqual(JSON.parse(JSON.stringify(plan.spec)), wanted);
}

async function stopped(jobs: Jobs, run: string | null): Promise<Snapshot> {
  const deadline = performance.now() + STOP_MS;
  let snapshot = await jobs.stop(FLEET_JOB, 'up');
  while (!ended(snapshot.status) && snapshot.status.plan.run === run && performance.now() < deadline) {
    await sleep(50);
    snapshot = await jobs.get(FLEET_JOB);
  }
  return snapshot;
}
