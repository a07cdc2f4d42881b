/**
 * Events of callers, published without a job: the one thing in evergen that Temporal does not carry. What holds it together is the sink's own commit and
 * the ledger of keys (README.md).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from '../sinks/sink';
import { refusal } from '../spec/failures';
import { OutcomeUnknown, SinkAway } from './failures';
import type { Accepted } from './input';
import { Ledger, printOf, type Print } from './ledger';
import { Outlet } from './outlet';
import { idsOf, linesOf, type Line } from './published';
import { LIMITS, Publisher, type Limits } from './publisher';

export interface Connector {
  /**
   * Publishes events, and answers with their ids when they are durable.
   * @param key the caller's Idempotency-Key: the same events under the same key are published once, and answered with the same ids
   * @param single the body was one event
   * @throws UserError when the key came with other events before; SinkAway, OutcomeUnknown
   */
  accept(events: readonly Accepted[], key: string | null, single: boolean): Promise<string[]>;
  /** Settles what an earlier process has left, where there was one: readers of a topic would wait behind its open transaction. Never throws. */
  wake(): Promise<void>;
  /** Lets what is under way come to its end. */
  close(): Promise<void>;
}

export interface ConnectorOptions {
  /** The sink, made when the first events come; may throw while it cannot be. */
  sink: () => Promise<Sink>;
  /** Name of the sink and, of Kafka, the topic: what a key was published to. */
  place: string;
  dataDir: string;
  now(): Date;
  say(level: 'info' | 'warn', message: string): void;
  limits?: Limits;
}

/** Below DATA_DIR: the ledger, and the events where the sink is disk. */
export const FOLDER = 'connector';

/** For what is known of a key to come back with the sink. */
const LOOK_MS = 2_500;
const AGAIN_MS = 50;

interface Running {
  ledger: Ledger;
  publisher: Publisher;
}

export function createConnector({ sink, place, dataDir, now, say, limits = LIMITS }: ConnectorOptions): Connector {
  let started: Promise<Running> | undefined;
  /** Requests with a key that are under way. */
  const pending = new Map<string, { body: string; done: Promise<void> }>();

  function start(): Promise<Running> {
    started ??= begin().catch((failure: unknown) => {
      started = undefined;
      throw new SinkAway(failure instanceof Error ? failure.message : String(failure));
    });
    return started;
  }

  async function begin(): Promise<Running> {
    const ledger = await Ledger.open(join(dataDir, FOLDER, '.keys'), place, now);
    const publisher = new Publisher(new Outlet(await sink(), ledger, now), limits, say);
    return { ledger, publisher };
  }

  /** Under a key, once: whoever comes second waits for the first, and gets the same answer. */
  async function once(running: Running, lines: readonly Line[], print: Print): Promise<void> {
    await untilSettled(running, print.key, () => pending.has(print.key));
    const first = pending.get(print.key);
    const known = first?.body ?? running.ledger.find(print.key);
    if (known !== undefined && known !== print.body) throw otherBody();
    if (known !== undefined) return first?.done;
    const done = running.publisher.publish(lines, print);
    pending.set(print.key, { body: print.body, done });
    try {
      await done;
    } finally {
      pending.delete(print.key);
    }
  }

  return {
    async accept(events, key, single) {
      const lines = linesOf(events, { key, now: now(), single });
      const running = await start();
      if (key === null) await running.publisher.publish(lines, null);
      else await once(running, lines, printOf(key, JSON.stringify(events)));
      return idsOf(lines);
    },
    async wake() {
      if (!existsSync(join(dataDir, FOLDER))) return;
      await start().then(
        ({ publisher }) => publisher.begin(),
        () => undefined,
      );
    },
    async close() {
      const running = await started?.catch(() => undefined);
      await running?.publisher.close();
      await running?.ledger.close();
    },
  };
}

/** Until it is known whether an earlier request, of this process or of one before, has published this key. */
async function untilSettled({ ledger, publisher }: Running, key: string, isPending: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + LOOK_MS; !isPending() && ledger.isDoubtful(key); await sleep(AGAIN_MS)) {
    if (performance.now() >= untilMs) throw new OutcomeUnknown('the sink does not answer whether this key was published before');
    publisher.begin();
  }
}

const otherBody = () =>
  refusal('the call', [{ path: '/Idempotency-Key', message: 'came with another body before: each call has a key of its own' }]);
