/** The jobs that the explorer looks at: small ones, with everything that the protocol distinguishes. Times are in units of `unitMs`. */
import type { NamedPlan, Policy } from '../../workflows/messages';
import type { Pace } from '../../workflows/schedule';

/** Where the wall begins, ms. */
export const BEGIN_MS = 1_000_000_000;

export type Every = { kind: 'every'; every: number; size: number } | { kind: 'rate'; every: number } | { kind: 'unpaced' };

export const SINKS = ['disk', 'folders', 'http'] as const;
export type SinkName = (typeof SINKS)[number];

export interface Config {
  sink: SinkName;
  /** 2 s: several batches a span; 4 s: spans and timers; 8 s: the workflow's timer paces each batch. */
  unitMs: number;
  /** Second stream's bytes depend on which batches of the first are due by then. */
  streams: Every[];
  shards: number;
  /** Batches a stream. */
  batches: number;
  /** Start, relative to the begin; null: when the first settle has answered. */
  start: number | null;
  onPause: Policy;
  onLag: Policy;
  /** Bytes of a data file: room for two or three lines. */
  fileLimit: number;
  /** Emits a part before the workflow wants to continue as new. */
  history: number;
  /** The data is deleted when the job has ended. */
  clean: boolean;
  /** Operators may clean the job while it is paused. */
  cleanPaused: boolean;
  /** The sink forgets what is not written to at least so often, in units; null: it forgets nothing. */
  keep: number | null;
  /** How far each worker's clock is wrong. */
  skew: number[];
  /** Progress may be lost (a power cut, a restored disk). */
  lossy: boolean;
}

export function paceOf(load: Every, config: Pick<Config, 'unitMs' | 'streams'>, stream: number): Pace {
  const us = config.unitMs * 1000;
  switch (load.kind) {
    case 'every':
      return { kind: 'every', everyUs: load.every * us, min: load.size, max: load.size };
    case 'rate': {
      const of = config.streams.length;
      return { kind: 'rate', rate: (of * 1000) / (load.every * config.unitMs), of, index: stream };
    }
    case 'unpaced':
      return { kind: 'unpaced', batchSize: 2, stepUs: 1000 };
  }
}

/** After how many ms without a write the sink has forgotten a part: as with Kafka a good while later than it is to be written to. An emit may take half a minute to end. */
export const keptMs = ({ keep, unitMs }: Config): number => ((keep ?? 0) + 3) * unitMs + 45_000;

/** Of batch folders the companies' stream has a file that grows beside them. */
const nameOf = ({ sink }: Config, stream: number): string => (sink === 'folders' ? ['companies', 'drivers'][stream]! : `s${stream}`);

export const planOf = (config: Config): NamedPlan => ({
  job: 'job',
  run: 'run',
  seed: 1,
  startUs: config.start === null ? null : (BEGIN_MS + config.start * config.unitMs) * 1000,
  scenario: 'small',
  sink: config.sink,
  spec: {},
  version: '0',
  streams: config.streams.map((load, stream) => ({
    name: nameOf(config, stream),
    pace: paceOf(load, config, stream),
    limits: { forUs: null, events: null, batches: config.batches },
  })),
  shards: config.shards,
  onPause: config.onPause,
  onLag: config.onLag,
  ...(config.streams.length > 1 ? { level: 'rest' as const } : config.shards > 1 ? { level: 'end' as const } : {}),
  ...(config.keep === null ? {} : { keepMs: config.keep * config.unitMs }),
});

/** @param only the sink of the job; drawn as all others are, so that the rest of a seed stays */
export function randomConfig(rnd: () => number, only: SinkName | null = null): Config {
  const of = <T>(...list: T[]): T => list[Math.floor(rnd() * list.length)]!;
  const load = (...every: number[]): Every =>
    rnd() < 0.15 ? { kind: 'rate', every: of(...every) } : { kind: 'every', every: of(...every), size: of(1, 2) };
  const sink = of<SinkName>('disk', 'disk', 'disk', 'folders', 'http');
  const two = rnd() < 0.5;
  const unpaced = !two && rnd() < 0.15;
  return {
    sink: only ?? sink,
    unitMs: of(2000, 2000, 4000, 8000),
    streams: unpaced ? [{ kind: 'unpaced' }] : two ? [load(2, 3), load(2, 3, 4)] : [load(2, 3)],
    shards: of(1, 1, 2),
    batches: of(2, 3, 4, 5),
    start: of(0, 1, 2, -6, null),
    onPause: of<Policy>('hold', 'hold', 'skip', 'catch_up'),
    onLag: of<Policy>('catch_up', 'catch_up', 'hold', 'skip'),
    fileLimit: of(70, 100, 100_000),
    history: of(1, 2, 20),
    clean: rnd() < 0.15,
    cleanPaused: rnd() < 0.15,
    keep: rnd() < 0.15 ? of(3, 8) : null,
    skew: [0, of(0, 0, 1, -1, 3)],
    lossy: rnd() < 0.08,
  };
}
