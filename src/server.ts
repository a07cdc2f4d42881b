/** Composition root of the facade: reads the environment, listens, and ends when it is told to. Temporal may be away at any time, at the start too. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Express } from 'express';
import { crisisApp, fleetApp, mainApp, type AppOptions } from './api/app';
import { LOOPBACK_NAMES } from './api/guards';
import { Keys } from './api/keys';
import { parseEnvironment, readVariables, type Environment } from './config/env';
import { baseFleetConfig, findFleetConfig } from './config/fleet-config';
import { packageRoot } from './config/package-root';
import { createConnector, FOLDER as CONNECTOR } from './connector/connector';
import { cleanReportFor, surveyRun } from './jobs/clean';
import { emailSink } from './jobs/email';
import { recordLifecycle } from './jobs/lifecycle';
import type { Surroundings } from './jobs/job-body';
import { TemporalAway } from './jobs/jobs';
import { once } from './jobs/once';
import { temporalJobs } from './jobs/temporal-jobs';
import { temporalSchedules } from './jobs/temporal-schedules';
import { checkTutoring, tutoringDefaults } from './jobs/tutoring';
import { withTutoring } from './jobs/tutoring-schedule';
import { createLogger, logFormat } from './log';
import { companiesAreWhole, earlierBatches, LogReader } from './sinks/folders';
import type { Plan } from '../workflows/messages';
import { FacadeMetrics } from './metrics/facade-metrics';
import { metricsFolder } from './metrics/exchange';
import { homeOf } from './sinks/disk';
import type { Output } from './sinks/sink';
import { openSinks } from './sinks/open';
import { UserError } from './spec/failures';
import { parseJobSpec } from './spec/job-spec';
import { admit } from './spec/surroundings';
import { connectClient, temporalSettings } from './temporal/connect';
import { ensureNamespace } from './temporal/namespace';

/** Open connections are given so long to finish at the end. */
const GRACE_MS = 2000;
const AGAIN_MS = 1000;

async function main(): Promise<void> {
  const variables = readVariables(process.env, process.cwd());
  const environment = parseEnvironment(variables, process.cwd());
  const log = createLogger({
    component: 'facade',
    level: environment.LOG_LEVEL,
    format: logFormat(environment.LOG_FORMAT, process.stdout.isTTY),
  });
  const settings = temporalSettings(environment);
  const connection = connectClient(settings);
  const sinks = openSinks({ dataDir: environment.DATA_DIR, env: variables });
  // To parse a specification costs five times what the rest of a status does, and many ask for the same one.
  const outputs = new WeakMap<Plan, Output>();
  const surroundings: Surroundings = {
    outputOf: (plan) => {
      const output = outputs.get(plan) ?? sinks.of(parseJobSpec(plan.spec).sink).output({ job: plan.job, run: plan.run ?? '' });
      outputs.set(plan, output);
      return output;
    },
    webUiUrl: webUi(environment, settings.namespace),
  };
  const prepare = once(async () => {
    const state = await ensureNamespace(connection, settings.namespace, 1500);
    for (const warning of state.warnings) log.warn(warning);
    return state;
  });
  const { namespace } = settings;
  const version = versionOf(packageRoot());
  const tutoring = tutoringDefaults(environment);
  checkTutoring(tutoring);
  const here = { connection, namespace, prepare, admit: (spec: unknown) => admit(spec, variables) };
  const schedules = withTutoring(temporalSchedules(here), { defaults: tutoring, version, refresh: true, admit: here.admit });
  const logs = new LogReader(join(environment.DATA_DIR, 'manifests/logs'));
  const kafka = environment.KAFKA_BOOTSTRAP !== undefined;
  const connector = createConnector({
    place: kafka ? `kafka ${emailSink(true).topic}` : 'disk',
    // It publishes while Temporal is away, too: under the id of the data directory, since a namespace's could not be asked for.
    sink: async () =>
      openSinks({ dataDir: environment.DATA_DIR, env: variables, namespace: await homeOf(environment.DATA_DIR) }).of(
        kafka ? { name: 'kafka', options: { topic: emailSink(true).topic } } : { name: 'disk', options: { path: CONNECTOR } },
      ),
    dataDir: environment.DATA_DIR,
    now: () => new Date(),
    say: (level, message) => log[level](message),
  });
  const options: AppOptions = {
    connector,
    connectorRate: environment.CONNECTOR_RATE_LIMIT,
    emailSink: emailSink(kafka),
    jobs: temporalJobs({ ...here, dataDir: environment.DATA_DIR }),
    schedules,
    tutoring,
    surroundings,
    metrics: new FacadeMetrics(metricsFolder(environment.DATA_DIR)),
    keys: new Keys(join(environment.DATA_DIR, 'run/keys')),
    fleet: {
      config: () => findFleetConfig(environment.FLEET_CONFIG, process.cwd()) ?? baseFleetConfig(process.cwd()),
      record: (state, runId) => recordLifecycle(environment.DATA_DIR, state, runId, new Date()),
      whole: () => companiesAreWhole(environment.DATA_DIR),
      earlier: (run) => earlierBatches(environment.DATA_DIR, run),
      cleaned: (plan) => cleanReportFor(environment.DATA_DIR, plan),
      survey: (plan, mode) => surveyRun(sinks.of(parseJobSpec(plan.spec).sink), environment.DATA_DIR, plan, mode),
      logs: (query) => logs.query(query),
    },
    version,
    consoleDir: join(packageRoot(), 'dist', 'console'),
    crisisSink: environment.KAFKA_BOOTSTRAP === undefined ? 'disk' : { name: 'kafka', topic: environment.TOPIC },
    now: () => new Date(),
    random: Math.random,
    token: environment.EVERGEN_TOKEN,
    allowedHosts: allowedHosts(environment),
    corsOrigins: environment.EVERGEN_CORS_ORIGINS,
    report: (fault, request) => {
      log.error('a fault in the facade', { request, stack: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) });
    },
  };
  if (environment.EVERGEN_AUTH === 'none') log.info('EVERGEN_AUTH=none: whoever reaches these ports may do everything');
  const servers: Server[] = [];
  const addresses: Record<string, string> = {};
  try {
    for (const { name, variable, port, app } of listeners(environment, options)) {
      const taken = await listen(app, environment.EVERGEN_HOST, port, variable);
      servers.push(...taken.servers);
      addresses[name] = taken.address;
    }
  } catch (failure) {
    for (const server of servers) server.close();
    throw failure;
  }
  const ended = untilToldToEnd();
  process.send?.({ ready: true, addresses });
  log.info('facade is ready', addresses);
  const leaving = new AbortController();
  void untilDone(schedules.ready, leaving.signal);
  void connector.wake();
  await ended;
  leaving.abort();
  await Promise.all(servers.map(close));
  await connector.close();
  await sinks.close();
  await connection.close();
}

interface Listener {
  name: string;
  variable: string;
  port: number;
  app: Express;
}

/** A port that is off has none. */
const listeners = (environment: Environment, options: AppOptions): Listener[] =>
  [
    { name: 'api', variable: 'EVERGEN_PORT', port: environment.EVERGEN_PORT, app: mainApp(options) },
    { name: 'crisis', variable: 'CRISIS_PORT', port: environment.CRISIS_PORT, app: crisisApp(options) },
    { name: 'fleet', variable: 'FLEET_PORT', port: environment.FLEET_PORT, app: fleetApp(options) },
  ].flatMap(({ port, ...rest }) => (port === null ? [] : [{ ...rest, port }]));

/** On the host given, or on loopback by both protocols (IPv6 where the machine has it). */
async function listen(
  app: Express,
  host: string | undefined,
  port: number,
  variable: string,
): Promise<{ servers: Server[]; address: string }> {
  const main = await bind(app, host ?? '127.0.0.1', port, variable);
  const bound = main.address();
  const chosen = typeof bound === 'object' && bound !== null ? bound.port : port;
  const address = `http://${host === undefined ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${String(chosen)}`;
  if (host !== undefined) return { servers: [main], address };
  try {
    return { servers: [main, await bind(app, '::1', chosen, variable)], address };
  } catch (failure) {
    // No IPv6 here; or, of a port that was drawn, somebody else has it on ::1 alone.
    if (failure instanceof UserError && port !== 0) {
      main.close();
      throw failure;
    }
    return { servers: [main], address };
  }
}

const bind = (app: Express, host: string, port: number, variable: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    // A caller that sends its headers or its body drop by drop holds a connection for so long at most.
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, app);
    server.once('error', (failure: NodeJS.ErrnoException) => {
      const taken = failure.code === 'EADDRINUSE' || failure.code === 'EACCES';
      const why = failure.code === 'EACCES' ? 'may not be used by this user' : 'is taken';
      reject(
        taken ? new UserError(`port ${String(port)} on ${host} ${why}: set ${variable} to another one, 0 (a free one) or off`) : failure,
      );
    });
    server.listen({ host, port }, () => {
      resolve(server);
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const impatient = setTimeout(() => {
      server.closeAllConnections();
    }, GRACE_MS);
    server.close(() => {
      clearTimeout(impatient);
      resolve();
    });
    server.closeIdleConnections();
  });

/** Again and again until Temporal is there; nobody waits for it. What else may be wrong, the first call of a schedule tells. */
async function untilDone(act: () => Promise<void>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    try {
      return await act();
    } catch (failure) {
      if (!(failure instanceof TemporalAway)) return;
      await sleep(AGAIN_MS, undefined, { signal: ended, ref: false }).catch(() => undefined);
    }
  }
}

const untilToldToEnd = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    // The supervisor is dead.
    process.once('disconnect', () => resolve());
  });

function allowedHosts({ EVERGEN_ALLOWED_HOSTS, EVERGEN_HOST }: Environment): string[] {
  if (EVERGEN_ALLOWED_HOSTS.length > 0) return EVERGEN_ALLOWED_HOSTS.map((name) => name.toLowerCase());
  const own = EVERGEN_HOST === undefined ? [] : [EVERGEN_HOST.includes(':') ? `[${EVERGEN_HOST}]` : EVERGEN_HOST];
  return [...LOOPBACK_NAMES, ...own.map((name) => name.toLowerCase())];
}

function webUi({ TEMPORAL_UI_URL, TEMPORAL_ADDRESS, TEMPORAL_UI_PORT }: Environment, namespace: string): Surroundings['webUiUrl'] {
  const own = TEMPORAL_ADDRESS === undefined && TEMPORAL_UI_PORT !== null && TEMPORAL_UI_PORT !== 0;
  const base = TEMPORAL_UI_URL ?? (own ? `http://127.0.0.1:${String(TEMPORAL_UI_PORT)}` : null);
  if (base === null) return () => null;
  return (id, execution) => `${base.replace(/\/$/, '')}/namespaces/${namespace}/workflows/${encodeURIComponent(id)}/${execution}`;
}

function versionOf(root: string): string {
  const described: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof described === 'object' && described !== null && 'version' in described ? String(described.version) : '0';
}

main().then(
  () => process.exit(0),
  (failure: unknown) => {
    process.stderr.write(
      `${failure instanceof UserError ? `evergen: ${failure.message}` : failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}\n`,
    );
    process.exit(failure instanceof UserError ? 2 : 1);
  },
);
