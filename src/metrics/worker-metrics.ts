/** What a worker counts: its commits, retries, and what Temporal's SDK counts of itself. */
import { Registry } from 'prom-client';
import { WORKER_METRICS } from './names';
import { metricsIn } from './registry';
import { TemporalMetrics, type Update } from './temporal-metrics';

/** Whose figures: a scenario and a sink by name. */
export interface Whose {
  scenario: string;
  sink: string;
}

export interface Commit {
  events: number;
  corrupted: number;
  /** Of them, those that the target has refused for good. */
  rejected: number;
  bytes: number;
  /** Of each batch; undefined for one that was not due at an instant. */
  latenessMs: readonly (number | undefined)[];
  durationMs: number;
}

export class WorkerMetrics {
  private readonly registry = new Registry();
  private readonly own = metricsIn(this.registry, WORKER_METRICS);
  private readonly temporal = new TemporalMetrics(this.registry);

  committed({ scenario, sink }: Whose, { events, corrupted, rejected, bytes, latenessMs, durationMs }: Commit): void {
    const labels = { scenario, sink };
    this.own.evergen_events_total.inc(labels, events);
    this.own.evergen_corrupted_events_total.inc(labels, corrupted);
    this.own.evergen_rejected_events_total.inc(labels, rejected);
    this.own.evergen_batches_total.inc(labels, latenessMs.length);
    this.own.evergen_written_bytes_total.inc(labels, bytes);
    for (const ms of latenessMs) if (ms !== undefined) this.own.evergen_batch_lateness_seconds.observe(labels, Math.max(0, ms) / 1000);
    this.own.evergen_commit_duration_seconds.observe(labels, durationMs / 1000);
  }

  /** An attempt that is not the first. */
  retried({ scenario, sink }: Whose, activity: string): void {
    this.own.evergen_retries_total.inc({ scenario, sink, activity });
  }

  /** What the SDK has noted since the last call. */
  take(updates: Iterable<Update>): void {
    for (const update of updates) this.temporal.take(update);
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
