/** How soon the job went on after each kill, as the journal tells it. */
import type { JournalEntry } from './journal';
import { quantile } from './statistics';

export interface Kill {
  n: number;
  victim: string;
  part: string;
  /** ms after the job's start. */
  atMs: number;
  /** It worked on the job; null: not known, or not a worker. */
  busy: boolean | null;
  /** From the kill to the next commit of all that was at work; null: never seen (the driver was away, the job had ended). */
  recoveredMs: number | null;
  /** The same from the instant at which the successor was ready; 0: the job went on before that. */
  sinceReadyMs: number | null;
  /**
   * From the instant at which somebody was there to go on (for a worker another one that was there: the kill; else the successor's being ready)
   * until the job went on; 0: it had not stood still.
   */
  sinceThereMs: number | null;
  /** The longest time without a commit that began before or within `AFTERMATH_MS` after it; 0: none worth the name (`watch.ts`). */
  standstillMs: number;
  /** The operators had paused the job in between. */
  paused: boolean;
  /** Nothing else was going on: no other kill that had not been recovered from, no stopped process, no operator. */
  alone: boolean;
}

interface Interval {
  n: number;
  from: number;
  to: number;
}

/** Heartbeats of an emit that was given up show after 3 s: so a standstill may begin after the first commit. */
const AFTERMATH_MS = 10_000;

export function killsOf(entries: readonly JournalEntry[], startedAt: number, standstills: readonly { from: number; to: number }[]): Kill[] {
  const recovered = new Map(entries.flatMap((entry) => (entry.type === 'recovered' ? [[entry.n, entry] as const] : [])));
  const backs = new Map(entries.flatMap((entry) => (entry.type === 'back' ? [[entry.n, entry.at] as const] : [])));
  const workers = new Set(entries.flatMap((entry) => (entry.type === 'kill' && entry.victim === 'worker' ? [entry.n] : [])));
  const workersBack = [...backs].flatMap(([n, at]) => (workers.has(n) ? [at] : []));
  const endOf = (n: number, from: number, type: JournalEntry['type']) =>
    entries.find((entry) => entry.type === type && 'n' in entry && entry.n === n && entry.at >= from)?.at ?? Infinity;
  const others = entries.flatMap((entry): (Interval & { pause?: true })[] => {
    if (!('n' in entry)) return [];
    const { n, at: from } = entry;
    if (entry.type === 'kill') return [{ n, from, to: recovered.get(n)?.at ?? from }];
    if (entry.type === 'freeze') return [{ n, from, to: endOf(n, from, 'thaw') }];
    if (entry.type === 'zombie') return [{ n, from, to: endOf(n, from, 'woken') }];
    if (entry.type === 'pause') return [{ n, from, to: endOf(n, from, 'resume'), pause: true }];
    return entry.type === 'pace' ? [{ n, from, to: from }] : [];
  });
  const pauses = others.filter(({ pause }) => pause);
  return entries.flatMap((entry): Kill[] => {
    if (entry.type !== 'kill') return [];
    const { n, at, victim, part, busy, spare } = entry;
    const back = recovered.get(n);
    const to = back?.at ?? at;
    // The first worker that is back after the kill, whichever it is. Where nobody has noted it, the kill.
    const ready = victim === 'worker' ? workersBack.filter((one) => one > at) : [backs.get(n) ?? back?.readyAt ?? Infinity];
    const first = Math.min(Infinity, ...ready);
    const there = (victim === 'worker' && spare !== false) || first === Infinity ? at : first;
    const spans = standstills.filter((one) => one.from < there && one.to > there).map((one) => one.to);
    const mine = standstills.filter((one) => one.to > at && one.from < at + AFTERMATH_MS && !pauses.some((pause) => overlap(pause, one)));
    return [
      {
        ...{ n, victim, part, busy, atMs: at - startedAt },
        recoveredMs: back === undefined ? null : to - at,
        sinceReadyMs: back === undefined ? null : back.readyAt === null ? 0 : Math.max(0, to - back.readyAt),
        sinceThereMs: back === undefined ? null : Math.max(0, to - there, ...(there === at ? [] : spans.map((until) => until - there))),
        standstillMs: Math.max(0, ...mine.map((one) => one.to - Math.max(one.from, at))),
        paused: pauses.some((pause) => overlap(pause, { from: at, to })),
        alone: others.every((other) => other.n === n || !overlap(other, { from: at, to })),
      },
    ];
  });
}

const overlap = (a: { from: number; to: number }, b: { from: number; to: number }): boolean => a.from <= b.to && b.from <= a.to;

export interface RecoveryRow {
  /** `worker`, `worker at work`, and each with `, alone`. */
  kind: string;
  /** Of these the figures are: recovered from, and no pause in between. */
  kills: number;
  fromKillMs: Figures | null;
  fromReadyMs: Figures | null;
  longestStandstillMs: number;
}

export interface Figures {
  p50: number;
  p99: number;
  max: number;
}

export function recoveryRows(kills: readonly Kill[]): RecoveryRow[] {
  const kinds = [...new Set(kills.map(({ victim }) => victim))].sort();
  const groups: [string, Kill[]][] = [
    ...kinds.map((kind): [string, Kill[]] => [kind, kills.filter(({ victim }) => victim === kind)]),
    ['worker at work', kills.filter(({ busy }) => busy === true)],
  ];
  return groups
    .flatMap(([kind, of]) => [
      rowOf(kind, of),
      rowOf(
        `${kind}, alone`,
        of.filter(({ alone }) => alone),
      ),
    ])
    .filter(({ kills }) => kills > 0);
}

function rowOf(kind: string, all: readonly Kill[]): RecoveryRow {
  const kills = all.filter(({ paused, recoveredMs }) => !paused && recoveredMs !== null);
  return {
    kind,
    kills: kills.length,
    fromKillMs: figures(kills.map(({ recoveredMs }) => recoveredMs ?? 0)),
    fromReadyMs: figures(kills.map(({ sinceReadyMs }) => sinceReadyMs ?? 0)),
    longestStandstillMs: Math.max(0, ...kills.map(({ standstillMs }) => standstillMs)),
  };
}

export function figures(values: readonly number[]): Figures | null {
  const [p50, p99, max] = [quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)];
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}
