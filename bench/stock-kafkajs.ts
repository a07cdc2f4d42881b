/**
 * kafkajs as it comes, exactly once, in a process of its own: `node dist/bench/stock-kafkajs.js BOOTSTRAP TOPIC EVENTS`. Transactions of as many events as
 * evergen's, with the same headers and an offset in each, 1,000 messages a send: its grouping takes quadratic time, more would be slower.
 */
import { Kafka, logLevel } from 'kafkajs';
import type { Measured } from './measured';

const TRANSACTION = 20_000;
const SEND = 1_000;
const BYTES = 375;

async function main([bootstrap = '', topic = '', events = '0']: string[]): Promise<Measured> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    transactionalId: `stock.${topic}`,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 5, maxRetryTime: 500, retries: 20 },
  });
  await producer.connect();
  const value = Buffer.alloc(BYTES, 'x');
  const began = performance.now();
  for (let sent = 0; sent < Number(events);) {
    const transaction = await producer.transaction();
    const until = Math.min(sent + TRANSACTION, Number(events));
    while (sent < until) {
      const messages = Array.from({ length: Math.min(SEND, until - sent) }, (_, i) => {
        const id = String(sent + i).padStart(36, '0');
        return {
          key: id,
          value,
          partition: (sent + i) % 4,
          headers: { 'evergen-id': `stock/run/stream/0/${id}`, 'evergen-due': '2026-01-01T00:00:00.000Z' },
        };
      });
      await transaction.send({ topic, messages });
      sent += messages.length;
    }
    await transaction.sendOffsets({
      consumerGroupId: `stock.${topic}`,
      topics: [{ topic, partitions: [{ partition: 0, offset: String(sent) }] }],
    });
    await transaction.commit();
  }
  const seconds = (performance.now() - began) / 1000;
  await producer.disconnect();
  const { user, system } = process.cpuUsage();
  const [count, cpuSeconds] = [Number(events), (user + system) / 1e6];
  return { events: count, bytes: count * BYTES, seconds, cpuSeconds, peakRssMb: process.resourceUsage().maxRSS / 1024 };
}

void main(process.argv.slice(2)).then((measured) => process.stdout.write(`${JSON.stringify(measured)}\n`));
