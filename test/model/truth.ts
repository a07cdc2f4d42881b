/** The twin without failures: what the final timeline alone says, by an arithmetic of its own. */
import type { Entry } from '../../workflows/schedule';
import type { Config } from './config';
import { lineOf } from './small-scenario';

function entryOf(timeline: readonly Entry[], stream: number, b: number): Entry {
  const entry = timeline.findLast((e) => e.stream === stream && e.from <= b);
  if (entry === undefined) throw new Error(`batch ${b} of stream ${stream} is before the first entry`);
  return entry;
}

function tauIn({ pace, originUs, n }: Entry, b: number): number {
  const j = b - n;
  switch (pace.kind) {
    case 'every':
      return originUs + j * pace.everyUs;
    case 'rate':
      return originUs + Math.floor(((j * pace.of + pace.index) * 1e6) / pace.rate);
    case 'unpaced':
      return originUs + (j * pace.batchSize + pace.batchSize - 1) * pace.stepUs;
    case 'stages':
      throw new Error('no job of the explorer has stages');
  }
}

export function due(timeline: readonly Entry[], stream: number, b: number): number {
  const entry = entryOf(timeline, stream, b);
  return entry.atUs + tauIn(entry, b) - entry.tauUs;
}

const sizeIn = ({ pace }: Entry): number => (pace.kind === 'every' ? pace.min : pace.kind === 'unpaced' ? pace.batchSize : 1);

export interface Expected {
  bytes: string;
  /** The same batch by batch, each with its due instant (wall µs). */
  pieces: { b: number; dueUs: number; lines: string[] }[];
  batches: number;
  events: number;
  /** Batches due at or after the start of the job: those before it are backfill, for which nobody is late. */
  live: number;
}

/** What a part holds when `next` is its first batch that is not committed. */
export function expectedOf(
  { shards, batches }: Config,
  timeline: readonly Entry[],
  stream: number,
  shard: number,
  next: number,
  startedAtMs: number,
): Expected {
  const expected: Expected = { bytes: '', pieces: [], batches: 0, events: 0, live: 0 };
  let event = 0;
  for (let b = 0; b < next; b++) {
    const entry = entryOf(timeline, stream, b);
    const size = sizeIn(entry);
    if (b % shards === shard) {
      const dueUs = due(timeline, stream, b);
      let seen = 0;
      if (stream > 0) while (seen < batches && due(timeline, 0, seen) <= dueUs) seen++;
      const tauUs = tauIn(entry, b);
      const lines = Array.from({ length: size }, (_, i) => lineOf({ stream, b, event: event + i, dueUs, tauUs, seen }));
      expected.bytes += lines.join('');
      expected.pieces.push({ b, dueUs, lines });
      expected.batches++;
      if (dueUs >= startedAtMs * 1000) expected.live++;
      expected.events += size;
    }
    event += size;
  }
  return expected;
}
