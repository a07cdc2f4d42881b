/** What a season of many holds between two batches: the live heap, which depends on no clock and on nothing that runs beside. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

test('20,000 lives and the days that are kept of them take less than 45 MB, and no more after many days than after a few', async () => {
  // What other tests have left in this process would be counted, or be missed when it goes.
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '-r',
    join(__dirname, '../../sinks/register-typescript.js'),
    join(__dirname, 'season-memory.ts'),
  ]);

  const { few, many, events } = JSON.parse(stdout) as { few: number; many: number; events: number[] };
  process.stderr.write(`${few.toFixed(1)} MB after 3 days, ${many.toFixed(1)} MB after 6\n`);
  expect(Math.min(...events)).toBeGreaterThan(1000);
  for (const held of [few, many]) {
    expect(held).toBeGreaterThan(5);
    expect(held).toBeLessThan(45);
  }
}, 60_000);
