/** What Temporal's SDK counts of itself, update by update, under the names that its own exporter for Prometheus gives. */
import type { Histogram } from 'prom-client';
import { Counter, Gauge, type Registry } from 'prom-client';
import { metricIn } from './registry';

/** As `MetricsBuffer` of the SDK hands them out. */
export interface Update {
  metric: { name: string; kind: string; unit?: string; description?: string };
  value: number;
  attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Others are left out: a label has to have a bound, and to be in the same order in every process. */
const LABELS = [
  'namespace',
  'task_queue',
  'operation',
  'workflow_type',
  'activity_type',
  'poller_type',
  'worker_type',
  'status_code',
  'failure_reason',
];

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600];

export class TemporalMetrics {
  private readonly known = new Map<string, Counter | Gauge | Histogram>();

  constructor(private readonly registry: Registry) {}

  take({ metric, value, attributes }: Update): void {
    const labels = Object.fromEntries(LABELS.flatMap((name) => (attributes[name] === undefined ? [] : [[name, String(attributes[name])]])));
    const known = this.known.get(metric.name) ?? this.add(metric);
    if (known instanceof Counter) known.inc(labels, value);
    else if (known instanceof Gauge) known.set(labels, value);
    else known.observe(labels, value);
  }

  private add({ name, kind, unit, description }: Update['metric']): Counter | Gauge | Histogram {
    const type = kind === 'counter' || kind === 'histogram' ? kind : 'gauge';
    const suffix = type === 'counter' ? '_total' : type === 'histogram' && unit === 's' ? '_seconds' : '';
    const help = description === undefined || description === '' ? `Of Temporal's SDK: ${name}.` : description;
    const made = metricIn(this.registry, `${name}${suffix}`, { type, help, labels: LABELS, buckets: SECONDS });
    this.known.set(name, made);
    return made;
  }
}
