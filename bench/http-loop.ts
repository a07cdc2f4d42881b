/** What anybody would write: undici's `request` in a loop, so many at a time. `node dist/bench/http-loop.js URL EVENTS CONCURRENCY` prints what it measured. */
import { Pool } from 'undici';
import { BatchBuffer } from '../src/fields/batch-buffer';
import { eventOf } from '../src/sinks/http/outgoing';
import { generationOf, make } from '../src/spec/generation';
import { namePlan } from '../workflows/naming';
import { begin } from '../workflows/schedule';
import { unpacedPlan } from './job';
import type { Measured } from './measured';

async function main([url = '', count = '1', concurrency = '1']: string[]): Promise<Measured> {
  const began = performance.now();
  const plan = namePlan(unpacedPlan('loop', 'drop', Number(count)), { startTime: new Date() });
  const startUs = plan.startUs ?? 0;
  const generation = generationOf({ ...plan, startUs }, begin(plan.streams, startUs));
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin);
  let [events, bytes] = [0, 0];
  for (let b = 0; b < (generation.schedules[0]?.end ?? 0); b++) {
    const batch = make(generation, 0, b, new BatchBuffer());
    let next = 0;
    const oneByOne = async () => {
      while (next < batch.count) {
        const i = next++;
        const headers = { 'content-type': 'application/json', 'idempotency-key': `loop/${String(b)}/${String(i)}` };
        const { statusCode, body } = await pool.request({ path: pathname, method: 'POST', headers, body: eventOf(batch, i) });
        await body.dump();
        if (statusCode !== 200) throw new Error(`the receiver answers ${String(statusCode)}`);
      }
    };
    await Promise.all(Array.from({ length: Number(concurrency) }, oneByOne));
    events += batch.count;
    bytes += batch.bytes.length;
  }
  await pool.close();
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - began) / 1000;
  return { events, bytes, seconds, cpuSeconds: (user + system) / 1e6, peakRssMb: process.resourceUsage().maxRSS / 1024 };
}

void main(process.argv.slice(2)).then((measured) => process.stdout.write(`${JSON.stringify(measured)}\n`));
