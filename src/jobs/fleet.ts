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
/** Who ends a run for the next one. */
const BY = 'up';

/** What a configuration comes to. */
export interface FleetSource {
  /** @param firstCompany number of the first company, above 1 where those of an earlier run are kept */
  spec(firstCompany: number): JobSpec;
}

export interface FleetDeps {
  jobs: Jobs;
  version: string;
  now(): Date;
  /** How long a run is waited for until a worker answers for it, and until it has ended; default 15 s. */
  patienceMs?: number;
}

/** After a kill of everything the first task of a run waits some seconds for the dead worker. */
const PATIENCE_MS = 15_000;
/** A clean that was under way begins anew; it may have thousands of folders before it. */
const CLEAN_MS = 60_000;

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
 * it, paused if it was. Where companies have been taken away by hand, or a clean was under way, all begins afresh.
 * @param companiesAreWhole whether the companies that were recorded are there
 * @throws Error in words when the run before does not come to its end
 */
export async function fleetAtStart(deps: FleetDeps, source: FleetSource, companiesAreWhole: () => Promise<boolean>): Promise<Snapshot> {
  const { jobs, patienceMs = PATIENCE_MS } = deps;
  // Whether it is paused, and what it has made, only a worker can tell.
  const before = await waitFor(
    jobs,
    patienceMs,
    ({ status, worker }) => ended(status) || worker === 'here',
    'is not answered for by any worker',
  );
  if (before === null || ended(before.status))
    return startFleet(
      deps,
      source,
      before?.status ?? null,
      !(await companiesAreWhole()),
      before !== null && wasEndedInPause(before.status),
    );
  if (isBeingCleaned(before.status)) {
    const cleaned = await waitFor(jobs, CLEAN_MS, ({ status }) => ended(status) || !isBeingCleaned(status), 'is still being cleaned');
    if (cleaned !== null && !ended(cleaned.status)) return cleaned;
    return startFleet(deps, source, cleaned?.status ?? null, true);
  }
  const whole = await companiesAreWhole();
  if (whole && goesBy(before.status.plan, source)) return before;
  const { held } = before.status;
  await jobs.stop(FLEET_JOB, BY);
  const last = await waitFor(jobs, patienceMs, ({ status }) => ended(status), 'has not ended yet');
  // Whoever has resumed it meanwhile wants the next one to run.
  return startFleet(deps, source, last?.status ?? null, !whole, held && (last?.status.held ?? true));
}

/** By a start that was killed before it began the next run: that one is still to be paused. */
const wasEndedInPause = ({ state, held, journal }: Status): boolean =>
  state === 'stopped' && held && journal.findLast(({ action }) => action === 'stop')?.by === BY;

/** Between the request and what is noted when it is done. */
export function isBeingCleaned(status: Status): boolean {
  const last = status.journal.findLast(({ action }) => action === 'clean');
  return !ended(status) && last !== undefined && last.detail === 'asked for';
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

/** The newest run as soon as it is like that; null: there never was one. @throws Error when it does not become so */
async function waitFor(jobs: Jobs, ms: number, like: (snapshot: Snapshot) => boolean, otherwise: string): Promise<Snapshot | null> {
  const deadline = performance.now() + ms;
  for (;;) {
    const snapshot = await fleetRun(jobs);
    if (snapshot === null || like(snapshot)) return snapshot;
    if (performance.now() >= deadline)
      throw new Error(`run ${snapshot.status.plan.run ?? ''} ${otherwise}: restart, or POST /resume when it has ended`);
    await sleep(50);
  }
}
