/** Composition root of a worker process: runs the workflow code and the activities until it is told to stop. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities';
import { realClock } from '../activities/clock';
import { TASK_QUEUE } from '../workflows/messages';
import { readEnvironment } from './config/env';
import { packageRoot } from './config/package-root';
import { createLogger, logFormat } from './log';
import { openSinks } from './sinks/open';
import { parseJobSpec } from './spec/job-spec';
import { connectWorker, temporalSettings } from './temporal/connect';
import { workerTuning } from './temporal/worker-tuning';

async function main(): Promise<void> {
  const environment = readEnvironment(process.env, process.cwd());
  const log = createLogger({
    component: 'worker',
    level: environment.LOG_LEVEL,
    format: logFormat(environment.LOG_FORMAT, process.stdout.isTTY),
  });
  Runtime.install({ logger: log.of({ component: 'temporal-sdk' }), shutdownSignals: [] });
  const settings = temporalSettings(environment);
  const connection = await connectWorker(settings);
  const sinks = openSinks({ dataDir: environment.DATA_DIR, env: process.env });
  const { activities, close } = createActivities({
    clock: realClock,
    sinkOf: (spec) => sinks.of(parseJobSpec(spec).sink),
    dataDir: environment.DATA_DIR,
    log,
  });
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: { code: readFileSync(join(packageRoot(), 'dist/workflow-bundle.js'), 'utf8') },
    activities,
    ...workerTuning,
  });
  const stop = () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  const running = worker.run();
  process.send?.({ ready: true });
  log.info('worker is ready', { task_queue: TASK_QUEUE, data_dir: environment.DATA_DIR });
  await running;
  await close();
  await sinks.close();
  await connection.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
