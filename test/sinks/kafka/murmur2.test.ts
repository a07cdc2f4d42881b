import fc from 'fast-check';
import reference from 'kafkajs/src/producer/partitioners/default/murmur2';
import { murmur2, partitionOf } from '../../../src/sinks/kafka/murmur2';

// From Kafka's own tests (UtilsTest.testMurmur2).
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('%s has the hash that Java gives it', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('any part of any bytes has the hash that kafkajs gives it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(5), (bytes, before) => {
      const whole = Buffer.concat([Buffer.alloc(before, 1), bytes, Buffer.alloc(3, 2)]);

      expect(murmur2(whole, before, before + bytes.length)).toBe(reference(Buffer.from(bytes)));
    }),
    { numRuns: 2_000 },
  );
});

test('a partition is one of those that there are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (key, partitions) => {
      const partition = partitionOf(key, 0, key.length, partitions);

      expect(partition).toBe(((reference(Buffer.from(key)) & 0x7fff_ffff) % partitions) | 0);
      expect(partition).toBeGreaterThanOrEqual(0);
    }),
  );
});
