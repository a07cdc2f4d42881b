/** The verdict and its figures. */
import { recoveryRows, type Kill, type RecoveryRow } from '../../src/cli/soak/recovery';
import { quantile } from '../../src/cli/soak/statistics';
import { sumOf } from '../../src/verify/recount-run';
import type { Cluster } from './cluster';
import type { Disturbances } from './disturb';
import type { JudgedJob } from './judge';
import { VICTIMS, type Wishes } from './plan';
import { SERVER_VERSION } from './programs';
import { HISTORY_SHARDS } from './server-config';

export interface Outcome {
  /** Every job completed, every byte the same as made again and as its twin's, nothing lost, doubled or out of order. */
  clean: boolean;
  problems: string[];
  machine: string;
  /** Load average of the machine meanwhile: above its number of cores, times are those of a busy machine. */
  load: { median: number; max: number };
  cluster: { temporal: string; postgres: string; historyShards: number; workers: number };
  folder: string;
  seed: number;
  forMs: number;
  endedAt: number;
  jobs: JudgedJob[];
  events: ReturnType<typeof sumOf>;
  planned: { kills: number; pauses: number };
  /** `bulksHit`: kills while an unpaced job was in the middle of its work. */
  done: { kills: number; pauses: number; paces: number; bulks: number; bulksHit: number };
  missed: string[];
  recovery: (RecoveryRow & { medianStandstillMs: number })[];
  kills: Kill[];
}

interface Given {
  cluster: Cluster;
  wishes: Omit<Wishes, 'jobs'>;
  machine: string;
  loads: readonly number[];
  startedAt: number;
  jobs: JudgedJob[];
  violations: readonly string[];
  done: ReturnType<Disturbances['outcome']>;
}

export async function outcomeOf({ cluster, wishes, machine, loads, jobs, violations, done }: Given): Promise<Outcome> {
  const { kills, missed, ...counts } = done;
  const problems = [...violations, ...jobs.flatMap((job) => job.problems), ...spared(kills)];
  return {
    clean: problems.length === 0,
    problems,
    machine,
    load: { median: quantile(loads, 0.5) ?? 0, max: quantile(loads, 1) ?? 0 },
    cluster: {
      temporal: SERVER_VERSION,
      postgres: (await cluster.postgres.query('show server_version')).join(),
      historyShards: HISTORY_SHARDS,
      workers: wishes.workers,
    },
    folder: cluster.folder,
    seed: wishes.seed,
    forMs: wishes.forMs,
    endedAt: Date.now(),
    jobs,
    events: sumOf(jobs.flatMap(({ lanes }) => lanes)),
    planned: { kills: 3 * wishes.kills, pauses: wishes.pauses },
    done: { kills: kills.length, ...counts },
    missed,
    recovery: recoveryRows(kills).map((row) => ({ ...row, medianStandstillMs: medianOf(kills, row.kind) })),
    kills,
  };
}

/** What nobody has killed proves nothing. */
const spared = (kills: readonly Kill[]): string[] =>
  VICTIMS.filter((victim) => kills.every((kill) => kill.victim !== victim)).map(
    (victim) => `no kill has hit ${victim}: this run says nothing of it`,
  );

/** Over the kills of a row's kind, also those after which nobody was waited for. */
function medianOf(kills: readonly Kill[], kind: string): number {
  const [who = '', alone] = kind.split(', ');
  const of = kills.filter(
    (kill) => (who === 'worker at work' ? kill.busy === true : kill.victim === who) && (alone === undefined || kill.alone),
  );
  return (
    quantile(
      of.map(({ standstillMs }) => standstillMs),
      0.5,
    ) ?? 0
  );
}
