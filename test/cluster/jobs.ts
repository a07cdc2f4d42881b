/** The jobs on the cluster: started through the facade, waited for until they have ended, done again as their own twins. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readManifestIn } from '../../src/cli/soak/committed';
import { operatorOf, type OperatedJob, type Operator } from '../../src/cli/soak/operator';
import { jobStates } from '../../src/jobs/job-body';
import { ended } from '../../src/jobs/jobs';
import { KeptRuns } from '../../src/jobs/kept-runs';
import { specToRepeat } from '../../src/jobs/repeat';
import { folders } from '../../src/sinks/folders';
import { wireSpec } from '../../src/spec/job-spec';
import type { Manifest } from '../../src/spec/manifest';
import type { Cluster } from './cluster';
import type { Shape } from './shapes';

export interface RunningJob {
  shape: Shape;
  operator: Operator;
  /** Folder of the run, with its manifest. */
  folder: string;
  plan: Manifest['plan'];
}

export interface EndedJob extends RunningJob {
  /** As the facade says it. */
  body: OperatedJob;
}

const MANIFEST_MS = 60_000;
const LOOK_MS = 500;

/** Resolves when the job's first manifest is there. @throws Error when the facade refuses it */
export async function startJob({ api, dataDir }: Cluster, shape: Shape): Promise<RunningJob> {
  const operator = operatorOf(shape.id, shape.spec, api);
  const { run } = await operator.start();
  const folder = join(dataDir, 'jobs', shape.id, run ?? '');
  for (const until = Date.now() + MANIFEST_MS; ; await sleep(100)) {
    try {
      return { shape, operator, folder, plan: (await readManifestIn(folder)).plan };
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/**
 * Until the job and its manifest have ended.
 * @throws Error when it has not by then, with what it says of itself
 */
export async function endOf(job: RunningJob, until: number): Promise<EndedJob> {
  let last: OperatedJob | null = null;
  for (; Date.now() < until; await sleep(LOOK_MS)) {
    last = (await job.operator.look()) ?? last;
    if (!over(last?.state)) continue;
    const { state } = await readManifestIn(job.folder).catch(() => ({ state: undefined }));
    if (last !== null && over(state)) return { ...job, body: last };
  }
  const said = [last?.state, last?.state_reason, last?.last_error].filter((text) => typeof text === 'string').join(', ');
  throw new Error(`${job.shape.id} has not come to its end: ${said === '' ? 'nobody answers for it' : said}`);
}

const over = (state: string | undefined): boolean => jobStates.some((known) => known === state && ended({ state: known }));

/** As `run --like` would do it again: seed, start and timeline fixed, in another place. */
export async function twinOf({ dataDir }: Cluster, { shape }: RunningJob): Promise<Shape> {
  const status = await new KeptRuns(dataDir).status(shape.id);
  const spec = status === null ? null : specToRepeat(status);
  if (spec === null) throw new Error(`${shape.id} left nothing to repeat it by`);
  const id = `${shape.id}-twin`;
  const { sink } = spec;
  const place = sink.name === folders.name ? { ...sink, options: { ...sink.options, path: id } } : sink;
  return { id, what: `twin of ${shape.id}`, steady: false, batches: null, spec: { ...wireSpec({ ...spec, sink: place }), id } };
}
