/** `verify` of a run in Kafka: reads its topics as a consumer with read_committed would, and compares every record with the one that must be there. */
import type { Part } from '../../workflows/messages';
import { kafka, siteOf } from '../sinks/kafka';
import type { Progress } from '../sinks/kafka/progress';
import { readPart, readTopic } from '../sinks/kafka/read';
import type { Site } from '../sinks/kafka/site';
import { SinkError, type PartAddress, type SinkDeps } from '../sinks/sink';
import { UserError } from '../spec/failures';
import { generationOf, type Generation } from '../spec/generation';
import { parseJobSpec } from '../spec/job-spec';
import type { Manifest } from '../spec/manifest';
import { missingOf, type Told } from './told';
import { TopicExpectation } from './topic-expectation';
import { partsOf, type PartReport, type Report } from './verify';

interface Expected {
  address: PartAddress;
  topic: string;
  progress: Pick<Progress, 'next' | 'partitions'> & { totals: Pick<Progress['totals'], 'emitted' | 'bytes'> };
  /** The brokers have forgotten the progress: it is the manifest's. */
  remembered: boolean;
  expectation: TopicExpectation;
}

/**
 * Of a run that goes on: what is committed when it begins; of one that has ended: everything, and nothing else.
 * @param told what the job has said that it had committed before
 * @throws UserError when the brokers cannot be read, or are not those that the run wrote to
 */
export async function verifyTopics(
  found: Pick<Manifest, 'plan' | 'timeline' | 'state' | 'home'> & Partial<Pick<Manifest, 'streams'>>,
  deps: SinkDeps,
  told: readonly Told[] = [],
): Promise<Report & { topics: string[] }> {
  const { plan, timeline, state, home } = found;
  // Of a run that goes on the manifest says too little.
  const said = isAtRest(state) ? (found.streams ?? []) : [];
  const generation = generationOf(plan, timeline);
  const namespace = (home ?? '').split(' ').at(-1) ?? '';
  const site = siteOf(kafka.options.parse(parseJobSpec(plan.spec).sink.options), { ...deps, namespace });
  try {
    const problems: string[] = [];
    const expected: Expected[] = [];
    for (const part of partsOf(plan)) {
      const address = {
        job: plan.job,
        run: plan.run,
        stream: plan.streams[part.stream]?.name ?? '',
        shard: part.shard,
        shards: plan.shards,
      };
      const one = await expectationOf(site, generation, part, address, said);
      const missing = await missingOf(told, part, plan, one?.progress.next ?? part.shard);
      if (missing !== null) problems.push(`${nameOf(address)}: ${missing}`);
      if (one === null) problems.push(`${nameOf(address)}: nothing was ever begun here, or it was cleaned`);
      else expected.push(one);
    }
    for (const topic of new Set(expected.map((one) => one.topic))) problems.push(...(await readAll(site, topic, expected, plan)));
    for (const one of expected) problems.push(...problemsOf(one, generation, state));
    const parts = expected.map(reportOf);
    const total = (count: (part: PartReport) => number) => parts.reduce((sum, part) => sum + count(part), 0);
    const counts = { events: total((part) => part.events), bytes: total((part) => part.bytes) };
    const notes = expected.some(({ remembered }) => remembered) ? [FORGOTTEN] : [];
    const topics = [...new Set(expected.map(({ topic }) => topic))];
    return { ok: problems.length === 0, job: plan.job, run: plan.run, topics, parts, ...counts, problems, notes };
  } catch (error) {
    if (error instanceof SinkError) throw new UserError(`the topics cannot be read: ${error.message}`);
    throw error;
  }
}

const FORGOTTEN =
  'the brokers have forgotten how far this run had come (they keep that for 7 days after the last commit): the topic is compared with what the manifest says';

async function expectationOf(
  site: Site,
  generation: Generation,
  { stream }: Part,
  address: PartAddress,
  said: Manifest['streams'],
): Promise<Expected | null> {
  const found = await readPart(site, address);
  if (found === null) return null;
  const { topic } = found;
  const progress = found.progress ?? rememberedOf(said, address, found.partitions);
  if (progress === null) return null;
  const end = generation.schedules[stream]?.end ?? 0;
  const expectation = new TopicExpectation(
    generation,
    stream,
    address,
    topic,
    progress.partitions,
    progress.next,
    end,
    site.delivery === 'at_least_once',
  );
  return { address, topic, progress, remembered: found.progress === null, expectation };
}

/** What the manifest of a run that has ended says of a part; of how many partitions the topic had then, the brokers' present number is all there is. */
function rememberedOf(said: Manifest['streams'], { stream, shard }: PartAddress, partitions: number): Expected['progress'] | null {
  const part = said.find((one) => one.stream === stream && one.shard === shard);
  if (part === undefined) return null;
  return { next: part.next_batch, partitions, totals: { emitted: part.events, bytes: part.bytes } };
}

const isAtRest = (state: string): boolean => state === 'completed' || state === 'stopped';

/** One chunk of each partition in turn: an event's neighbours are in the other partitions, and are made once for all. */
async function readAll(site: Site, topic: string, all: readonly Expected[], { job, run }: { job: string; run: string }): Promise<string[]> {
  const problems: string[] = [];
  const prefix = `${job}/${run}/`;
  const reader = await readTopic(site, topic);
  try {
    const left = new Map(Array.from({ length: reader.partitions }, (_, partition) => [partition, reader.read(partition)] as const));
    while (left.size > 0) {
      for (const [partition, records] of left) {
        const { value, done } = await records.next();
        if (done === true || value === undefined) {
          left.delete(partition);
          continue;
        }
        for (const record of value) {
          if (record.id?.startsWith(prefix) !== true) continue;
          const id = parseId(record.id.slice(prefix.length));
          const owner = id === null ? undefined : all.find(({ topic: of, address }) => of === topic && owns(address, id));
          if (id === null || owner === undefined)
            problems.push(
              `topic ${topic}, partition ${String(partition)}, offset ${String(record.offset)}: no part of this run writes ${record.id} there`,
            );
          else owner.expectation.take(partition, record, id.b, id.i);
        }
      }
    }
  } finally {
    reader.close();
  }
  for (const { topic: of, expectation } of all) if (of === topic) expectation.finish();
  return problems.slice(0, 1);
}

interface EventId {
  stream: string;
  b: number;
  i: number;
}

/** `stream/batch/i`, what follows job and run in the header `evergen-id`. */
function parseId(text: string): EventId | null {
  const [, stream, b, i] = /^([^/]+)\/(\d+)\/(\d+)$/.exec(text) ?? [];
  return stream === undefined ? null : { stream, b: Number(b), i: Number(i) };
}

const owns = ({ stream, shard, shards }: PartAddress, id: EventId): boolean => stream === id.stream && id.b % shards === shard;

function problemsOf({ address, progress, expectation: found, topic }: Expected, generation: Generation, state: string): string[] {
  const problems: string[] = [];
  const { missing, repeated, differing, first } = found;
  if (first !== null) {
    const counts = [
      `${String(missing)} missing`,
      `${String(repeated)} there more than once or out of order`,
      `${String(differing)} differing`,
    ];
    problems.push(`${first}. In all: ${counts.join(', ')}`);
  }
  const { next, totals } = progress;
  const end = generation.schedules.find((_, i) => generation.streams[i]?.name === address.stream)?.end ?? 0;
  if (isAtRest(state) && found.beyond > next)
    problems.push(
      `topic ${topic} holds batch ${String(found.beyond - address.shards)}, but only those before batch ${String(next)} are recorded as committed`,
    );
  if (state === 'completed' && next < end) problems.push(`batches from ${String(next)} on are missing: the schedule has ${String(end)}`);
  if (first === null && (totals.emitted !== found.events || totals.bytes !== found.bytes))
    problems.push(
      `the record counts ${String(totals.emitted)} events, ${String(totals.bytes)} bytes; a recount says ${String(found.events)} events, ${String(found.bytes)} bytes`,
    );
  return problems.map((problem) => `${nameOf(address)}: ${problem}`);
}

const nameOf = ({ stream, shard, shards }: PartAddress): string => `stream ${stream}${shards === 1 ? '' : `, shard ${String(shard)}`}`;

const reportOf = ({ address: { stream, shard, shards }, progress: { next }, expectation: { events, bytes } }: Expected): PartReport => ({
  stream,
  shard,
  batches: Math.max(0, Math.ceil((next - shard) / shards)),
  events,
  bytes,
  sha256: null,
});
