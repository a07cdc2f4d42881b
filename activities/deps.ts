/** What the activities need of their process; `src/worker.ts` composes it, tests put other parts in. */
import type { Sink } from '../src/sinks/sink';
import type { Clock } from './clock';
import type { Logger } from '../src/log';
import type { WorkerMetrics } from '../src/metrics/worker-metrics';
import type { Narrator } from './narrator';

export interface ActivityDeps {
  /** A clock for one emit. */
  clock(): Clock;
  /** The sink that a plan's specification names, opened once a process and options. */
  sinkOf(spec: unknown): Sink;
  /** For the log; absent: nobody listens. */
  readonly narrator?: Pick<Narrator, 'writes' | 'published'> | undefined;
  /** Absent: nothing is logged. */
  readonly log?: Logger | undefined;
  /** Absent: nobody counts. */
  readonly metrics?: Pick<WorkerMetrics, 'committed' | 'retried'> | undefined;
  /** Absolute path of DATA_DIR, where the manifests go. */
  readonly dataDir: string;
}
