/** Carries out the plan: kills at their instants, one beside the other; what operators say, one after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from '../../src/cli/soak/operator';
import type { Kill } from '../../src/cli/soak/recovery';
import type { Cluster } from './cluster';
import type { Committed } from './committed';
import type { Step } from './plan';

export interface Hands {
  cluster: Cluster;
  committed: Committed;
  /** Of a job that was started. */
  operator(job: string): Operator;
  startBulk(number: number): Promise<void>;
  say(line: string): void;
}

export interface Disturbances {
  /** Told by the watch. */
  recovered(n: number, atMs: number): void;
  /** Carries out all steps, counted from `startedAt`; resolves when nobody is paused any more. */
  run(steps: readonly Step[], startedAt: number, ended: AbortSignal): Promise<void>;
  /** What was done, for the report. */
  outcome(): { kills: Kill[]; pauses: number; paces: number; bulks: number; missed: string[] };
}

/** A process that was killed a moment ago is waited for: its successor is the victim. */
const VICTIM_MS = 30_000;

interface Killed {
  n: number;
  victim: string;
  part: string;
  at: number;
  back: { at: number; readyAt: number } | null;
}

export function disturbances(hands: () => Hands): Disturbances {
  const killed: Killed[] = [];
  const missed: string[] = [];
  const pauses: { from: number; to: number }[] = [];
  let [startedAt, paces, bulks] = [0, 0, 0];
  let speaking: Promise<void> = Promise.resolve();

  async function kill(part: string, victim: string): Promise<void> {
    const { cluster, committed, say } = hands();
    const identity = await find(cluster, part);
    const one: Killed = { n: killed.length, victim, part, at: Date.now(), back: null };
    if (!cluster.kill(identity)) throw new Error(`${part} ended by itself`);
    killed.push(one);
    say(`${((one.at - startedAt) / 1000).toFixed(1)} s: kill -9 of ${part}`);
    await committed.expect(one.n);
  }

  async function pause(job: string, forMs: number): Promise<void> {
    const { operator, committed } = hands();
    const from = Date.now();
    committed.forget(job);
    if (await operator(job).say('pause')) {
      committed.forget(job);
      await sleep(forMs);
      await operator(job).say('resume');
    }
    pauses.push({ from, to: Date.now() });
  }

  async function perform(step: Step): Promise<void> {
    if (step.kind === 'kill') return kill(step.part, step.victim);
    if (step.kind === 'bulk') {
      await hands().startBulk(step.number);
      bulks++;
      return;
    }
    const turn = speaking.then(async () => {
      if (step.kind === 'pause') return pause(step.job, step.forMs);
      await hands().operator(step.job).setPace(step.pace);
      paces++;
    });
    speaking = turn.catch(() => undefined);
    return turn;
  }

  return {
    recovered(n, atMs) {
      const one = killed[n];
      if (one === undefined) return;
      const readyAt = hands().cluster.readyAt(one.part);
      one.back = { at: atMs, readyAt: readyAt > one.at ? readyAt : atMs };
    },
    async run(steps, from, ended) {
      startedAt = from;
      const going = new Set<Promise<void>>();
      for (const step of steps) {
        while (Date.now() < from + step.atMs && !ended.aborted) await sleep(Math.min(50, Math.max(1, from + step.atMs - Date.now())));
        if (ended.aborted) break;
        const work = perform(step).catch((error: unknown) => {
          missed.push(`${step.kind} at ${(step.atMs / 1000).toFixed(1)} s: ${error instanceof Error ? error.message : String(error)}`);
        });
        going.add(work);
        void work.then(() => going.delete(work));
      }
      while (going.size > 0) await Promise.all(going);
    },
    outcome: () => ({ kills: killed.map((one) => killOf(one, killed, startedAt)), pauses: pauses.length, paces, bulks, missed }),
  };
}

function killOf(one: Killed, all: readonly Killed[], startedAt: number): Kill {
  const { n, victim, part, at, back } = one;
  const end = ({ at, back }: Killed) => back?.at ?? at;
  return {
    ...{ n, victim, part, busy: null, atMs: at - startedAt },
    recoveredMs: back === null ? null : back.at - at,
    sinceReadyMs: back === null ? null : Math.max(0, back.at - back.readyAt),
    standstillMs: 0,
    // Paused jobs are not waited for.
    paused: false,
    alone: all.every((other) => other === one || other.at > end(one) || end(other) < at),
  };
}

/** Who has this place now. @throws Error when nobody has for `VICTIM_MS` */
async function find(cluster: Cluster, part: string): Promise<string> {
  for (const until = Date.now() + VICTIM_MS; Date.now() < until; await sleep(25)) {
    const identity = cluster.identity(part);
    if (identity !== null) return identity;
  }
  throw new Error(`there was no ${part} to be found`);
}
