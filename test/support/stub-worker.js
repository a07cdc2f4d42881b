// Stands in for src/worker.ts: behaves towards the supervisor as a worker does, and does nothing else.
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => {
  appendFileSync(join(process.env.DATA_DIR, 'order.txt'), 'worker\n');
  process.exit(0);
});
setTimeout(() => undefined, 2 ** 30);
process.stdout.write(
  `${JSON.stringify({ timestamp: new Date().toISOString(), component: 'worker', run_id: null, level: 'info', message: 'polling', metadata: { job: 'nightly' } })}\n`,
);
process.send?.({ ready: true });
