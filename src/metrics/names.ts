/** Every metric of evergen's own, by name: what it counts, and the labels it has. No label tells one job from another, so that their number has a bound. */

/** Upper bounds in seconds: fine where promises are (lateness of 5 to 25 ms), coarse beyond. */
const LATENESS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600];
const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export interface Described {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram: upper bounds, in the unit of the name. */
  readonly buckets?: readonly number[];
}

const OF_DATA = ['scenario', 'sink'] as const;

/** Of workers; the facade adds them up. */
export const WORKER_METRICS = {
  evergen_events_total: { type: 'counter', help: 'Events committed.', labels: OF_DATA },
  evergen_corrupted_events_total: { type: 'counter', help: 'Events committed that were corrupted on purpose.', labels: OF_DATA },
  evergen_rejected_events_total: { type: 'counter', help: 'Events that the target refused for good.', labels: OF_DATA },
  evergen_batches_total: { type: 'counter', help: 'Batches committed.', labels: OF_DATA },
  evergen_written_bytes_total: { type: 'counter', help: 'Bytes of events committed.', labels: OF_DATA },
  evergen_retries_total: { type: 'counter', help: 'Attempts of activities after the first.', labels: [...OF_DATA, 'activity'] },
  evergen_batch_lateness_seconds: {
    type: 'histogram',
    help: 'From the instant a batch was due to the beginning of its commit.',
    labels: OF_DATA,
    buckets: LATENESS_SECONDS,
  },
  evergen_commit_duration_seconds: {
    type: 'histogram',
    help: 'How long the sink took for a commit of one batch or of several.',
    labels: OF_DATA,
    buckets: COMMIT_SECONDS,
  },
} as const satisfies Readonly<Record<string, Described>>;

export const FACADE_METRICS = {
  evergen_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Requests of the API by documented path; streams of events are not among them.',
    labels: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
  },
  evergen_temporal_up: { type: 'gauge', help: '1 when Temporal answers.', labels: [] },
  evergen_workers: { type: 'gauge', help: 'Workers that are alive.', labels: [] },
} as const satisfies Readonly<Record<string, Described>>;
