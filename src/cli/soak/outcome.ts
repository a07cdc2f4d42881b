/** What a soak comes to: the verdict and its figures, from the journal, the samples and a recount of what is in the sink. */
import { cpus, totalmem } from 'node:os';
import { LATENESS_BOUNDS_MS, latenessQuantile, sum } from '../../../workflows/ledger';
import { sumOf, type Lane } from '../../verify/recount-run';
import type { Driven } from './drive';
import type { SoakFolder } from './folder';
import { readLines } from './journal';
import type { SoakPlan } from './plan';
import { promisesOf, type Promised } from './promises';
import { killsOf, recoveryRows, type Kill, type RecoveryRow } from './recovery';
import { sample, standstill, type Sample } from './samples';
import { pooledSlope, quantile } from './statistics';

export interface Memory {
  part: string;
  lives: number;
  /** MB an hour within the lives, from `WARM_MS` after a start on; null: the lives were too short to tell. */
  slope: number | null;
  error: number | null;
  /** Median over all samples after warming up, MB. */
  medianMb: number | null;
  maxMb: number;
}

export interface Outcome {
  /** Hashes equal, nothing lost, doubled or out of order, the job completed, and its own counts are the true ones. */
  clean: boolean;
  problems: string[];
  folder: string;
  run: string;
  machine: string;
  /** Load average of the machine during the soak: more than it has cores, and every figure is one of a busy machine. */
  load: { median: number; max: number };
  seed: number;
  spec: unknown;
  what: readonly string[];
  workers: number;
  drivers: number;
  startedAt: number;
  endedAt: number;
  state: string;
  twin: string;
  lanes: Lane[];
  events: ReturnType<typeof sumOf>;
  planned: { kills: number; freezes: number; actions: number; zombies: number };
  done: {
    kills: number;
    freezes: number;
    pauses: number;
    paces: number;
    zombies: number;
    /** Of the zombies: stopped where they were to be, and woken up after their successors had committed. */
    met: number;
  };
  missed: string[];
  promises: Promised[];
  recovery: RecoveryRow[];
  kills: Kill[];
  standstills: { from: number; to: number }[];
  lateness: { p50: number; p99: number; max: number; buckets: { upToMs: number | null; batches: number }[] };
  memory: Memory[];
  database: { bytes: number; grewBytes: number; bytesPerBatch: number | null };
  history: { executions: number; events: number; longest: number; bytes: number; eventsPerBatch: number | null };
  samples: Sample[];
}

/** Heaps grow and shrink in the first half minute of a life. */
const WARM_MS = 30_000;
/** Lives that are shorter after that say nothing of a slope. */
const LIFE_MS = 120_000;
/** Points of a chart. */
const MOST_SAMPLES = 600;

/** What the twin is, in plain words. */
const TWIN = 'made again by the check from specification and timeline, without Temporal, sink or kills; not a second run';

/** @param checked what `verify` and the recount found */
export function outcomeOf(
  folder: SoakFolder,
  plan: SoakPlan,
  { journal: { entries }, job, parts, executions, run }: Driven,
  checked: { lanes: Lane[]; problems: string[] },
): Outcome {
  const startedAt = entries.find(({ type }) => type === 'job')?.at ?? 0;
  // The first: a soak that has ended may be judged again.
  const endedAt = entries.find(({ type }) => type === 'ended')?.at ?? startedAt;
  const lines = readLines(folder.samples, sample).filter(({ at }) => at <= endedAt);
  const standstills = readLines(folder.samples, standstill);
  const loads = lines.map(({ load }) => load);
  const totals = sum(parts.map((part) => part.totals));
  const kills = killsOf(entries, startedAt, standstills);
  const events = sumOf(checked.lanes);
  const of = (type: string) => entries.filter((entry) => entry.type === type);
  const attacks = new Set(entries.flatMap((entry) => (entry.type === 'zombie' ? [entry.n] : [])));
  /** Without what zombies are made of. */
  const ofPlan = (type: 'freeze' | 'pause') => entries.filter((entry) => entry.type === type && !attacks.has(entry.n)).length;
  const problems = [
    ...entries.flatMap((entry) => (entry.type === 'violation' ? [entry.text] : [])),
    ...checked.lanes.flatMap(laneProblem),
    ...(job.totals.emitted === events.found
      ? []
      : [`the job counts ${String(job.totals.emitted)} events, ${String(events.found)} are there`]),
    ...checked.problems,
  ];
  const [first, last] = [lines[0], lines.at(-1)];
  const grewBytes = (last?.dbBytes ?? 0) - (first?.dbBytes ?? 0);
  const batches = (last?.batches ?? 0) - (first?.batches ?? 0);
  const historyEvents = executions.reduce((n, one) => n + one.events, 0);
  return {
    clean: problems.length === 0,
    problems,
    folder: folder.path,
    run,
    machine: `${String(cpus().length)} cores, ${String(Math.round(totalmem() / 2 ** 30))} GiB, Node ${process.versions.node}`,
    load: { median: quantile(loads, 0.5) ?? 0, max: quantile(loads, 1) ?? 0 },
    seed: plan.seed,
    spec: plan.spec,
    what: plan.what,
    workers: plan.workers,
    drivers: of('driver').length,
    startedAt,
    endedAt,
    state: job.state,
    twin: TWIN,
    lanes: checked.lanes,
    events,
    planned: {
      kills: plan.steps.filter(({ kind }) => kind === 'kill').length,
      freezes: plan.steps.filter(({ kind }) => kind === 'freeze').length,
      actions: plan.steps.filter(({ kind }) => kind === 'pause' || kind === 'pace').length,
      zombies: plan.steps.filter(({ kind }) => kind === 'zombie').length,
    },
    done: {
      ...{ kills: kills.length, freezes: ofPlan('freeze'), pauses: ofPlan('pause'), paces: of('pace').length },
      ...{ zombies: of('zombie').length, met: entries.filter((entry) => entry.type === 'woken' && entry.met).length },
    },
    missed: entries.flatMap((entry) => (entry.type === 'missed' ? [`step ${String(entry.n)}: ${entry.why}`] : [])),
    promises: promisesOf(kills),
    recovery: recoveryRows(kills),
    kills,
    standstills: standstills.map(({ from, to }) => ({ from: from - startedAt, to: to - startedAt })),
    lateness: {
      p50: latenessQuantile(totals, 0.5),
      p99: latenessQuantile(totals, 0.99),
      max: totals.latenessMaxMs,
      buckets: totals.lateness.map((batches, i) => ({ upToMs: LATENESS_BOUNDS_MS[i] ?? null, batches })),
    },
    memory: memoryOf(lines),
    database: { bytes: last?.dbBytes ?? 0, grewBytes, bytesPerBatch: batches > 0 ? grewBytes / batches : null },
    history: {
      executions: executions.length,
      events: historyEvents,
      longest: Math.max(0, ...executions.map((one) => one.events)),
      bytes: executions.reduce((n, one) => n + one.bytes, 0),
      eventsPerBatch: totals.batches > 0 ? historyEvents / totals.batches : null,
    },
    samples: thinned(lines).map((one) => ({ ...one, at: one.at - startedAt })),
  };
}

function laneProblem({ name, expectedSha256, foundSha256, ...counts }: Lane): string[] {
  const { lost, duplicated, reordered, foreign } = counts;
  if (expectedSha256 === foundSha256 && lost + duplicated + reordered + foreign === 0) return [];
  const told = Object.entries({ lost, duplicated, reordered, foreign }).map(([what, n]) => `${String(n)} ${what}`);
  return [`${name}: sha256 ${foundSha256.slice(0, 12)}…, its twin's ${expectedSha256.slice(0, 12)}…: ${told.join(', ')}`];
}

function memoryOf(samples: readonly Sample[]): Memory[] {
  const names = [...new Set(samples.flatMap(({ rss }) => Object.keys(rss)))].sort();
  return names.map((part) => {
    const lives = new Map<string, { x: number; y: number }[]>();
    for (const { at, rss } of samples) {
      const [identity, mb] = rss[part] ?? [];
      if (identity === undefined || mb === undefined) continue;
      const points = lives.get(identity) ?? [];
      points.push({ x: at / 3_600_000, y: mb });
      lives.set(identity, points);
    }
    const warm = [...lives.values()].map((points) => points.filter(({ x }) => (x - (points[0]?.x ?? 0)) * 3_600_000 >= WARM_MS));
    const slope = pooledSlope(warm.filter((points) => ((points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0)) * 3_600_000 >= LIFE_MS));
    const settled = warm
      .flat()
      .map(({ y }) => y)
      .sort((a, b) => a - b);
    return {
      part,
      lives: lives.size,
      slope: slope?.slope ?? null,
      error: slope?.error ?? null,
      medianMb: settled[Math.floor(settled.length / 2)] ?? null,
      maxMb: [...lives.values()].flat().reduce((most, { y }) => Math.max(most, y), 0),
    };
  });
}

function thinned(samples: readonly Sample[]): Sample[] {
  const every = Math.max(1, Math.ceil(samples.length / MOST_SAMPLES));
  return samples.filter((_, i) => i % every === 0 || i === samples.length - 1);
}
