/**
 * A producing worker without Temporal, to be killed: `node dist/bench/kill/producer.js '{…}'`. It opens the Kafka sink's writer as an emit does, makes
 * batches in the groups of a worker and commits them, one group being made while the one before is committed, until somebody ends it.
 *
 * It says on standard output what it is about to do and what was acknowledged, one line each, before it goes on: `opening`, `open N`, `commit N`, `done N`
 * (N: the first batch that is not committed then); last, when it ends by itself, `ended CODE MESSAGE`.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Group } from '../../activities/groups';
import { createSink } from '../../src/sinks';
import { parseJobSpec } from '../../src/spec/job-spec';
import { generationOf } from '../../src/spec/generation';
import { afterBatch, noTotals } from '../../workflows/ledger';
import { harnessJob } from './job';
import { choices } from '../../src/cli/choices';

export interface ProducerOptions {
  bootstrap: string;
  /** In place of the UUID of a Temporal namespace. */
  namespace: string;
  topic: string;
  run: string;
  seed: number;
  shards: number;
  shard: number;
  generation: number;
  /** Of its own choices: how many batches a commit holds. */
  choice: number;
  /** SIGSTOP to itself there. */
  stop: 'before-init' | 'after-init' | null;
}

// Synchronous: what was said before a SIGKILL has arrived.
const say = (line: string): void => void writeSync(1, `${line}\n`);
const stopHere = (): boolean => process.kill(process.pid, 'SIGSTOP');

async function main({ stop, shard, shards, ...options }: ProducerOptions): Promise<void> {
  const { plan, timeline } = harnessJob(options.topic, options.run, options.seed, shards);
  const generation = generationOf(plan, timeline);
  const sink = createSink(parseJobSpec(plan.spec).sink, {
    dataDir: '/nonexistent',
    env: { KAFKA_BOOTSTRAP: options.bootstrap },
    namespace: options.namespace,
  });
  const part = { job: plan.job, run: plan.run, stream: plan.streams[0]?.name ?? '', shard, shards };
  const writer = sink.open({ part, generation: options.generation, create: false, known: { next: shard, totals: noTotals() } });
  const random = choices(options.choice);
  say('opening');
  if (stop === 'before-init') stopHere();
  let { next, totals } = await writer.committed();
  say(`open ${String(next)}`);
  if (stop === 'after-init') stopHere();
  const groups: [Group, Group] = [new Group(), new Group()];
  const { signal } = new AbortController();
  let committing: Promise<void> = Promise.resolve();
  for (let turn = 0, b = next; ; turn = 1 - turn) {
    const group = groups[turn === 0 ? 0 : 1];
    group.clear();
    // Now and then a commit that takes long, so that kills hit the middle of one.
    const batches = random.chance(0.03) ? 100 : random.between(1, 8);
    for (let n = 0; n < batches && !group.full; n++, b += shards) await group.add(generation, 0, b);
    await committing;
    for (const { count, corrupted, bytes } of group.batches)
      totals = afterBatch(totals, { emitted: count, corrupted, bytes: bytes.length });
    next = b;
    const after = next;
    say(`commit ${String(after)}`);
    committing = writer.commit(group.batches, totals, signal).then(() => say(`done ${String(after)}`));
    committing.catch(() => undefined);
    await sleep(random.between(0, 5));
  }
}

main(JSON.parse(process.argv[2] ?? '{}') as ProducerOptions).catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'FAULT';
  say(`ended ${code} ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
