/** Who writes changes nothing: one shard or sixteen, one worker or four, workers joining and being killed meanwhile. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRunFolder } from '../../src/sinks/disk/run-folder';
import { manifest } from '../../src/spec/manifest';
import { verify } from '../../src/verify/verify';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(120_000);

let stack: TestStack;
let workers: TestProcess[];
beforeAll(async () => {
  stack = await startTestStack();
  [workers] = await Promise.all([Promise.all([stack.worker()]), stack.facade()]);
});

/** All events of a run in an order that does not depend on the shards: by their time, then as text. */
async function eventsOf(folder: string): Promise<string> {
  const names = (await readdir(join(folder, 'intakes'))).sort();
  const lines = (await Promise.all(names.map((name) => readFile(join(folder, 'intakes', name), 'utf8')))).join('').trimEnd().split('\n');
  return lines.sort().join('\n');
}

test('1, 4 and 16 shards hold the same events, while the number of workers goes from one to four and back and two are killed', async () => {
  const start = new Date(Date.now() + 1500).toISOString();
  const all = [1, 4, 16];
  for (const shards of all) {
    const spec = {
      id: `shards-${String(shards)}`,
      seed: 42,
      scenario: 'crisis',
      sink: 'disk',
      shards,
      load: { pace: { rate: 300 }, for: '14s', start },
    };
    await until(async () => (await stack.call('POST', '/jobs', spec)).status === 201);
  }
  await sleep(2500);
  workers.push(await stack.worker());
  await sleep(1500);
  await workers[0]?.kill();
  workers.push(await stack.worker(), await stack.worker(), await stack.worker());
  await sleep(2000);
  await workers[2]?.kill();
  await sleep(1000);
  await workers[3]?.kill();

  const seen: string[] = [];
  for (const shards of all) {
    const id = `shards-${String(shards)}`;
    await until(async () => (await stack.call('GET', `/jobs/${id}`)).body['state'] === 'completed', 60_000);
    const folder = await stack.runFolder(id);
    await until(async () => (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { state: string }).state === 'completed');
    const { plan, timeline } = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
    const report = await verify(plan, timeline, openRunFolder(folder), { complete: true, atRest: true });
    expect(report).toMatchObject({ ok: true, problems: [], events: 4200 });
    expect(report.parts).toHaveLength(shards);
    seen.push(await eventsOf(folder));
  }

  expect(seen[0]?.length).toBeGreaterThan(4200 * 300);
  expect(seen[1] === seen[0] && seen[2] === seen[0]).toBe(true);
});
