/** What the facade counts of itself, and the page of all processes together. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { addedUp } from './added-up';
import { publishedMetrics } from './exchange';
import { FACADE_METRICS } from './names';
import { metricsIn } from './registry';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);

export class FacadeMetrics {
  private readonly registry = new Registry();
  private readonly own = metricsIn(this.registry, FACADE_METRICS);

  /** @param folder where workers leave their pages */
  constructor(private readonly folder: string) {
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param route path as documented; undefined: there is nothing at the path, or it is a file of a page */
  answered(method: string, route: string | undefined, status: number, ms: number): void {
    const labels = { method: METHODS.has(method) ? method : 'other', route: route ?? 'other', status: String(status) };
    this.own.evergen_http_request_duration_seconds.observe(labels, ms / 1000);
  }

  /** In Prometheus' text format. */
  async page({ temporal, workers }: { temporal: boolean; workers: number }): Promise<string> {
    this.own.evergen_temporal_up.set(temporal ? 1 : 0);
    this.own.evergen_workers.set(workers);
    return addedUp([{ text: await this.registry.metrics(), gone: false }, ...(await publishedMetrics(this.folder))]);
  }
}
