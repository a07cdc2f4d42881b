import { Narrator } from '../../activities/narrator';
import { createLogger, type Level } from '../../src/log';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { tutoringSpec } from '../../src/jobs/tutoring';
import type { PublishArgs } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { afterTotals } from '../api/totals';

interface Line {
  level: string;
  run_id: string;
  message: string;
  metadata: { job: string };
}

function listening(level: Level = 'debug') {
  const lines: Line[] = [];
  const log = createLogger({
    component: 'worker',
    level,
    format: 'json',
    destination: { write: (line) => lines.push(JSON.parse(line) as Line) },
  });
  return { narrator: new Narrator(log), lines };
}

const spec = tutoringSpec({}, { stream_count: 50, events_per_run: 10, ingest_api_url: 'http://127.0.0.1:9090/ingest' });
const planned = (job: string, of = spec) => ({
  ...namePlan(planOf(of, { job: 'asked-for', run: '20260105T231000.000Z', version: '1' }), { startTime: new Date() }),
  job,
  startUs: 0,
});
const published = (plan: PublishArgs['plan'], state: PublishArgs['state']) =>
  ({ plan, state, parts: [{ stream: 0, shard: 0, next: 50, totals: afterTotals(500) }] }) as unknown as PublishArgs;
const request = (job: string, outcome: 'accepted' | 'rejected' | 'failed', answer: string, reason = '200') => ({
  part: { job, run: '20260105T231000.000Z', stream: 'events', shard: 0, shards: 1 },
  batch: 0,
  i: 0,
  outcome,
  body: Buffer.from('{"event_type":"session_started","payload":{}}'),
  reason,
  answer,
});

test('an invoked run says what the original says, word for word, under its job and run', () => {
  const { narrator, lines } = listening('info');
  const plan = planned('tutoring-20260105t231000-k3f9');
  narrator.writes(plan);
  narrator.published(published(plan, 'running'), 'http://127.0.0.1:9090/ingest', { first: true, last: false });
  narrator.delivered(request(plan.job, 'accepted', '{"sequenceNumber":"49617749"}'));
  narrator.delivered(request(plan.job, 'accepted', 'ok'));
  narrator.delivered(request(plan.job, 'failed', '', 'connect ECONNREFUSED'));
  narrator.delivered(request(plan.job, 'rejected', '{}', '400'));
  narrator.published(published(plan, 'completed'), 'http://127.0.0.1:9090/ingest', { first: false, last: true });

  expect(lines.map(({ message }) => message)).toEqual([
    'Starting simulation: 50 streams, 10 events per stream',
    'Target API: http://127.0.0.1:9090/ingest',
    'Generating 500 total events...',
    'Sent session_started: 49617749',
    'Sent session_started: unknown',
    'Failed to send session_started: connect ECONNREFUSED',
    'Failed to send session_started: 400',
    'Simulation complete: 500 events sent',
  ]);
  expect(new Set(lines.map(({ level, run_id, metadata }) => `${level} ${run_id} ${metadata.job}`))).toEqual(
    new Set(['info 20260105T231000.000Z tutoring-20260105t231000-k3f9']),
  );
});

test('a scheduled run says the same for who looks for it: 500 lines a minute would bury all else', () => {
  const { narrator, lines } = listening();
  const plan = planned('tutoring-2026-01-05T23:10:00Z');
  narrator.writes(plan);
  narrator.published(published(plan, 'running'), 'http://x', { first: true, last: false });
  narrator.delivered(request(plan.job, 'accepted', '{"sequenceNumber":7}'));
  expect(lines.map(({ level, message }) => `${level} ${message}`).slice(-1)).toEqual(['debug Sent session_started: 7']);
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['debug']));
});

test('a run that was stopped does not say that it is complete', () => {
  const { narrator, lines } = listening();
  const plan = planned('tutoring-20260105t231000-k3f9');
  narrator.published(published(plan, 'stopped'), 'http://x', { first: false, last: true });
  expect(lines.map(({ message }) => message)).toEqual(['Simulation stopped: 500 events sent']);
});

test('of scenarios without words, and of runs that another worker writes, nothing is said', () => {
  const { narrator, lines } = listening();
  const plan = planned('nightly', parseJobSpec({ scenario: 'crisis', sink: 'drop', load: { pace: { rate: 1 }, events: 5 } }));
  narrator.writes(plan);
  narrator.published(published(plan, 'completed'), 'http://x', { first: true, last: true });
  narrator.delivered(request('nightly', 'accepted', '{}'));
  narrator.delivered(request('tutoring-20260105t231000-else', 'accepted', '{}'));
  expect(lines).toEqual([]);
});
