/** Runs by what lies beside their data, for those whose history Temporal has forgotten: `jobs/<job>/<run>/manifest.json` below the data directory. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noTotals } from '../../workflows/ledger';
import type { JobState, Status } from '../../workflows/messages';
import { openRunFolder, type RunFolder } from '../sinks/disk/run-folder';
import { CLEAN_REPORT } from '../spec/clean-report';
import { MANIFEST, manifest, type Manifest } from '../spec/manifest';
import { jobStates } from './job-body';
import type { Listed } from './jobs';
import type { PartPlace } from './merge';

/** Names of runs sort by time. */
const RUN = /^\d{8}T\d{6}\.\d{3}Z$/;

export class KeptRuns {
  constructor(private readonly dataDir: string) {}

  /** Names of the runs of a job, newest first. */
  async names(job: string): Promise<string[]> {
    const names = await readdir(join(this.dataDir, 'jobs', job)).catch(() => []);
    return names
      .filter((name) => RUN.test(name))
      .sort()
      .reverse();
  }

  /** All runs below the data directory, newest first. */
  async all(): Promise<{ job: string; run: string }[]> {
    const jobs = await readdir(join(this.dataDir, 'jobs')).catch(() => []);
    const runs = await Promise.all(jobs.map(async (job) => (await this.names(job)).map((run) => ({ job, run }))));
    return runs.flat().sort((a, b) => compare(b.run, a.run) || compare(b.job, a.job));
  }

  /** A run as a row of a list, by its manifest alone; null when there is none that can be read. */
  async listed(job: string, run: string): Promise<Listed | null> {
    const kept = await readManifest(join(this.dataDir, 'jobs', job, run, MANIFEST));
    if (kept === null || kept.plan.job !== job || kept.plan.run !== run) return null;
    const { scenario, sink } = kept.plan;
    return { id: job, run, scenario, sink, state: stateOf(kept), ...timesOf(kept) };
  }

  /** Whether the run's manifest says that its data was deleted. */
  async cleaned(job: string, run: string): Promise<boolean> {
    const folder = join(this.dataDir, 'jobs', job, run);
    // Nearly all runs have no such report, and a manifest may be long.
    if (!existsSync(join(folder, CLEAN_REPORT))) return false;
    return (await readManifest(join(folder, MANIFEST)))?.state === 'cleaned';
  }

  /** The run as its manifest tells it, the newest by default; null when there is none that can be read. */
  async status(job: string, run?: string): Promise<Status | null> {
    for (const name of run === undefined ? await this.names(job) : [run]) {
      const folder = join(this.dataDir, 'jobs', job, name);
      const kept = await readManifest(join(folder, MANIFEST));
      if (kept !== null && kept.plan.job === job && kept.plan.run === name) return statusOf(kept, openRunFolder(folder));
    }
    return null;
  }
}

async function readManifest(path: string): Promise<Manifest | null> {
  try {
    const parsed = manifest.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not there, or not JSON: whoever asks for this run hears that it is not known.
    return null;
  }
}

const ENDED: readonly string[] = ['completed', 'stopped', 'failed', 'cleaned'];

/** Of a run that nobody remembers: it has ended, somehow. */
const stateOf = ({ state }: Manifest): JobState => jobStates.find((known) => known === state && ENDED.includes(known)) ?? 'failed';

const timesOf = ({ started_at, finished_at }: Manifest) => ({
  startedAtMs: Date.parse(started_at),
  finishedAtMs: finished_at === null ? null : Date.parse(finished_at),
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function statusOf(kept: Manifest, folder: RunFolder): Promise<Status> {
  const { plan, timeline } = kept;
  const state = stateOf(kept);
  return {
    plan,
    state,
    settling: false,
    reason: reasonOf(kept, state),
    ...timesOf(kept),
    pausedAtMs: null,
    pausedMs: kept.paused_ms,
    timeline,
    parts: await Promise.all(kept.streams.map((part) => placeOf(kept, part, folder))),
    skipped: kept.skipped,
    generation: 0,
    home: null,
    held: false,
    standby: false,
    journal: kept.journal,
  };
}

const reasonOf = ({ state }: Manifest, shown: JobState): string | null =>
  state === shown ? null : `Temporal has forgotten this run, whose last known state was ${state}: what was committed stays`;

/** The record beside the data knows more than the manifest, and is newer where the run did not come to its end. */
async function placeOf(kept: Manifest, told: Manifest['streams'][number], folder: RunFolder): Promise<PartPlace> {
  const stream = kept.plan.streams.findIndex(({ name }) => name === told.stream);
  const part = { job: kept.job, run: kept.run, stream: told.stream, shard: told.shard, shards: kept.plan.shards };
  const found = await folder.read(part).catch(() => null);
  const { batches, events, bytes } = told;
  const counted = { ...noTotals(), batches, emitted: events, valid: events, bytes };
  return { stream, shard: told.shard, next: found?.next ?? told.next_batch, totals: found?.totals ?? counted };
}
