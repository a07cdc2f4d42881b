/** Metrics as they are described, in a registry of their own. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Described } from './names';

type Made<D extends Described> = D['type'] extends 'counter' ? Counter : D['type'] extends 'gauge' ? Gauge : Histogram;

/** One of each, by its name. */
export function metricsIn<const All extends Readonly<Record<string, Described>>>(registry: Registry, all: All) {
  const made = Object.entries(all).map(([name, described]) => [name, metricIn(registry, name, described)]);
  // The boundary: `metricIn` makes of each type its own.
  return Object.fromEntries(made) as { [Name in keyof All]: Made<All[Name]> };
}

export function metricIn(registry: Registry, name: string, { type, help, labels, buckets }: Described): Counter | Gauge | Histogram {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  switch (type) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, ...(buckets === undefined ? {} : { buckets: [...buckets] }) });
  }
}
