/** Carries out the plan: kills at their instants, one beside the other; what operators say, one after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from '../../src/cli/soak/operator';
import type { Kill } from '../../src/cli/soak/recovery';
import { pidOf } from '../../src/temporal/processes';
import type { Cluster } from './cluster';
import type { Committed } from './committed';
import type { Step } from './plan';

export interface Hands {
  cluster: Cluster;
  committed: Committed;
  /** Of a job that was started. */
  operator(job: string): Operator;
  startBulk(number: number): Promise<void>;
  /** Process ids of the workers that have a job in hand; null: not known. */
  busy(): Promise<readonly number[] | null>;
  say(line: string): void;
}

export interface Disturbances {
  /** Told by the watch. */
  recovered(n: number, atMs: number): void;
  /** The same: a part has not committed in between. */
  stoodStill(from: number, to: number): void;
  /** Carries out all steps, counted from `startedAt`; resolves when nobody is paused any more. */
  run(steps: readonly Step[], startedAt: number, ended: AbortSignal): Promise<void>;
  /** What was done, for the report. */
  outcome(): { kills: Kill[]; pauses: number; paces: number; bulks: number; bulksHit: number; missed: string[] };
}

/** A process that was killed a moment ago is waited for: its successor is the victim. */
const VICTIM_MS = 30_000;
/** Heartbeats of an activity that was given up show after 3 s: what stands still may begin to do so after the first commit. */
const AFTERMATH_MS = 10_000;

interface Killed {
  n: number;
  victim: string;
  part: string;
  busy: boolean | null;
  at: number;
  back: { at: number; readyAt: number } | null;
}

export function disturbances(hands: () => Hands): Disturbances {
  const killed: Killed[] = [];
  const missed: string[] = [];
  const standstills: { from: number; to: number }[] = [];
  let [startedAt, pauses, paces, bulks, bulksHit] = [0, 0, 0, 0, 0];
  let speaking: Promise<void> = Promise.resolve();

  async function kill(part: string, victim: string): Promise<void> {
    const { cluster, committed, busy, say } = hands();
    const pids = victim === 'worker' ? await busy() : null;
    const identity = await find(cluster, part);
    const one: Killed = { n: killed.length, victim, part, busy: pids?.includes(pidOf(identity)) ?? null, at: Date.now(), back: null };
    if (!cluster.kill(identity)) throw new Error(`${part} ended by itself`);
    killed.push(one);
    say(`${((one.at - startedAt) / 1000).toFixed(1)} s: kill -9 of ${part}`);
    if ((await committed.expect(one.n)) > 0) bulksHit++;
  }

  async function pause(job: string, forMs: number): Promise<void> {
    const { operator, committed } = hands();
    committed.forget(job);
    if (await operator(job).say('pause')) {
      committed.forget(job);
      await sleep(forMs);
      await operator(job).say('resume');
    }
    pauses++;
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
      hands().committed.forget(step.job);
      await hands().operator(step.job).setPace(step.pace);
      hands().committed.forget(step.job);
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
    stoodStill: (from, to) => void standstills.push({ from, to }),
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
    outcome: () => ({ kills: killed.map((one) => killOf(one, killed, standstills, startedAt)), pauses, paces, bulks, bulksHit, missed }),
  };
}

function killOf(one: Killed, all: readonly Killed[], standstills: readonly { from: number; to: number }[], startedAt: number): Kill {
  const { n, victim, part, busy, at, back } = one;
  const end = ({ at, back }: Killed) => Math.max(back?.at ?? 0, at + AFTERMATH_MS);
  const recoveredMs = back === null ? null : back.at - at;
  const sinceReadyMs = back === null ? null : Math.max(0, back.at - back.readyAt);
  return {
    ...{ n, victim, part, busy, atMs: at - startedAt },
    recoveredMs,
    sinceReadyMs,
    // Where there are several workers, another one could have gone on at once.
    sinceThereMs: victim === 'worker' && part !== 'worker' ? recoveredMs : sinceReadyMs,
    standstillMs: Math.max(
      0,
      ...standstills.filter(({ from, to }) => to > at && from < at + AFTERMATH_MS).map(({ from, to }) => to - Math.max(from, at)),
    ),
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
