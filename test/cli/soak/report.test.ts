import { reportHtml } from '../../../src/cli/soak/report-html';
import { reportLines } from '../../../src/cli/soak/report-text';
import type { Outcome } from '../../../src/cli/soak/outcome';

const lane = {
  ...{ name: 'intakes/0', expected: 100, found: 100, lost: 0, duplicated: 0, reordered: 0, foreign: 0 },
  ...{ expectedSha256: 'a'.repeat(64), foundSha256: 'a'.repeat(64) },
};
const outcome: Outcome = {
  ...{ clean: true, problems: [], folder: '/soak', run: '/soak/data/jobs/soak/r', machine: '2 cores', load: { median: 1, max: 2 } },
  ...{ seed: 7, spec: { note: '<script src="http://elsewhere"></script>' }, what: ['worker'], workers: 2, drivers: 1 },
  ...{ startedAt: 0, endedAt: 60_000, state: 'completed', twin: 'made again', lanes: [lane], events: lane },
  planned: { kills: 1, freezes: 0, actions: 0, zombies: 1 },
  done: { kills: 1, freezes: 0, pauses: 0, paces: 0, zombies: 1, met: 1 },
  missed: [],
  promises: [
    {
      ...{ promise: 'the worker at work killed', limitMs: 5000, all: { kills: 2, ms: { p50: 4000, p99: 9000, max: 9000 } } },
      alone: { kills: 1, ms: { p50: 3200, p99: 3200, max: 3200 } },
    },
  ],
  recovery: [
    {
      ...{ kind: 'worker', kills: 1, longestStandstillMs: 3300 },
      ...{ fromKillMs: { p50: 3200, p99: 3200, max: 3200 }, fromReadyMs: { p50: 900, p99: 900, max: 900 } },
    },
  ],
  kills: [
    {
      ...{ n: 0, victim: 'worker', part: 'worker-1', atMs: 9000, busy: true, recoveredMs: 3200, sinceReadyMs: 900, sinceThereMs: 3200 },
      ...{ standstillMs: 3300, paused: false, alone: true },
    },
  ],
  standstills: [{ from: 9000, to: 12_300 }],
  lateness: { p50: 2, p99: 3100, max: 3100, buckets: [0, 90, 10].map((batches, upToMs) => ({ upToMs, batches })) },
  memory: [{ part: 'worker-1', lives: 2, slope: null, error: null, medianMb: 150, maxMb: 160 }],
  database: { bytes: 5e6, grewBytes: 1e5, bytesPerBatch: 1000 },
  history: { executions: 1, events: 50, longest: 50, bytes: 9000, eventsPerBatch: 0.5 },
  samples: [0, 1000].map((at) => ({ at, batches: at / 100, events: at / 20, rss: { 'worker-1': ['1.a', 150] }, dbBytes: 5e6, load: 1 })),
};

test('the page needs nobody: no script, no address, and what came from outside is text', () => {
  const page = reportHtml(outcome);

  expect(page).not.toMatch(/<(script|link|img|iframe)|<[^>]*\s(src|href)=|url\(/);
  expect(page).toContain('&lt;script');
  expect(page.match(/<svg/g)).toHaveLength(6);
  expect(page).not.toContain('NaN');
});

test('a verdict that is not clean says so first and last, with every problem', () => {
  const bad: Outcome = { ...outcome, clean: false, problems: ['3 lost'], events: { ...lane, lost: 3 } };

  expect(reportHtml(bad)).toContain('not clean');
  expect(reportLines(bad).slice(-2)).toEqual(['NOT CLEAN: 1 problem', '  3 lost']);
  expect(reportLines(outcome).at(-1)).toMatch(/^clean: 100 events, byte for byte/);
});
