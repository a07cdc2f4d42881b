/** What is committed of a run, asked of the sink itself, whoever is alive: the record beside the data, or the offset of the part's group. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { noTotals, type Totals } from '../../../workflows/ledger';
import { runFolder } from '../../sinks/disk';
import { partPlace, type PartPlace } from '../../sinks/disk/layout';
import { nodeFiles } from '../../sinks/disk/node-files';
import { readRecord } from '../../sinks/disk/record';
import { openRunFolder } from '../../sinks/disk/run-folder';
import { kafka, siteOf } from '../../sinks/kafka';
import { parseJobSpec } from '../../spec/job-spec';
import { MANIFEST, manifest, type Manifest } from '../../spec/manifest';

export interface PartProgress {
  /** First batch that is not committed. */
  next: number;
  totals: Totals;
}

export interface CommittedReader {
  /** Folder of the run, with its manifest. */
  readonly folder: string;
  /** Between two looks, ms: each costs something. */
  readonly everyMs: { idle: number; eager: number };
  /** So long it may answer with an older progress, which heals, ms; 0: never. */
  readonly outdatedMs: number;
  /** One a part, in the order of streams and shards. Throws while the sink is away. */
  read(): Promise<PartProgress[]>;
  /** Whether a commit is half there: its data, without its record. Null where that cannot be seen from outside. */
  readonly halfDone: (() => Promise<boolean>) | null;
  /** Data beyond what is committed, by file. Only of use while the job is paused and settled: then there must be none. */
  excess(): Promise<string[]>;
}

export const readManifestIn = async (folder: string): Promise<Manifest> =>
  manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));

/** @param kafkaAt host:port of the broker, which may be another one after a restart of the stack; null: none */
export async function committedReader(
  dataDir: string,
  run: { job: string; run: string },
  spec: unknown,
  kafkaAt: () => string | null,
): Promise<CommittedReader> {
  const { sink } = parseJobSpec(spec);
  const path = sink.name === 'disk' ? (sink.options['path'] as string | undefined) : undefined;
  const folder = runFolder(dataDir, run, path);
  const { plan, home } = await readManifestIn(folder);
  const parts = plan.streams.flatMap(({ name }) =>
    Array.from({ length: plan.shards }, (_, shard) => ({ ...run, stream: name, shard, shards: plan.shards })),
  );
  const nothing = (shard: number): PartProgress => ({ next: shard, totals: noTotals() });
  if (sink.name === 'disk') {
    const places = parts.map((part) => partPlace(folder, part));
    return {
      folder,
      everyMs: { idle: 100, eager: 25 },
      outdatedMs: 0,
      read: () => Promise.all(places.map(async (place, i) => (await readRecord(nodeFiles, place)) ?? nothing(parts[i]?.shard ?? 0))),
      halfDone: async () => (await Promise.all(places.map(halfDone))).includes(true),
      excess: () => openRunFolder(folder).excess(),
    };
  }
  const options = kafka.options.parse(sink.options);
  const namespace = (home ?? '').split(' ').at(-1) ?? '';
  return {
    folder,
    everyMs: { idle: 500, eager: 100 },
    // Brokers that have just started.
    outdatedMs: 10_000,
    async read() {
      const { readPart } = await import('../../sinks/kafka/read.js');
      const site = siteOf(options, { dataDir, env: { KAFKA_BOOTSTRAP: kafkaAt() ?? undefined }, namespace });
      return Promise.all(parts.map(async (part) => (await readPart(site, part))?.progress ?? nothing(part.shard)));
    },
    halfDone: null,
    excess: () => Promise.resolve([]),
  };
}

async function halfDone(place: PartPlace): Promise<boolean> {
  const record = await readRecord(nodeFiles, place);
  if (record === null) return false;
  const { size } = await stat(place.data(record.file)).catch(() => ({ size: 0 }));
  return size > record.offset;
}
