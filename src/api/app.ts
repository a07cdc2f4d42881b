/** The three applications: everything, and the crisis intake and the fleet generator alone. */
import express, { type Express } from 'express';
import { catalogueRoutes, healthRoutes } from './catalogue';
import { consoleRouter } from './console';
import { crisisRoutes } from './crisis';
import type { ApiDeps } from './deps';
import { docsRouter } from './docs';
import { emailRoutes } from './email';
import { fleetRoutes } from './fleet';
import { hostGuard, originGuard, securityHeaders, tokenGuard, type GuardOptions } from './guards';
import { jobRoutes } from './jobs';
import { liveRoute } from './live';
import { measured, metricsRoutes } from './metrics';
import { openApi } from './openapi';
import { HttpError, problemHandler } from './problem';
import { routerOf, type Route, type RouteGroup } from './route';
import { scheduleRoutes } from './schedules';
import { timelineRoutes } from './timeline';
import { tutoringRoutes } from './tutoring';

export interface AppOptions extends ApiDeps, GuardOptions {
  /** Is given faults of ours, with the request id that the caller sees. */
  report(fault: unknown, request: string): void;
  /** Folder of the console's files. */
  consoleDir: string;
}

/** What answers on EVERGEN_PORT. */
export function mainApp(options: AppOptions): Express {
  const crisis = crisisGroup(crisisRoutes(options));
  const underCrisis = crisisGroup(under('/crisis', crisis.routes));
  const fleet = fleetGroup(fleetRoutes(options));
  const underFleet = fleetGroup(under('/fleet', fleet.routes));
  const own = [
    {
      name: 'jobs',
      description: 'Jobs of every scenario.',
      routes: [...jobRoutes(options), liveRoute(options), ...timelineRoutes(options)],
    },
    { name: 'schedules', description: 'Jobs that begin again and again.', routes: scheduleRoutes(options) },
    { name: 'tutoring', description: 'The tutoring simulator: one run of it.', routes: tutoringRoutes(options) },
    {
      name: 'email',
      description: "The email connector: a caller's events, without the addresses in them; or a job that makes some.",
      routes: emailRoutes(options),
    },
    { name: 'catalogue', description: 'What can be asked for, and a look before anything is started.', routes: catalogueRoutes(options) },
    healthGroup(options, metricsRoutes(options)),
  ];
  return application(options, (app) => {
    app.use(consoleRouter(options.consoleDir));
    mount(app, '', 'evergen', [underCrisis, underFleet, ...own], own, options);
    mount(app, '/crisis', 'Crisis intake', [underCrisis], [crisis], options);
    mount(app, '/fleet', 'Fleet generator', [underFleet], [fleet], options);
  });
}

/** What answers on CRISIS_PORT. */
export function crisisApp(options: AppOptions): Express {
  const groups = [crisisGroup(crisisRoutes(options)), healthGroup(options)];
  return application(options, (app) => {
    mount(app, '', 'Crisis intake', groups, groups, options);
  });
}

/** What answers on FLEET_PORT. */
export function fleetApp(options: AppOptions): Express {
  const groups = [fleetGroup(fleetRoutes(options)), healthGroup(options)];
  return application(options, (app) => {
    mount(app, '', 'Fleet generator', groups, groups, options);
  });
}

const under = (path: string, routes: readonly Route[]): Route[] => routes.map((route) => ({ ...route, path: `${path}${route.path}` }));

const fleetGroup = (routes: Route[]): RouteGroup => ({
  name: 'fleet',
  description: 'The fleet generator, by its configuration file.',
  routes,
});

const crisisGroup = (routes: Route[]): RouteGroup => ({ name: 'crisis', description: 'Crisis intake: one run at a time.', routes });

const healthGroup = (options: AppOptions, more: Route[] = []): RouteGroup => ({
  name: 'health',
  description: 'For probes, which need no token, and for Prometheus, which does.',
  routes: [...healthRoutes(options), ...more],
});

function application(options: AppOptions, routers: (app: Express) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(measured(options.metrics), securityHeaders, hostGuard(options), originGuard(options), tokenGuard(options));
  routers(app);
  app.use((request) => {
    throw new HttpError(404, `there is nothing at ${request.path}`);
  });
  app.use(problemHandler(options.report));
  return app;
}

/** @param documented what the OpenAPI document of this mount shows, with paths from the root of the port */
function mount(
  app: Express,
  path: string,
  title: string,
  documented: readonly RouteGroup[],
  groups: readonly RouteGroup[],
  options: AppOptions,
): void {
  const document = () => openApi(documented, { title, version: options.version, token: options.token !== undefined });
  app.use(path === '' ? '/' : path, docsRouter(title, document), routerOf(groups.flatMap(({ routes }) => routes)));
}
