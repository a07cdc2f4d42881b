/** A run's events counted from what is in its sink: raw data files, or records as a reader with read_committed gets them. Of runs that have ended. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { partPlace } from '../sinks/disk/layout';
import { eventId } from '../sinks/kafka/headers';
import { partitionOf } from '../sinks/kafka/murmur2';
import type { Batch, PartAddress, SinkDeps } from '../sinks/sink';
import { generationOf, type Generation } from '../spec/generation';
import { parseJobSpec } from '../spec/job-spec';
import type { Manifest } from '../spec/manifest';
import { batchesOf, linesIn, linesOf, Recount, type Counted } from './recount';
import { readManifest } from './run-folder';

/** One series of events whose order is kept: a part; in Kafka, a part in one partition. */
export interface Lane extends Counted {
  /** `intakes/0`, `intakes/0 in orders-2`. */
  name: string;
}

/** @throws UserError when there is no manifest, or the sink cannot be read */
export async function recountRun(folder: string, env: SinkDeps['env'] = {}): Promise<Lane[]> {
  const found = await readManifest(folder);
  return found.plan.sink === 'kafka' ? recountTopics(found, env) : recountFiles(folder, found);
}

interface Counting {
  address: PartAddress;
  stream: number;
  /** First batch number that must not be there. */
  end: number;
}

function partsIn({ plan, streams, state }: Manifest, generation: Generation): Counting[] {
  return plan.streams.flatMap(({ name }, stream) =>
    Array.from({ length: plan.shards }, (_, shard) => {
      const made = streams.find((one) => one.stream === name && one.shard === shard)?.next_batch ?? 0;
      // Of a run that came to its end the schedule says how many there are, whatever anybody has noted.
      const end = state === 'completed' ? (generation.schedules[stream]?.end ?? 0) : made;
      return { address: { job: plan.job, run: plan.run, stream: name, shard, shards: plan.shards }, stream, end };
    }),
  );
}

/** Every data file that is there, in the order of their numbers, also what no record accounts for. */
async function recountFiles(folder: string, found: Manifest): Promise<Lane[]> {
  const generation = generationOf(found.plan, found.timeline);
  const lanes: Lane[] = [];
  for (const { address, stream, end } of partsIn(found, generation)) {
    const place = partPlace(folder, address);
    const recount = new Recount(function* () {
      for (const batch of batchesOf(generation, stream, address.shard, address.shards, end)) yield* linesOf(batch);
    });
    const files = (await readdir(place.stream).catch(() => [])).flatMap((name) => place.number(name) ?? []).sort((a, b) => a - b);
    for (const file of files) for await (const line of linesIn(createReadStream(place.data(file)))) recount.take(line);
    lanes.push({ name: `${address.stream}/${String(address.shard)}`, ...recount.end() });
  }
  return lanes;
}

async function recountTopics(found: Manifest, env: SinkDeps['env']): Promise<Lane[]> {
  // kafkajs is loaded by those who need it.
  const [{ kafka, siteOf }, { fill }, { readTopic }] = await Promise.all([
    import('../sinks/kafka/index.js'),
    import('../sinks/kafka/place.js'),
    import('../sinks/kafka/read.js'),
  ]);
  const generation = generationOf(found.plan, found.timeline);
  const site = siteOf(kafka.options.parse(parseJobSpec(found.plan.spec).sink.options), { dataDir: '', env });
  const parts = partsIn(found, generation);
  const topicOf = ({ address }: Counting) => fill(site.topic, { stream: address.stream });
  const lanes: Lane[] = [];
  for (const topic of new Set(parts.map(topicOf))) {
    const reader = await readTopic(site, topic);
    try {
      for (let partition = 0; partition < reader.partitions; partition++) {
        const here = parts.filter((part) => topicOf(part) === topic).map((part) => laneOf(generation, part, partition, reader.partitions));
        for await (const records of reader.read(partition))
          for (const { id, key, value, timeMs, due } of records) {
            const lane = here.find(({ owns }) => id !== null && owns(id));
            lane?.recount.take(recordLine(id ?? '', key ?? NOTHING, value ?? NOTHING, timeMs, due ?? ''));
          }
        lanes.push(...here.map(({ name, recount }) => ({ name: `${name} in ${topic}-${String(partition)}`, ...recount.end() })));
      }
    } finally {
      reader.close();
    }
  }
  return lanes;
}

const NOTHING = Buffer.alloc(0);

function laneOf(generation: Generation, { address, stream, end }: Counting, partition: number, partitions: number) {
  const { job, run, shard, shards } = address;
  const prefix = `${job}/${run}/${address.stream}/`;
  const owns = (id: string): boolean => id.startsWith(prefix) && Number(id.slice(prefix.length).split('/')[0]) % shards === shard;
  const recount = new Recount(function* () {
    for (const batch of batchesOf(generation, stream, shard, shards, end)) yield* recordsOf(address, batch, partition, partitions);
  });
  return { name: `${address.stream}/${String(shard)}`, owns, recount };
}

function* recordsOf(address: PartAddress, batch: Batch, partition: number, partitions: number): Generator<Buffer, void> {
  const { number, dueUs, count, keys, keyEnds, bytes, ends, timesMs } = batch;
  const due = new Date(Math.floor(dueUs / 1000)).toISOString();
  for (let i = 0; i < count; i++) {
    const [from, to] = [i === 0 ? 0 : (keyEnds[i - 1] ?? 0), keyEnds[i] ?? 0];
    if (partitionOf(keys, from, to, partitions) !== partition) continue;
    // Without the newline, as in the topic.
    const value = bytes.subarray(i === 0 ? 0 : (ends[i - 1] ?? 0), (ends[i] ?? 1) - 1);
    yield recordLine(eventId(address, number, i), keys.subarray(from, to), value, timesMs[i] ?? 0, due);
  }
}

const recordLine = (id: string, key: Uint8Array, value: Uint8Array, timeMs: number, due: string): Buffer =>
  Buffer.concat([Buffer.from(`${id}\t${String(timeMs)}\t${due}\t`), key, TAB, value, LINE_END]);

const TAB = Buffer.from('\t');
const LINE_END = Buffer.from('\n');

/** Over all lanes. */
export const sumOf = (lanes: readonly Lane[]) => {
  const total = (count: (lane: Lane) => number) => lanes.reduce((sum, lane) => sum + count(lane), 0);
  return {
    expected: total((lane) => lane.expected),
    found: total((lane) => lane.found),
    lost: total((lane) => lane.lost),
    duplicated: total((lane) => lane.duplicated),
    reordered: total((lane) => lane.reordered),
    foreign: total((lane) => lane.foreign),
  };
};
