/** `/metrics` for Prometheus: this process and all workers; and the measuring of requests. */
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { FacadeMetrics } from '../metrics/facade-metrics';
import type { ApiDeps } from './deps';
import { defineRoute, type Route } from './route';

export function metricsRoutes({ jobs, metrics }: Pick<ApiDeps, 'jobs' | 'metrics'>): Route[] {
  return [
    defineRoute(
      {
        method: 'get',
        path: '/metrics',
        summary: 'Metrics in the text format of Prometheus; those of workers are at most 2 s old.',
        answers: { 200: { description: 'All of them.', body: z.string(), type: 'text/plain' } },
      },
      async () => ({ status: 200, body: await metrics.page(await jobs.ready()) }),
    ),
  ];
}

/** Times every request by the path of its route, whose number has a bound, never by its own. */
export const measured =
  (metrics: FacadeMetrics): RequestHandler =>
  (request, response, next) => {
    const begunMs = performance.now();
    response.once('close', () => {
      // A stream of events is not slow, it is watched.
      if (response.getHeader('content-type')?.toString().startsWith('text/event-stream') === true) return;
      const known: unknown = response.locals['route'];
      metrics.answered(
        request.method,
        typeof known === 'string' ? known : routeOf(request),
        response.statusCode,
        performance.now() - begunMs,
      );
    });
    next();
  };

/** `/jobs/:id` as Express has matched it, below where its router is mounted: of pages, which `routerOf` does not know. */
function routeOf({ baseUrl, route }: Parameters<RequestHandler>[0]): string | undefined {
  const path: unknown = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? `${baseUrl}${path}`.replaceAll(/:(\w+)/g, '{$1}') : undefined;
}
