/** The two applications: everything, and the crisis intake alone. */
import express, { type Express } from 'express';
import { catalogueRoutes, healthRoutes } from './catalogue';
import { crisisRoutes } from './crisis';
import type { ApiDeps } from './deps';
import { docsRouter } from './docs';
import { hostGuard, originGuard, securityHeaders, tokenGuard, type GuardOptions } from './guards';
import { jobRoutes } from './jobs';
import { openApi } from './openapi';
import { HttpError, problemHandler } from './problem';
import { routerOf, type Route } from './route';
import { timelineRoutes } from './timeline';

export interface AppOptions extends ApiDeps, GuardOptions {
  /** Is given faults of ours, with the request id that the caller sees. */
  report(fault: unknown, request: string): void;
}

/** What answers on EVERGEN_PORT. */
export function mainApp(options: AppOptions): Express {
  const crisis = crisisRoutes(options);
  const routes = [...healthRoutes(options), ...jobRoutes(options), ...timelineRoutes(options), ...catalogueRoutes(options)];
  const all = [...routes, ...crisis.map((route) => ({ ...route, path: `/crisis${route.path}` }))];
  return application(options, (app) => {
    mount(app, '', 'evergen', all, routes, options);
    mount(app, '/crisis', 'Crisis intake', crisis, crisis, options);
  });
}

/** What answers on CRISIS_PORT. */
export function crisisApp(options: AppOptions): Express {
  const routes = [...crisisRoutes(options), ...healthRoutes(options)];
  return application(options, (app) => {
    mount(app, '', 'Crisis intake', routes, routes, options);
  });
}

function application(options: AppOptions, routers: (app: Express) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders, hostGuard(options), originGuard(options), tokenGuard(options));
  routers(app);
  app.use((request) => {
    throw new HttpError(404, `there is nothing at ${request.path}`);
  });
  app.use(problemHandler(options.report));
  return app;
}

/** @param documented what the OpenAPI document of this mount shows */
function mount(
  app: Express,
  path: string,
  title: string,
  documented: readonly Route[],
  routes: readonly Route[],
  options: AppOptions,
): void {
  const document = (server: string) => openApi(documented, { title, version: options.version, server, token: options.token !== undefined });
  app.use(path === '' ? '/' : path, docsRouter(title, document), routerOf(routes));
}
