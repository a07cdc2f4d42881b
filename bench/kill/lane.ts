/** One part of the job under attack: producers that follow each other, each of them killed, stopped past its time, or cut off from its broker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createSink } from '../../src/sinks';
import type { Sink } from '../../src/sinks/sink';
import { parseJobSpec } from '../../src/spec/job-spec';
import { noTotals } from '../../workflows/ledger';
import type { Choices } from '../../src/cli/choices';
import { harnessJob } from './job';
import { Producer } from './process';
import type { ProducerOptions } from './producer';

export type Attack = 'kill' | 'kill-opening' | 'kill-broker' | Zombie;
/** Stopped where, and whether its part is paused and resumed (a higher generation) before it wakes up. */
export type Zombie = `zombie-${'before-init' | 'after-init' | 'in-commit'}${'' | '-resumed'}`;

export interface LaneOptions extends Omit<ProducerOptions, 'generation' | 'choice' | 'stop'> {
  random: Choices;
  /** Kills the broker and starts it again. */
  killBroker(): Promise<void>;
  /** Takes what must never happen. */
  violation(text: string): void;
}

export class Lane {
  private generation = 1;
  /** Highest batch number that a producer was told is committed, and highest that any has tried to commit. */
  private acknowledged: number;
  private attempted: number;
  private readonly sink: Sink;
  /** Commits whose answer was lost, though they were made. */
  unanswered = 0;
  /** Producers that gave up by themselves: fenced, superseded, or without a broker. */
  gaveUp = 0;
  readonly done: Record<string, number> = {};

  constructor(private readonly options: LaneOptions) {
    this.acknowledged = this.attempted = options.shard;
    const { plan } = harnessJob(options.topic, options.run, options.seed, options.shards);
    const env = { KAFKA_BOOTSTRAP: options.bootstrap };
    this.sink = createSink(parseJobSpec(plan.spec).sink, { dataDir: '/nonexistent', env, namespace: options.namespace });
  }

  /** What Temporal does first, before each change, and last. @returns the first batch that is not committed */
  async settle(create = false): Promise<number> {
    if (!create) this.generation++;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.settleOnce(create);
      } catch (error) {
        if (attempt === 40) throw error;
        await sleep(250);
      }
    }
  }

  async run(next: () => Attack | undefined): Promise<void> {
    for (let attack = next(); attack !== undefined; attack = next()) {
      await this.perform(attack);
      this.done[attack] = (this.done[attack] ?? 0) + 1;
    }
  }

  private async perform(attack: Attack): Promise<void> {
    const { random } = this.options;
    if (attack === 'kill-opening') {
      const producer = this.start();
      await producer.says('opening');
      await sleep(random.between(0, 60));
      return producer.kill();
    }
    if (attack === 'kill' || attack === 'kill-broker') {
      const producer = await this.producing();
      await sleep(random.between(50, 400));
      if (attack === 'kill-broker') {
        await this.options.killBroker();
        await Promise.race([producer.exited, sleep(random.between(0, 500))]);
      }
      return producer.kill();
    }
    return this.zombie(attack);
  }

  private async zombie(attack: Zombie): Promise<void> {
    const { random } = this.options;
    const resumed = attack.endsWith('-resumed');
    const stop = attack.includes('before-init') ? 'before-init' : attack.includes('after-init') ? 'after-init' : null;
    const zombie = stop === null ? await this.producing() : this.start(stop);
    if (stop === null) {
      await sleep(random.between(50, 400));
      zombie.signal('SIGSTOP');
    } else if (!(await zombie.says(stop === 'before-init' ? 'opening' : 'open'))) {
      return this.zombie(attack);
    }
    if (resumed) await this.settle();
    const heir = await this.producing();
    await heir.says('done', random.between(1, 5));
    const before = zombie.count('done');
    zombie.signal('SIGCONT');
    await Promise.race([zombie.exited, sleep(random.between(300, 1_500))]);
    if (resumed && zombie.count('done') > before + 1) this.options.violation(`${attack}: it went on committing after a higher generation`);
    await Promise.all([heir.kill(), zombie.kill()]);
  }

  /** A producer that has committed at least once. */
  private async producing(): Promise<Producer> {
    for (let attempt = 1; attempt <= 200; attempt++) {
      const producer = this.start();
      if (await producer.says('done')) return producer;
      await producer.kill();
      this.gaveUp++;
      await sleep(200);
    }
    throw new Error('no producer gets anywhere');
  }

  private start(stop: ProducerOptions['stop'] = null): Producer {
    const { random, violation, bootstrap, namespace, topic, run, seed, shards, shard } = this.options;
    // What was acknowledged before it asked must be in its answer.
    let floor = this.acknowledged;
    return new Producer(
      { bootstrap, namespace, topic, run, seed, shards, shard, generation: this.generation, choice: random.below(2 ** 31), stop },
      {
        opening: () => (floor = Math.max(floor, this.acknowledged)),
        open: (next) => {
          if (next < floor)
            violation(`shard ${String(shard)}: batches up to ${String(floor)} were acknowledged, ${String(next)} are there`);
          if (next > this.attempted)
            violation(`shard ${String(shard)}: ${String(next)} are there, nobody wrote beyond ${String(this.attempted)}`);
          if (next > this.acknowledged) this.unanswered++;
          this.acknowledged = Math.max(this.acknowledged, next);
        },
        commit: (next) => (this.attempted = Math.max(this.attempted, next)),
        done: (next) => (this.acknowledged = Math.max(this.acknowledged, next)),
      },
    );
  }

  private async settleOnce(create: boolean): Promise<number> {
    const { topic, run, seed, shards, shard } = this.options;
    const { plan } = harnessJob(topic, run, seed, shards);
    const part = { job: plan.job, run: plan.run, stream: plan.streams[0]?.name ?? '', shard, shards };
    const writer = this.sink.open({ part, generation: this.generation, create, known: { next: shard, totals: noTotals() } });
    try {
      const { next } = await writer.committed();
      await writer.raise();
      return next;
    } finally {
      await writer.close();
    }
  }
}
