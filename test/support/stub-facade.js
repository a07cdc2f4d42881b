// Stands in for src/server.ts: listens where it is told, reports the addresses, ends in order.
const { appendFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');

process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => {
  appendFileSync(join(process.env.DATA_DIR, 'order.txt'), 'facade\n');
  process.exit(0);
});

const listen = (port) =>
  new Promise((resolve) => {
    const server = createServer(({ url }, answer) =>
      answer.end(url === '/kafka' ? process.env.KAFKA_BOOTSTRAP : process.env.TEMPORAL_ADDRESS),
    );
    server.listen(Number(port), '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });

void (async () => {
  const addresses = {};
  if (process.env.EVERGEN_PORT !== 'off') addresses.api = await listen(process.env.EVERGEN_PORT);
  if (process.env.CRISIS_PORT !== 'off') addresses.crisis = await listen(process.env.CRISIS_PORT);
  process.send?.({ ready: true, addresses });
})();
