/** What the documentation shows and fills in: one believable call after another. Tests hold every example against its schema. */

const START = '2026-01-05T23:10:00.000Z';
const END = '2026-01-05T23:15:00.000Z';
const RUN = '20260105T231000.000Z';

export const generateExample = { duration_minutes: 5, rate_per_second: 5 };

export const startedExample = { status: 'started', ...generateExample, estimated_events: 1500, end_time: END };

/** A good minute into the run above. */
export const figuresExample = {
  is_running: true,
  start_time: START,
  end_time: END,
  events_generated: 342,
  time_remaining_seconds: 232,
  is_paused: false,
  job_id: 'crisis-intake',
  run: RUN,
  seed: 7,
};

export const stoppingExample = { status: 'stopping', events_generated: 342 };

export const specExample = { id: 'nightly', scenario: 'crisis', sink: 'disk', load: { pace: { rate: 5 }, for: 'PT5M' } };

/** As resolved, with what a run has fixed. */
export const repeatExample = {
  ...specExample,
  seed: 7,
  load: { ...specExample.load, start: START, on_pause: 'hold', on_lag: 'catch_up' },
  shards: 1,
};

const totals = { scheduled: 342, emitted: 342, valid: 342, corrupted: 0, skipped: 0, rejected: 0, bytes: 150_480, batches: 342 };
const lateness = { p50: 4, p99: 13, max: 15 };

export const jobExample = {
  id: 'nightly',
  run: RUN,
  scenario: 'crisis',
  sink: 'disk',
  seed: 7,
  state: 'running',
  state_reason: null,
  settling: false,
  worker: 'here',
  started_at: START,
  ends_at: END,
  finished_at: null,
  planned_events: 1500,
  paused_ms: 0,
  pace: { rate: 5 },
  spec: specExample,
  start: START,
  version: '1.0.0',
  timeline: [],
  output: { kind: 'disk', path: `jobs/nightly/${RUN}` },
  expect: [],
  totals,
  lateness_ms: lateness,
  commit_ms: 4.2,
  streams: { crisis: { next_batch: 342, last_batch_at: '2026-01-05T23:11:08.200Z', ...totals, lateness_ms: lateness } },
  last_error: null,
  web_ui_url: null,
};

export const scheduleSpecExample = {
  id: 'hourly',
  cron: '0 * * * *',
  time_zone: 'Europe/Berlin',
  enabled: true,
  spec: { scenario: 'crisis', sink: 'disk', load: { pace: { rate: 5 }, for: 'PT5M' } },
};

export const scheduleExample = {
  id: 'hourly',
  enabled: true,
  cron: '0 * * * *',
  time_zone: 'Europe/Berlin',
  next_run_at: '2026-01-06T00:00:00.000Z',
  last_run: { job_id: 'hourly-2026-01-05T23:00:00Z', at: '2026-01-05T23:00:00.000Z' },
  running: false,
  scenario: 'crisis',
  sink: 'disk',
  spec: { ...specExample, id: 'hourly' },
};

export const invokedExample = { job_id: 'tutoring-20260105t231000-k3f9', total_events: 500 };

export const emailEventExample = {
  email: 'ada.berg@example.com',
  event_type: 'opened',
  timestamp: START,
  esp: 'mailchimp',
  campaign_id: 'newsletter-2026-01-05',
  metadata: { device: 'mobile' },
};

export const acceptedExample = { accepted: 1, event_ids: ['5f0c7a5e-31c4-4be6-9f39-8a2b1c0d4e6f'] };

export const rowExample = {
  id: 'nightly',
  run: RUN,
  scenario: 'crisis',
  sink: 'disk',
  state: 'completed',
  started_at: START,
  finished_at: END,
};

const generatorExample = { total_batches: 12, last_batch_time: '2026-01-05T23:11:50.000Z', idle_seconds: 3.2 };

export const fleetHealthExample = {
  status: 'running',
  generation_mode: 'emulated',
  uptime_seconds: 113.6,
  uptime_hours: 0.032,
  company_generator: generatorExample,
  driver_generator: generatorExample,
  lifecycle: { state: 'running', state_file: 'manifests/lifecycle.json' },
  run_id: RUN,
};

export const cleanedExample = {
  success: true,
  message: 'Cleaned: 3 items deleted',
  status: 'cleaned',
  deleted_items: ['raw/events/company-000001', 'raw/events/driver-000001', 'raw/companies.jsonl'],
  deleted_count: 3,
  skipped_items: ['raw/events/notes.txt'],
  errors: [],
};
