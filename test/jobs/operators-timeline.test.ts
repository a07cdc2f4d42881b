import { unanswered } from '../../src/jobs/merge';
import { timelineLines } from '../../src/cli/timeline-text';
import { timelineEntries } from '../../src/jobs/operators-timeline';
import { presentPace } from '../../src/jobs/present-pace';
import { specText, specToRepeat } from '../../src/jobs/repeat';
import { parseJobSpec } from '../../src/spec/job-spec';
import { loadSpec } from '../../src/spec/load';
import { planOf } from '../../src/spec/plan';
import type { Status } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { begin } from '../../workflows/schedule';
import { changePace, hold } from '../../workflows/timeline';
import { afterTotals } from '../api/totals';

const START = Date.parse('2026-01-05T23:10:00.000Z');

/** Paused from second 2 to 5, then 7 a second from second 9 on; stopped with 60 batches. */
function disturbed(changes: Partial<Status> = {}): Status {
  const spec = parseJobSpec({ id: 'nightly', scenario: 'crisis', sink: 'disk', load: { pace: { rate: 20 } } });
  const plan = {
    ...namePlan(planOf(spec, { job: 'nightly', run: 'r', version: '1' }), { startTime: new Date(START) }),
    startUs: START * 1000,
  };
  const us = (seconds: number) => (START + seconds * 1000) * 1000;
  const begun = begin(plan.streams, us(0));
  const held = [...begun, ...hold(plan, begun, us(2), us(5))];
  const timeline = [...held, ...changePace(plan, held, us(9), us(9), [{ kind: 'rate', rate: 7, of: 1, index: 0 }])];
  return {
    ...unanswered(plan, 'stopped', START),
    timeline,
    parts: [{ stream: 0, shard: 0, next: 60, totals: afterTotals(60) }],
    finishedAtMs: START + 12_000,
    ...changes,
  };
}

test('the journal is told in the words of the API, a new pace as its users write it', () => {
  const journal: Status['journal'] = [
    { atMs: START, action: 'start', by: null, from: null, detail: '' },
    { atMs: START + 9000, action: 'pace', by: 'http', from: null, detail: 'asked for' },
    { atMs: START + 9001, action: 'pace', by: null, from: [disturbed().timeline[2]?.from ?? 0], detail: 'in force: {…}' },
  ];
  expect(timelineEntries(disturbed({ journal }))).toEqual([
    { at: '2026-01-05T23:10:00.000Z', action: 'start', by: null, batches: {}, detail: '' },
    { at: '2026-01-05T23:10:09.000Z', action: 'pace', by: 'http', batches: {}, detail: 'asked for' },
    {
      at: '2026-01-05T23:10:09.001Z',
      action: 'pace',
      by: null,
      batches: { intakes: journal[2]?.from?.[0] },
      detail: 'in force: {"rate":7}',
    },
  ]);
  expect(presentPace(disturbed())).toEqual({ rate: 7 });
  expect(presentPace(disturbed({ timeline: [] }))).toEqual({ rate: 20 });
});

test('a planned stop of the stack is told as one: nobody has asked it of this job', () => {
  const journal: Status['journal'] = [
    { atMs: START, action: 'standby', by: 'up', from: null, detail: 'asked for' },
    { atMs: START + 60_000, action: 'wake', by: 'up', from: null, detail: 'asked for' },
  ];

  expect(timelineLines(timelineEntries(disturbed({ journal })))).toEqual([
    '2026-01-05 23:10:00 standby: the stack was stopped as planned',
    '2026-01-05 23:11:00 wake: the stack is up again',
  ]);
});

test('a name or a reason of several lines stays one line of the table', () => {
  const journal: Status['journal'] = [{ atMs: START, action: 'pause', by: 'night\nshift', from: null, detail: 'disk\r\nfull' }];

  expect(timelineLines(timelineEntries(disturbed({ journal })))).toEqual(['2026-01-05 23:10:00 pause by night shift: disk full']);
});

test('without a journal the timeline itself is told: what moved batches, and when', () => {
  expect(timelineEntries(disturbed()).map(({ at, action }) => `${at.slice(17, 19)} ${action}`)).toEqual([
    '00 start',
    '05 resume',
    '09 pace',
    '12 end',
  ]);
});

test('the specification of a run fixes seed, start, what was done to it and where it was stopped, and is read to just that', () => {
  const status = disturbed();
  const spec = specToRepeat(status);
  if (spec === null) throw new Error('it has begun');
  const read = loadSpec(specText(status, spec), 'spec.yaml');
  expect(read).toEqual(spec);
  const plan = planOf(read, { job: 'again', run: 'r2', version: '1' });
  expect(plan).toMatchObject({ seed: status.plan.seed, startUs: START * 1000, timeline: status.timeline });
  expect(plan.streams[0]?.limits.batches).toBe(60);
});

test('a run that goes on or that has come to its end is not stopped when it is done again; one that has not begun cannot be', () => {
  for (const state of ['running', 'completed'] as const)
    expect(specToRepeat(disturbed({ state }))?.timeline?.map(({ cause }) => cause)).toEqual(['start', 'hold', 'pace']);
  expect(specToRepeat(disturbed({ timeline: [] }))).toBeNull();
});

test('what a repeated run repeats is told before what happens to it', () => {
  const first = disturbed();
  const plan = { ...first.plan, timeline: first.timeline };
  const journal: Status['journal'] = [{ atMs: START + 60_000, action: 'start', by: null, from: null, detail: '' }];
  const entries = timelineEntries(disturbed({ plan, journal }));
  expect(entries.map(({ action, detail }) => `${action}: ${detail}`)).toEqual([
    'resume: in force: later batches move, repeated',
    'pace: in force: {"rate":7}',
    'start: ',
  ]);
});
