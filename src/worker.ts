/** Composition root of a worker process: runs the workflow code and the activities until it is told to stop. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { MetricsBuffer, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities';
import { realClock } from '../activities/clock';
import { Narrator } from '../activities/narrator';
import { TASK_QUEUE } from '../workflows/messages';
import { parseEnvironment, readVariables } from './config/env';
import { packageRoot } from './config/package-root';
import { createLogger, logFormat } from './log';
import { metricsFolder, publishMetrics } from './metrics/exchange';
import { WorkerMetrics } from './metrics/worker-metrics';
import { openSinks } from './sinks/open';
import { UserError } from './spec/failures';
import { parseJobSpec } from './spec/job-spec';
import { connectWorker, temporalSettings } from './temporal/connect';
import { HEAP_GROWTH, runtimeTuning, workerTuning } from './temporal/worker-tuning';

/** After this time a shutdown that hangs is cut short: what was not committed is made again by the next worker. */
const END_WITHIN_MS = 9_000;

async function main(stopped: AbortSignal): Promise<void> {
  setFlagsFromString(HEAP_GROWTH);
  const variables = readVariables(process.env, process.cwd());
  const environment = parseEnvironment(variables, process.cwd());
  const log = createLogger({
    component: 'worker',
    level: environment.LOG_LEVEL,
    format: logFormat(environment.LOG_FORMAT, process.stdout.isTTY),
  });
  const metrics = new WorkerMetrics();
  const noted = new MetricsBuffer({ maxBufferSize: 100_000, useSecondsForDurations: true });
  Runtime.install({
    logger: log.of({ component: 'temporal-sdk' }),
    telemetryOptions: { metrics: { buffer: noted } },
    ...runtimeTuning,
  });
  const settings = temporalSettings(environment);
  const connection = await connectWorker(settings);
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: settings.namespace });
  const narrator = new Narrator(log);
  const sinks = openSinks({
    dataDir: environment.DATA_DIR,
    env: variables,
    namespace: namespaceInfo?.id ?? settings.namespace,
    delivered: (delivery) => {
      narrator.delivered(delivery);
    },
    log: ({ component, run, level, message, metadata }) => log.of({ component, runId: run })[level](message, metadata),
  });
  const { activities, close } = createActivities({
    clock: realClock,
    sinkOf: (spec) => sinks.of(parseJobSpec(spec).sink),
    narrator,
    log,
    metrics,
    dataDir: environment.DATA_DIR,
  });
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: { code: readFileSync(join(packageRoot(), 'dist/workflow-bundle.js'), 'utf8') },
    activities,
    ...workerTuning,
  });
  const running = worker.run();
  const published = publishMetrics(metricsFolder(environment.DATA_DIR), () => {
    metrics.take(noted.retrieveUpdates());
    return metrics.text();
  });
  stopped.addEventListener('abort', () => {
    worker.shutdown();
  });
  if (stopped.aborted) worker.shutdown();
  process.send?.({ ready: true });
  log.info('worker is ready', { task_queue: TASK_QUEUE, data_dir: environment.DATA_DIR });
  await running;
  await close();
  await published.stop();
  await sinks.close();
  await connection.close();
}

const stopping = new AbortController();
// First of all: a supervisor may die while this process is still connecting.
for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
  process.once(event, () => {
    stopping.abort();
    setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  });
}
main(stopping.signal).then(
  () => process.exit(0),
  (error: unknown) => {
    const text = error instanceof UserError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(error instanceof UserError ? 2 : 1);
  },
);
