import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addedUp } from '../../src/metrics/added-up';
import { publishedMetrics, publishMetrics } from '../../src/metrics/exchange';
import { FacadeMetrics } from '../../src/metrics/facade-metrics';
import { WorkerMetrics } from '../../src/metrics/worker-metrics';
import { tempFolder } from '../sinks/temp-folder';

const commit = { events: 3, corrupted: 1, rejected: 0, bytes: 900, latenessMs: [4, undefined, 40], durationMs: 2 };
const value = (page: string, series: string): number =>
  Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')
      .at(-1),
  );

test('commits of two workers, one of them gone, are one page with the figures of the facade', async () => {
  const folder = join(await tempFolder(), 'run/metrics');
  const workers = [new WorkerMetrics(), new WorkerMetrics()];
  for (const [i, worker] of workers.entries()) {
    worker.committed({ scenario: 'crisis', sink: 'disk' }, commit);
    worker.retried({ scenario: 'crisis', sink: 'disk' }, 'emit');
    worker.take([
      {
        metric: { name: 'temporal_worker_task_slots_available', kind: 'gauge' },
        value: 10,
        attributes: { worker_type: 'a', service_name: 's' },
      },
      { metric: { name: 'temporal_request_latency', kind: 'histogram', unit: 's' }, value: 0.2, attributes: { operation: 'o' } },
      { metric: { name: 'temporal_request', kind: 'counter' }, value: 2, attributes: { operation: 'o' } },
    ]);
    await publishMetrics(folder, () => worker.text()).stop();
    if (i === 0) {
      const [name = ''] = await readdir(folder);
      const then = Date.now() / 1000 - 60;
      await utimes(join(folder, name), then, then);
    }
  }
  const facade = new FacadeMetrics(folder);
  facade.answered('GET', '/jobs/{id}', 200, 12);
  facade.answered('BREW', undefined, 405, 1);

  const page = await facade.page({ temporal: true, workers: 1 });

  const of = '{scenario="crisis",sink="disk"}';
  expect(value(page, `evergen_events_total${of}`)).toBe(6);
  expect(value(page, `evergen_batches_total${of}`)).toBe(6);
  expect(value(page, `evergen_corrupted_events_total${of}`)).toBe(2);
  expect(value(page, `evergen_written_bytes_total${of}`)).toBe(1800);
  expect(value(page, `evergen_batch_lateness_seconds_count${of}`)).toBe(4);
  expect(value(page, 'evergen_batch_lateness_seconds_bucket{le="0.005",scenario="crisis",sink="disk"}')).toBe(2);
  expect(value(page, `evergen_commit_duration_seconds_sum${of}`)).toBeCloseTo(0.004);
  expect(value(page, 'evergen_retries_total{scenario="crisis",sink="disk",activity="emit"}')).toBe(2);
  expect(value(page, 'temporal_worker_task_slots_available{worker_type="a"}')).toBe(10);
  expect(value(page, 'temporal_request_latency_seconds_count{operation="o"}')).toBe(2);
  expect(value(page, 'temporal_request_total{operation="o"}')).toBe(4);
  expect(value(page, 'evergen_workers')).toBe(1);
  expect(value(page, 'evergen_http_request_duration_seconds_count{method="GET",route="/jobs/{id}",status="200"}')).toBe(1);
  expect(value(page, 'evergen_http_request_duration_seconds_count{method="other",route="other",status="405"}')).toBe(1);
  expect(page).toContain('process_cpu_seconds_total');
  const series = page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \S+$/, ''));
  expect(new Set(series).size).toBe(series.length);
});

describe('workers that are gone for more than a day', () => {
  const DAY_MS = 86_400_000;
  const counted = (n: number) => `# HELP x Things.\n# TYPE x counter\nx ${String(n)}\n`;
  /** What a facade of that time says, and the files there are then. */
  const at = async (folder: string, ms: number) => {
    const page = addedUp(await publishedMetrics(folder, () => Date.now() + ms));
    return [value(page, 'x'), (await readdir(folder)).sort()];
  };

  test('stay counted: their pages become one, time and again, and no sum ever goes down; other files are left alone', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a.prom'), counted(1));
    await writeFile(join(folder, 'b.prom'), counted(2));
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const later = DAY_MS + 20_000;

    // A machine that has slept for a day: who is alive writes again in a moment.
    expect(await at(folder, DAY_MS + 1_000)).toEqual([3, ['a.prom', 'b.prom', 'notes.txt']]);
    await at(folder, later);
    expect(await at(folder, later)).toEqual([3, ['notes.txt', 'past-1.prom']]);

    await writeFile(join(folder, 'c.prom'), counted(4));
    await at(folder, later);
    await at(folder, later + 20_000);
    expect(await at(folder, later + 20_000)).toEqual([7, ['notes.txt', 'past-2.prom']]);
  });

  test('are counted once where a facade was killed before it could delete their pages, or two add up at once', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a.prom'), counted(1));
    await writeFile(join(folder, 'b.prom'), counted(2));
    await at(folder, DAY_MS + 1_000);
    const both = await Promise.all([at(folder, DAY_MS + 20_000), at(folder, DAY_MS + 20_000)]);
    await writeFile(join(folder, 'a.prom'), counted(1));

    expect(both.map(([sum]) => sum)).toEqual([3, 3]);
    expect(await at(folder, DAY_MS + 20_000)).toEqual([3, ['past-1.prom']]);
  });

  test('leave no drafts, and no folder is no page', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a.prom.draft'), 'x');

    await publishedMetrics(folder);
    expect(await readdir(folder)).toEqual(['a.prom.draft']);
    await publishedMetrics(folder, () => Date.now() + DAY_MS + 1_000);
    expect(await readdir(folder)).toEqual([]);
    expect(await publishedMetrics(join(folder, 'none'))).toEqual([]);
  });
});
