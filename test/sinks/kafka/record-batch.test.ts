/** kafkajs's own encoder is the reference: whatever is written faster must be the same bytes. */
import fc from 'fast-check';
import createRequest from 'kafkajs/src/protocol/request';
import stock from 'kafkajs/src/protocol/requests/produce';
import { Chunks } from '../../../src/sinks/kafka/chunks';
import { RecordBatch, sliceOf, type Compression, type Slice } from '../../../src/sinks/kafka/record-batch';
import { frameOf } from '../../../src/sinks/kafka/requests/produce';
import type { Batch } from '../../../src/sinks/sink';
import { batchesOf } from '../batches';

jest.setTimeout(60_000);

interface Given {
  key: Buffer | null;
  value: Buffer | null;
  timestamp: number;
  headers: Record<string, string>;
}

const producer = { producerId: 9_007_199_254_740_993n, epoch: 7, transactional: true };
const request = { topic: 'orders', transactionalId: 'evergen.a.b.c.0' };
const WITH_GZIP: Compression[] = ['none', 'gzip'];

const CORRELATION = 77;

/** The whole produce request with its header, as kafkajs sends it. */
async function byKafkajs(messages: readonly object[], compression: Compression, firstSequence: number): Promise<Buffer> {
  const topicData = [{ topic: request.topic, partitions: [{ partition: 3, firstSequence, messages }] }];
  const { request: asked } = stock.protocol({ version: 7 })({
    acks: -1,
    timeout: 20_000,
    compression: compression === 'gzip' ? 1 : 0,
    topicData,
    transactionalId: request.transactionalId,
    producerId: String(producer.producerId),
    producerEpoch: producer.epoch,
  });
  return (await createRequest({ request: asked, correlationId: CORRELATION, clientId: 'evergen' })).buffer;
}

async function byEvergen(write: (into: RecordBatch) => void, compression: Compression, firstSequence: number): Promise<Buffer> {
  const batch = new RecordBatch();
  write(batch);
  return framed(batch, compression, firstSequence);
}

async function framed(batch: RecordBatch, compression: Compression, firstSequence: number): Promise<Buffer> {
  const bytes = await batch.finish(producer, firstSequence, compression);
  return Buffer.concat(frameOf({ ...request, batches: [{ partition: 3, bytes }] }, CORRELATION, 'evergen'));
}

const slice = (bytes: Buffer | null): Slice | null =>
  bytes === null ? null : sliceOf(Buffer.concat([Buffer.from('ab'), bytes, Buffer.from('c')]), 2, 2 + bytes.length);

const varint = (n: number): number[] => (n < 64 ? [n * 2] : [((n * 2) & 127) | 128, ...[(n * 2) >>> 7]]);
const text = (s: string): Buffer => Buffer.concat([Buffer.from(varint(Buffer.byteLength(s))), Buffer.from(s)]);
const headersOf = (headers: Record<string, string>): Slice => {
  const all = Object.entries(headers);
  return sliceOf(Buffer.concat([Buffer.from(varint(all.length)), ...all.flatMap(([name, value]) => [text(name), text(value)])]));
};

function write(messages: readonly Given[], into: RecordBatch): void {
  into.begin(Math.min(...messages.map(({ timestamp }) => timestamp)));
  for (const { key, value, timestamp, headers } of messages) into.add(timestamp, slice(key), slice(value), headersOf(headers));
}

// Lengths on both sides of each byte more of a varint.
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 70 }),
  fc.constantFrom(0, 63, 64, 8191, 8192, 9000).map((length) => new Uint8Array(length).fill(length)),
);
const some = fc.option(bytes, { nil: null, freq: 8 }).map((given) => (given === null ? null : Buffer.from(given)));
const timestamp = fc.oneof(
  fc.integer({ min: 1_767_225_600_000, max: 1_767_225_700_000 }),
  fc.integer({ min: 1_000_000_000_000, max: 7_258_118_399_999 }),
);
const headers = fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), fc.string({ maxLength: 80 }), { maxKeys: 3 });
const messages = fc.array(fc.record({ key: some, value: some, timestamp, headers }), { minLength: 1, maxLength: 80 });

test('thousands of random batches are byte for byte what kafkajs makes of them', async () => {
  await fc.assert(
    fc.asyncProperty(messages, fc.nat(), fc.constantFrom(...WITH_GZIP), async (given, firstSequence, compression) => {
      const asked = given.map((message) => ({ ...message, timestamp: String(message.timestamp) }));
      const made = await byEvergen((into) => write(given, into), compression, firstSequence);

      expect(made.equals(await byKafkajs(asked, compression, firstSequence))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each(WITH_GZIP)(
  'a chunk of batches of events, compressed by %s, is what kafkajs makes of the same messages with their headers',
  async (compression) => {
    const part = { job: 'nightly', run: '20260105T231000.123Z', stream: 'intakes', shard: 0, shards: 1 };
    // Every third batch has headers of its scenario's own.
    const events: Batch[] = batchesOf(part, 400).map((batch) =>
      batch.number % 3 === 0 ? { ...batch, headers: (i) => ({ 'evergen-stream': String(i), kind: 'é' }) } : batch,
    );
    const chunks = new Chunks(part, events, 2, 1_000_000);
    const counts = chunks.requests.flatMap((asked) => asked.chunks.map(({ count }) => count));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(events.reduce((sum, { count }) => sum + count, 0));
    for (const asked of chunks.requests) {
      const into = asked.chunks.map(() => new RecordBatch());
      chunks.write(asked, into);
      for (const [place, batch] of into.entries()) {
        const made = await framed(batch, compression, 5);
        expect(made.equals(await byKafkajs(chunks.messages(asked, place), compression, 5))).toBe(true);
      }
    }
  },
);

test('events are numbered in their headers from the first to the ten-thousandth of a batch, and on: each number has its own length', async () => {
  const count = 10_050;
  const ends = (length: number) => Uint32Array.from({ length: count }, (_, i) => (i + 1) * length);
  const batch: Batch = {
    number: 3,
    dueUs: 1_767_225_600_000_000,
    count,
    bytes: Buffer.from('{"a":1}\n'.repeat(count)),
    ends: ends(8),
    keys: Buffer.from('key'.repeat(count)),
    keyEnds: ends(3),
    timesMs: Float64Array.from({ length: count }, (_, i) => 1_767_225_600_000 + i),
    corrupted: 0,
    ledger: Buffer.alloc(0),
  };
  const part = { job: 'nightly', run: '20260105T231000.123Z', stream: 'intakes', shard: 0, shards: 1 };
  const chunks = new Chunks(part, [batch], 1, 1_000_000);

  expect(chunks.requests.length).toBeGreaterThan(2);
  for (const asked of chunks.requests) {
    const into = new RecordBatch();
    chunks.write(asked, [into]);
    expect((await framed(into, 'none', 0)).equals(await byKafkajs(chunks.messages(asked, 0), 'none', 0))).toBe(true);
  }
});
