/** The jobs that run side by side: each a shape of its own, in how it is paced, who writes it, where it goes, and what a pause or an outage does to it. */

export interface Shape {
  id: string;
  /** What is particular about it, for the report. */
  what: string;
  /** It has a batch each 100 ms or more often, as long as it runs. */
  steady: boolean;
  /** How many it makes in all; null: as many as its time allows. */
  batches: number | null;
  spec: Record<string, unknown>;
}

/** Events of one unpaced job: a second or two of work, so that a kill finds it in the middle. */
const BULK_EVENTS = 400_000;
const BULK_BATCH = 2_000;
const SEED = 42;

/** @param start instant of the first batches @param length ISO 8601 */
export function paced(start: string, length: string): Shape[] {
  const crisis = (id: string, what: string, load: Record<string, unknown>, more: Record<string, unknown> = {}): Shape => ({
    ...{ id, what, steady: !JSON.stringify(load).includes('every'), batches: null },
    spec: { id, seed: SEED, scenario: 'crisis', sink: 'disk', load: { ...load, start, for: length }, ...more },
  });
  return [
    crisis('rate', '50/s, a third of it corrupted', { pace: { rate: 50 } }, { quality: { corruption_rate: 0.3 } }),
    crisis('shards', '200/s by 4 shards, skips what it misses in a pause', { pace: { rate: 200 }, on_pause: 'skip' }, { shards: 4 }),
    crisis('spans', 'a batch each 2 s, many an activity', {
      ...{ pace: { every: 'PT2S', batch_size: { min: 5, max: 20 } }, on_pause: 'catch_up' },
    }),
    crisis('timers', "a batch each 10 s, paced by the workflow's timers", { pace: { every: 'PT10S', batch_size: 15 } }),
    crisis('ramp', '10/s to 100/s and again; an outage shifts its schedule', {
      ...{
        pace: {
          stages: [
            { rate: 10, for: '10s' },
            { rate: { from: 10, to: 100 }, for: '20s' },
          ],
          repeat: true,
        },
        on_lag: 'hold',
      },
    }),
    {
      ...{ id: 'fleet', what: 'a folder a batch, drivers that depend on companies', steady: false, batches: null },
      spec: {
        ...{ id: 'fleet', seed: SEED, sink: { name: 'folders', path: 'fleet', mode: 'emulated' } },
        scenario: {
          name: 'fleet',
          emulated_mode: {
            ...{ enabled: true, company_batch_interval: 'PT2S', driver_batch_interval: 'PT1S' },
            ...{ companies_per_batch: 2, events_per_batch_min: 5, events_per_batch_max: 20 },
          },
        },
        load: { start, for: length },
        quality: { corruption_rate: 0.2 },
      },
    },
  ];
}

/** As fast as the disk commits; started a moment before a kill. */
export const bulk = (number: number): Shape => ({
  id: `bulk-${String(number)}`,
  what: `unpaced, ${String(BULK_EVENTS / 1000)}k events by 2 shards`,
  steady: false,
  batches: BULK_EVENTS / BULK_BATCH,
  spec: {
    ...{ id: `bulk-${String(number)}`, seed: SEED + number, scenario: 'crisis', sink: 'disk', shards: 2 },
    load: { pace: { unpaced: { batch_size: BULK_BATCH, step: 'PT0.001S' } }, events: BULK_EVENTS, start: '2026-01-01T00:00:00Z' },
  },
});
